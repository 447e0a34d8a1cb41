/** CanvasRenderingContext2D: records operations; what only the pixels know it asks the client, and waits. */
import type { Canvas } from "./canvas";
import { addPathMethods, Path2D } from "./path";
import { coerce, initial, type Properties } from "./state";
import { CanvasGradient, CanvasPattern, gradients, wireStyle } from "./style";
import type { OpName, Recorder } from "./surface";
import { measureText } from "./measure";
import { ImageData } from "./pixels";

interface Matrix {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

interface Saved {
  properties: Properties;
  dash: number[];
  matrix: Matrix;
}

const identity: Matrix = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

function times(m: Matrix, a: number, b: number, c: number, d: number, e: number, f: number): Matrix {
  return {
    a: m.a * a + m.c * b,
    b: m.b * a + m.d * b,
    c: m.a * c + m.c * d,
    d: m.b * c + m.d * d,
    e: m.a * e + m.c * f + m.e,
    f: m.b * e + m.d * f + m.f,
  };
}

/** What can be drawn: an image or a canvas, by its number. */
interface Source {
  place: { target: number };
  surface?: Recorder;
}

export class CanvasRenderingContext2D {
  protected properties: Properties = { ...initial };
  private dash: number[] = [];
  private matrix: Matrix = identity;
  private stack: Saved[] = [];

  constructor(
    /** The canvas it draws on; undefined for the old context, which knows it by name only. */
    readonly canvas: Canvas | undefined,
    protected readonly surface: Recorder,
  ) {}

  /** The bitmap was made anew, and with it the state. */
  renew(): void {
    Object.assign(this, { properties: { ...initial }, dash: [], matrix: identity, stack: [] });
  }

  /** Programs put contexts into their data: the view has no use for one. */
  toJSON(): object {
    return {};
  }

  property<K extends keyof Properties>(name: K): Properties[K] {
    return this.properties[name];
  }

  assign(name: keyof Properties, v: unknown): void {
    const style = v instanceof CanvasGradient || v instanceof CanvasPattern;
    const taken = style ? v : coerce(name, v);
    if (taken === undefined) return;
    (this.properties as unknown as Record<string, unknown>)[name] = taken;
    // A gradient may have got more stops since it was set: it is sent again before it is used.
    if (!style) this.surface.push(name, [typeof taken === "boolean" ? Number(taken) : taken]);
  }

  save(): void {
    this.stack.push({ properties: { ...this.properties }, dash: this.dash, matrix: this.matrix });
    this.surface.push("save", []);
  }

  restore(): void {
    const saved = this.stack.pop();
    if (!saved) return;
    Object.assign(this, saved);
    this.surface.push("restore", []);
  }

  reset(): void {
    this.canvas?.renew();
  }

  scale(x: number, y: number): void {
    this.transform(Number(x), 0, 0, Number(y), 0, 0);
  }

  rotate(angle: number): void {
    const [sin, cos] = [Math.sin(Number(angle)), Math.cos(Number(angle))];
    this.transform(cos, sin, -sin, cos, 0, 0);
  }

  translate(x: number, y: number): void {
    this.transform(1, 0, 0, 1, Number(x), Number(y));
  }

  transform(...m: number[]): void {
    const [a, b, c, d, e, f] = m.map(Number) as [number, number, number, number, number, number];
    if (![a, b, c, d, e, f].every(Number.isFinite)) return;
    this.matrix = times(this.matrix, a, b, c, d, e, f);
    this.surface.push("transform", [a, b, c, d, e, f]);
  }

  setTransform(...args: unknown[]): void {
    const given = args[0] as Matrix | undefined;
    const list = args.length === 1 && typeof given === "object" ? [given.a, given.b, given.c, given.d, given.e, given.f] : args;
    const [a, b, c, d, e, f] = list.map(Number) as [number, number, number, number, number, number];
    if (![a, b, c, d, e, f].every(Number.isFinite)) return;
    this.matrix = { a, b, c, d, e, f };
    this.surface.push("setTransform", [a, b, c, d, e, f]);
  }

  resetTransform(): void {
    this.setTransform(1, 0, 0, 1, 0, 0);
  }

  getTransform(): Matrix {
    return { ...this.matrix };
  }

  setLineDash(segments: number[]): void {
    const list = Array.isArray(segments) ? segments.map(Number) : [];
    if (!list.every((n) => Number.isFinite(n) && n >= 0)) return;
    this.dash = list.length % 2 ? [...list, ...list] : list;
    this.surface.push("lineDash", [this.dash]);
  }

  getLineDash(): number[] {
    return this.dash.slice();
  }

  beginPath(): void {
    this.surface.push("beginPath", []);
  }

  fill(path?: unknown, rule?: unknown): void {
    this.paint("fillStyle");
    if (path instanceof Path2D) this.surface.push("fillPath", [path.ops.slice(), ruleOf(rule)]);
    else this.surface.push("fill", [ruleOf(path)]);
  }

  stroke(path?: unknown): void {
    this.paint("strokeStyle");
    if (path instanceof Path2D) this.surface.push("strokePath", [path.ops.slice()]);
    else this.surface.push("stroke", []);
  }

