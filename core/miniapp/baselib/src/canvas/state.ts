/** The drawing state that scripts can read back: properties of a context, kept by save and restore. */

export interface Properties {
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  lineCap: string;
  lineJoin: string;
  miterLimit: number;
  lineDashOffset: number;
  globalAlpha: number;
  globalCompositeOperation: string;
  font: string;
  textAlign: string;
  textBaseline: string;
  direction: string;
  shadowOffsetX: number;
  shadowOffsetY: number;
  shadowBlur: number;
  shadowColor: string;
  imageSmoothingEnabled: boolean;
  filter: string;
}

export const initial: Properties = {
  fillStyle: "#000000",
  strokeStyle: "#000000",
  lineWidth: 1,
  lineCap: "butt",
  lineJoin: "miter",
  miterLimit: 10,
  lineDashOffset: 0,
  globalAlpha: 1,
  globalCompositeOperation: "source-over",
  font: "10px sans-serif",
  textAlign: "start",
  textBaseline: "alphabetic",
  direction: "ltr",
  shadowOffsetX: 0,
  shadowOffsetY: 0,
  shadowBlur: 0,
  shadowColor: "rgba(0, 0, 0, 0)",
  imageSmoothingEnabled: true,
  filter: "none",
};

const words: Partial<Record<keyof Properties, string[]>> = {
  lineCap: ["butt", "round", "square"],
  lineJoin: ["miter", "round", "bevel"],
  textAlign: ["left", "center", "right", "start", "end"],
  textBaseline: ["top", "hanging", "middle", "alphabetic", "ideographic", "bottom"],
  direction: ["ltr", "rtl", "inherit"],
};

const positive = new Set<keyof Properties>(["lineWidth", "miterLimit"]);

/** The value that assigning v gives a property; undefined if the assignment does nothing, as the canvas standard says. */
export function coerce(name: keyof Properties, v: unknown): unknown {
  const was = initial[name];
  if (typeof was === "number") {
    const n = Number(v);
    if (!Number.isFinite(n) || (positive.has(name) && n <= 0) || (name === "shadowBlur" && n < 0)) return undefined;
    return name === "globalAlpha" && (n < 0 || n > 1) ? undefined : n;
  }
  if (typeof was === "boolean") return Boolean(v);
  const text = String(v);
  if (name === "font") return /\d\s*(px|pt|em|rem|vw|vh|%)|\blarge|\bsmall|\bmedium/.test(text) ? text : undefined;
  return words[name]?.includes(text) === false ? undefined : text;
}
