import { metresPerPixel, type LatLng, type Pixel } from "./projection";

/** What shapes need to know of the map. */
export interface Ground {
  readonly scale: number;
  /** Where a place is in the map's box. */
  point(p: LatLng): Pixel;
}

/** A line of <map polyline>. */
export interface Polyline {
  points?: LatLng[];
  color?: string;
  colorList?: string[];
  width?: number;
  dottedLine?: boolean;
  arrowLine?: boolean;
  borderColor?: string;
  borderWidth?: number;
}

/** A circle of <map circles>; the radius is metres. */
export interface Circle extends LatLng {
  color?: string;
  fillColor?: string;
  radius: number;
  strokeWidth?: number;
}

/** A polygon of <map polygons>. */
export interface Polygon {
  points?: LatLng[];
  strokeWidth?: number;
  strokeColor?: string;
  fillColor?: string;
  dashArray?: number[];
}

const NS = "http://www.w3.org/2000/svg";

function shape(name: string, attrs: Record<string, string | number>): SVGElement {
  const el = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attrs)) el.setAttribute(key, String(value));
  return el;
}

/** WeChat's colours are #RRGGBBAA, as CSS's. */
function color(text: unknown, fallback: string): string {
  return typeof text === "string" && text !== "" ? text : fallback;
}

function pathOf(points: LatLng[], ground: Ground): string {
  return points.map((p) => ground.point(p)).map((p) => `${p.x.toFixed(1)},${p.y.toFixed(1)}`).join(" ");
}

/** The lines of a map; tapped hears of the index of one that was. */
export function drawLines(lines: Polyline[], ground: Ground, tapped: (index: number) => void): SVGElement[] {
  return lines.flatMap((line, index) => {
    const points = line.points ?? [];
    const width = Number(line.width ?? 5);
    const base = { points: pathOf(points, ground), fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round" };
    const border = Number(line.borderWidth ?? 0);
    const out: SVGElement[] = [];
    if (border > 0) out.push(shape("polyline", { ...base, stroke: color(line.borderColor, "#000"), "stroke-width": width + border * 2 }));
    if (line.colorList?.length) {
      points.slice(1).forEach((_, i) =>
        out.push(shape("polyline", { ...base, points: pathOf(points.slice(i, i + 2), ground), stroke: line.colorList?.[Math.min(i, line.colorList.length - 1)] ?? "#000", "stroke-width": width })));
    } else {
      out.push(shape("polyline", { ...base, stroke: color(line.color, "#000000"), "stroke-width": width, ...(line.dottedLine ? { "stroke-dasharray": `${width * 2} ${width * 2}` } : {}) }));
    }
    out.forEach((el) => el.addEventListener("click", () => tapped(index)));
    return out;
  });
}

/** The circles of a map. */
export function drawCircles(circles: Circle[], ground: Ground): SVGElement[] {
  return circles.map((c) => {
    const { x, y } = ground.point(c);
    return shape("circle", {
      cx: x, cy: y, r: Math.max(0, Number(c.radius) || 0) / metresPerPixel(c.latitude, ground.scale),
      fill: color(c.fillColor, "none"), stroke: color(c.color, "#000000"), "stroke-width": Number(c.strokeWidth ?? 1),
    });
  });
}

/** The polygons of a map. */
export function drawPolygons(polygons: Polygon[], ground: Ground): SVGElement[] {
  return polygons.map((p) =>
    shape("polygon", {
      points: pathOf(p.points ?? [], ground), fill: color(p.fillColor, "none"), stroke: color(p.strokeColor, "#000000"),
      "stroke-width": Number(p.strokeWidth ?? 1), ...(p.dashArray?.length ? { "stroke-dasharray": p.dashArray.join(" ") } : {}),
    }));
}
