import { DRAW_OPS } from "../constants";

/** Where images and other canvases are found by number. */
export interface Sources {
  source(target: number): CanvasImageSource | undefined;
}

type Context = CanvasRenderingContext2D;
type Path = CanvasPath & { addPath?: (path: Path2D) => void };

const pathOps = new Set([
  "closePath", "moveTo", "lineTo", "quadraticCurveTo", "bezierCurveTo", "arc", "arcTo", "rect", "ellipse", "roundRect",
]);
const properties = new Set([
  "lineWidth", "lineCap", "lineJoin", "miterLimit", "lineDashOffset", "globalAlpha", "globalCompositeOperation", "font",
  "textAlign", "textBaseline", "direction", "shadowOffsetX", "shadowOffsetY", "shadowBlur", "shadowColor", "filter",
]);

/** Carries out drawing operations on one bitmap. */
export class Painter {
  readonly context: Context;
  /** How many device pixels a unit of the old canvas is; 1 for others. */
  private unit = 1;
  private depth = 0;
  private lastBox: { width: number; height: number } | undefined;

  constructor(
    readonly bitmap: HTMLCanvasElement,
    private readonly sources: Sources,
    /** The element's box, for the old canvas; nothing for an off-screen one. */
    private readonly box: () => { width: number; height: number },
  ) {
    this.context = bitmap.getContext("2d") as Context;
    this.context.save();
  }

  /** Carries out operations. One that the browser refuses, for a colour that is none, does not keep the others back. */
  run(ops: unknown[]): void {
    eachOp(ops, (name, args) => {
      try {
        this.apply(name, args);
      } catch (err) {
        console.warn(`canvas: ${name}:`, err);
      }
    });
  }

  /** The scale between the units of an ask and the bitmap's pixels. */
  scale(legacy: boolean): number {
    return legacy ? this.unit : 1;
  }

  private apply(name: string, args: unknown[]): void {
    const { context } = this;
    if (pathOps.has(name)) addToPath(context, name, args);
    else if (properties.has(name)) (context as unknown as Record<string, unknown>)[name] = args[0];
    else own[name]?.call(this, ...args);
  }

  /** Makes the bitmap anew, blank. */
  resize(width: number, height: number): void {
    this.bitmap.width = width;
    this.bitmap.height = height;
    this.depth = 0;
    this.context.save();
  }

  legacy(keep: boolean): void {
    const { width, height } = this.shownBox();
    this.unit = window.devicePixelRatio || 1;
    const size = [Math.round(width * this.unit), Math.round(height * this.unit)] as const;
    const fits = this.bitmap.width === size[0] && this.bitmap.height === size[1];
    if (!fits) this.resize(...size);
    else {
      this.unwind();
      if (!keep) this.context.clearRect(0, 0, ...size);
    }
    this.context.scale(this.unit, this.unit);
  }

  /** The element's box or, while it is hidden, the one it had. */
  private shownBox(): { width: number; height: number } {
    const box = this.box();
    if (box.width > 0 && box.height > 0) this.lastBox = box;
    return this.lastBox ?? box;
  }

  /** Goes back to the state of a new context, whatever was saved; the pixels stay. */
  private unwind(): void {
    for (; this.depth > 0; this.depth--) this.context.restore();
    this.context.restore();
    this.context.save();
    this.context.beginPath();
  }

  push(): void {
    this.depth++;
    this.context.save();
  }

  pop(): void {
    if (this.depth === 0) return;
    this.depth--;
    this.context.restore();
  }

  setTransform(m: number[]): void {
    const [a, b, c, d, e, f] = m.map((v) => v * this.unit) as [number, number, number, number, number, number];
    this.context.setTransform(a, b, c, d, e, f);
  }

  style(value: unknown): string | CanvasGradient | CanvasPattern {
    if (!Array.isArray(value)) return String(value);
    if (value[0] === "pattern") {
      const image = this.sources.source(Number(value[1]));
      return (image && this.context.createPattern(image, String(value[2]))) ?? "transparent";
    }
    const gradient = gradientOf(this.context, value);
    const stops = value[value.length - 1] as unknown[];
    for (let i = 0; i + 1 < stops.length; i += 2) gradient.addColorStop(Number(stops[i]), String(stops[i + 1]));
    return gradient;
  }

  drawImage(target: number, box: number[]): void {
    const image = this.sources.source(target);
    if (!image) return;
    const call = this.context.drawImage as (image: CanvasImageSource, ...box: number[]) => void;
    call.call(this.context, image, ...box);
  }