  clip(path?: unknown, rule?: unknown): void {
    if (path instanceof Path2D) this.surface.push("clipPath", [path.ops.slice(), ruleOf(rule)]);
    else this.surface.push("clip", [ruleOf(path)]);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.paint("fillStyle");
    this.surface.push("fillRect", [Number(x), Number(y), Number(width), Number(height)]);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.paint("strokeStyle");
    this.surface.push("strokeRect", [Number(x), Number(y), Number(width), Number(height)]);
  }

  clearRect(x: number, y: number, width: number, height: number): void {
    this.surface.push("clearRect", [Number(x), Number(y), Number(width), Number(height)]);
  }

  fillText(text: unknown, x: number, y: number, maxWidth?: number): void {
    this.paint("fillStyle");
    this.surface.push("fillText", [String(text), Number(x), Number(y), widest(maxWidth)]);
  }

  strokeText(text: unknown, x: number, y: number, maxWidth?: number): void {
    this.paint("strokeStyle");
    this.surface.push("strokeText", [String(text), Number(x), Number(y), widest(maxWidth)]);
  }

  measureText(text: unknown): unknown {
    return measureText(this.surface, this.properties.font, String(text));
  }

  createLinearGradient(...args: unknown[]): CanvasGradient {
    return gradients.linear(...args);
  }

  createRadialGradient(...args: unknown[]): CanvasGradient {
    return gradients.radial(...args);
  }

  createConicGradient(...args: unknown[]): CanvasGradient {
    return gradients.conic(...args);
  }

  createPattern(source: unknown, repetition?: unknown): CanvasPattern {
    return new CanvasPattern(sourceOf("createPattern", source).place.target, String(repetition || "repeat"));
  }

  drawImage(source: unknown, ...box: number[]): void {
    const from = sourceOf("drawImage", source);
    const numbers = box.map(Number);
    if (![2, 4, 8].includes(numbers.length)) throw new Error(`drawImage: want 2, 4 or 8 numbers, got ${numbers.length}`);
    if (!numbers.every(Number.isFinite)) return;
    from.surface?.flush();
    this.surface.push("drawImage", [from.place.target, numbers]);
  }

  createImageData(width: number | ImageData, height?: number): ImageData {
    return typeof width === "object" ? new ImageData(width.width, width.height) : new ImageData(width, Number(height));
  }

  getImageData(x: number, y: number, width: number, height: number): ImageData {
    const box = [x, y, width, height].map(Number);
    if (!box.every(Number.isFinite) || !box[2] || !box[3]) {
      throw new Error(`getImageData: want a box that is not empty, got ${box.join(", ")}`);
    }
    return ImageData.from(this.surface.askNow("getImageData", "pixels", { x: box[0], y: box[1], width: box[2], height: box[3] }));
  }

  putImageData(data: ImageData, x: number, y: number, ...dirty: number[]): void {
    const [dx, dy, dw, dh] = dirty.length === 4 ? dirty.map(Number) : [0, 0, data.width, data.height];
    this.surface.push("putImageData", [data.data, data.width, data.height, Number(x), Number(y), dx, dy, dw, dh]);
  }

  isPointInPath(...args: unknown[]): boolean {
    return this.hit("isPointInPath", args, false);
  }

  isPointInStroke(...args: unknown[]): boolean {
    return this.hit("isPointInStroke", args, true);
  }

  private hit(name: string, args: unknown[], stroke: boolean): boolean {
    const path = args[0] instanceof Path2D ? { path: args[0].ops } : {};
    const [x, y, rule] = args[0] instanceof Path2D ? args.slice(1) : args;
    if (!Number.isFinite(Number(x)) || !Number.isFinite(Number(y))) return false;
    return this.surface.askNow(name, "hit", { x: Number(x), y: Number(y), rule: ruleOf(rule), stroke, ...path });
  }

  /** Sends a gradient or pattern that is about to be used. */
  private paint(name: "fillStyle" | "strokeStyle"): void {
    const style = this.properties[name];
    if (typeof style === "object") this.surface.push(name as OpName, [wireStyle(style)]);
  }
}

for (const name of Object.keys(initial) as (keyof Properties)[]) {
  Object.defineProperty(CanvasRenderingContext2D.prototype, name, {
    get(this: CanvasRenderingContext2D) {
      return this.property(name);
    },
    set(this: CanvasRenderingContext2D, v: unknown) {
      this.assign(name, v);
    },
    enumerable: true,
    configurable: true,
  });
}

addPathMethods(CanvasRenderingContext2D.prototype, (self, name, args) => self.surface.push(name, args));

function ruleOf(rule: unknown): string {
  return rule === "evenodd" ? "evenodd" : "nonzero";
}

/** Below 0 stands for no limit. */
function widest(maxWidth: number | undefined): number {
  return maxWidth === undefined ? -1 : Math.max(0, Number(maxWidth));
}

function sourceOf(name: string, source: unknown): Source {
  const from = source as Partial<Source> | null | undefined;
  if (typeof from?.place?.target !== "number") throw new Error(`${name}: the first argument is neither an image nor a canvas`);
  return from as Source;
}
