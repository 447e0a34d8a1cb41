/** The client's own icons, drawn in the current colour. */
const paths: Record<string, string> = {
  back: "M15.5 4.5 8 12l7.5 7.5",
  home: "M4 11.5 12 4.5l8 7M6.5 10v9.5h11V10",
  success: "M4.5 12.5 10 18 19.5 7",
  error: "M6 6l12 12M18 6 6 18",
  warn: "M12 5v9M12 18v.5",
  right: "M9 5l7 7-7 7",
};

/** An icon as an SVG element, 24 by 24, stroked. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", paths[name] ?? "");
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "1.8");
  path.setAttribute("stroke-linecap", "round");
  path.setAttribute("stroke-linejoin", "round");
  svg.append(path);
  return svg;
}