  putImageData(base64: string, width: number, height: number, x: number, y: number, dirty: number[]): void {
    const data = new ImageData(fromBase64(base64), width, height);
    const [dx, dy, dw, dh] = dirty as [number, number, number, number];
    if (this.unit === 1) {
      this.context.putImageData(data, x, y, dx, dy, dw, dh);
      return;
    }
    const picture = bitmapOf(width, height);
    picture.getContext("2d")?.putImageData(data, 0, 0);
    this.context.save();
    this.context.setTransform(this.unit, 0, 0, this.unit, 0, 0);
    this.context.clearRect(x, y, width, height);
    this.context.drawImage(picture, x, y);
    this.context.restore();
  }

  text(method: "fillText" | "strokeText", text: string, x: number, y: number, widest: number): void {
    if (widest < 0) this.context[method](text, x, y);
    else if (widest > 0) this.context[method](text, x, y, widest);
  }
}

/** What is not simply a method or property of the same name. */
const own: Record<string, (this: Painter, ...args: any[]) => void> = {
  size(w: number, h: number) {
    this.resize(w, h);
  },
  legacy(keep: number) {
    this.legacy(keep === 1);
  },
  save() {
    this.push();
  },
  restore() {
    this.pop();
  },
  setTransform(...m: number[]) {
    this.setTransform(m);
  },
  lineDash(list: number[]) {
    this.context.setLineDash(list);
  },
  imageSmoothingEnabled(on: number) {
    this.context.imageSmoothingEnabled = on === 1;
  },
  fillStyle(v: unknown) {
    this.context.fillStyle = this.style(v);
  },
  strokeStyle(v: unknown) {
    this.context.strokeStyle = this.style(v);
  },
  fillPath(ops: unknown[], rule: CanvasFillRule) {
    this.context.fill(pathOf(ops), rule);
  },
  strokePath(ops: unknown[]) {
    this.context.stroke(pathOf(ops));
  },
  clipPath(ops: unknown[], rule: CanvasFillRule) {
    this.context.clip(pathOf(ops), rule);
  },
  fillText(text: string, x: number, y: number, widest: number) {
    this.text("fillText", text, x, y, widest);
  },
  strokeText(text: string, x: number, y: number, widest: number) {
    this.text("strokeText", text, x, y, widest);
  },
  drawImage(target: number, box: number[]) {
    this.drawImage(target, box);
  },
  putImageData(data: string, w: number, h: number, x: number, y: number, ...dirty: number[]) {
    this.putImageData(data, w, h, x, y, dirty);
  },
};
for (const name of ["scale", "rotate", "translate", "transform", "beginPath", "fill", "stroke", "clip", "fillRect", "strokeRect", "clearRect"]) {
  own[name] = function (...args: unknown[]) {
    (this.context as unknown as Record<string, (...args: unknown[]) => void>)[name]?.(...args);
  };
}

/** Calls visit for each operation of a flat array; stops at what is none. */
export function eachOp(ops: unknown[], visit: (name: string, args: unknown[]) => void): void {
  for (let i = 0; i < ops.length; ) {
    const op = DRAW_OPS[ops[i] as number];
    if (!op) throw new Error(`unknown drawing operation ${String(ops[i])}`);
    visit(op[0], ops.slice(i + 1, i + 1 + op[1]));
    i += 1 + op[1];
  }
}

function addToPath(path: Path, name: string, args: unknown[]): void {
  const method = (path as unknown as Record<string, (...args: unknown[]) => void>)[name];
  if (name === "arc" || name === "ellipse") method?.call(path, ...args.slice(0, -1), args[args.length - 1] === 1);
  else method?.call(path, ...args);
}

export function pathOf(ops: unknown[]): Path2D {
  const path = new Path2D();
  eachOp(ops, (name, args) => {
    if (name === "svgPath") path.addPath(new Path2D(String(args[0])));
    else if (pathOps.has(name)) addToPath(path, name, args);
  });
  return path;
}

function gradientOf(context: Context, [kind, ...n]: unknown[]): CanvasGradient {
  const [a, b, c, d, e, f] = n as [number, number, number, number, number, number];
  if (kind === "radial") return context.createRadialGradient(a, b, c, d, e, f);
  if (kind === "conic") return context.createConicGradient(a, b, c);
  return context.createLinearGradient(a, b, c, d);
}

export function bitmapOf(width: number, height: number): HTMLCanvasElement {
  const bitmap = document.createElement("canvas");
  bitmap.width = width;
  bitmap.height = height;
  return bitmap;
}

export function fromBase64(text: string): Uint8ClampedArray<ArrayBuffer> {
  return Uint8ClampedArray.from(atob(text), (c) => c.charCodeAt(0));
}

export function toBase64(data: Uint8ClampedArray): string {
  let text = "";
  for (let i = 0; i < data.length; i += 0x8000) text += String.fromCharCode(...data.subarray(i, i + 0x8000));
  return btoa(text);
}
