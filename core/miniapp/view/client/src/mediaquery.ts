const features: Record<string, string> = {
  minWidth: "min-width", maxWidth: "max-width", width: "width", minHeight: "min-height", maxHeight: "max-height", height: "height",
};

/** A media query of the features that WeChat knows; sizes are pixels. */
export function mediaQuery(o: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const [name, feature] of Object.entries(features)) {
    const size = parseFloat(String(o[name] ?? ""));
    if (Number.isFinite(size)) parts.push(`(${feature}: ${size}px)`);
  }
  const orientation = String(o["orientation"] ?? "");
  if (orientation === "portrait" || orientation === "landscape") parts.push(`(orientation: ${orientation})`);
  return parts.length ? parts.join(" and ") : "all";
}
