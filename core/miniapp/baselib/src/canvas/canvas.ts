/** The canvas node of a selector query, off-screen canvases, and the images that are drawn on them. */
import { native } from "../native";
import { CanvasRenderingContext2D } from "./context2d";
import { Path2D } from "./path";
import { ImageData } from "./pixels";
import { ownTarget, Surface, type Place } from "./surface";

/** message.MaxCanvasSide and MaxCanvasArea. */
const MAX_SIDE = 8192;
const MAX_AREA = 16 << 20;

type Listener = (event?: unknown) => void;

/** canvas.createImage(): loads when its src is set. */
export class Image {
  readonly place: Place;
  width = 0;
  height = 0;
  complete = false;
  onload: Listener | null = null;
  onerror: Listener | null = null;
  private address = "";
  private loading = 0;

  constructor(page: number) {
    this.place = { page, target: ownTarget() };
  }

  /** Programs put images into their data: the view has no use for one. */
  toJSON(): object {
    return {};
  }

  get naturalWidth(): number {
    return this.width;
  }

  get naturalHeight(): number {
    return this.height;
  }

  get src(): string {
    return this.address;
  }

  set src(address: string) {
    this.address = String(address);
    this.complete = false;
    const loading = ++this.loading;
    native.canvas(this.place.page, { target: this.place.target, want: "image", src: this.address }, (failure, result) => {
      if (loading !== this.loading) return;
      if (failure) {
        this.onerror?.({ type: "error", errMsg: failure.message, target: this });
        return;
      }
      Object.assign(this, result as object, { complete: true });
      this.onload?.({ type: "load", target: this });
    });
  }
}

/** A canvas. Its bitmap is made when it is first drawn on, or given a size. */
export class Canvas {
  readonly surface: Surface;
  private context: CanvasRenderingContext2D | undefined;

  constructor(
    readonly place: Place,
    private readonly type: string,
    private w: number,
    private h: number,
  ) {
    this.surface = new Surface(place);
  }

  get width(): number {
    return this.w;
  }

  set width(v: number) {
    this.w = side("width", v, this.h);
    this.renew();
  }

  get height(): number {
    return this.h;
  }

  set height(v: number) {
    this.h = side("height", v, this.w);
    this.renew();
  }

  /** Makes the bitmap anew, blank. */
  renew(): void {
    this.context?.renew();
    this.surface.push("size", [this.w, this.h]);
  }

  getContext(type: unknown): CanvasRenderingContext2D | null {
    if (type !== "2d") {
      native.log("warn", `canvas.getContext("${String(type)}") is not supported by this host: there is "2d" only`);
      return null;
    }
    if (this.type === "webgl" || this.type === "webgl2") return null;
    this.context ??= new CanvasRenderingContext2D(this, this.surface);
    return this.context;
  }

  /** Programs put canvases into their data: the view has no use for one. */
  toJSON(): object {
    return {};
  }

  createImage(): Image {
    return new Image(this.place.page);
  }

  createPath2D(path?: unknown): Path2D {
    return new Path2D(path);
  }

  createImageData(width: number, height: number): ImageData {
    return new ImageData(width, height);
  }

  requestAnimationFrame(callback: (time: number) => void): number {
    return requestFrame(this.place.page, callback);
  }

  cancelAnimationFrame(id: number): void {
    frames.delete(id);
  }

  toDataURL(type?: unknown, quality?: unknown): string {
    if (this.w === 0 || this.h === 0) return "data:,";
    const jpeg = type === "image/jpeg" || type === "image/jpg";
    const file = this.surface.askNow<{ type: string; data: string }>("toDataURL", "export", {
      width: this.w, height: this.h, destWidth: this.w, destHeight: this.h,
      fileType: jpeg ? "jpg" : "png", quality: typeof quality === "number" ? quality : 0.92,
    });
    return `data:${file.type};base64,${file.data}`;
  }
}

function side(name: string, v: number, other: number): number {
  const n = Math.max(0, Math.trunc(Number(v)) || 0);
  if (n > MAX_SIDE || n * other > MAX_AREA) {
    throw new Error(`canvas.${name}: ${n} is too large: a side has at most ${MAX_SIDE} pixels, a canvas ${MAX_AREA}`);
  }
  return n;
}

const frames = new Map<number, (time: number) => void>();
let lastFrame = 0;
let frameAsked = false;

/** Calls back when the client draws its next frame: it sets the pace, and a client that is not there stops the animation. */
function requestFrame(page: number, callback: (time: number) => void): number {
  frames.set(++lastFrame, callback);
  if (!frameAsked) {
    frameAsked = true;
    native.canvas(page, { target: 0, want: "frame" }, (_failure, time) => {
      frameAsked = false;
      const due = [...frames];
      frames.clear();
      // Each in its turn: one that throws does not keep the others from running.
      for (const [, run] of due) native.defer(() => run(Number(time)));
    });
  }
  return lastFrame;
}

/** What a selector query knows of a canvas node. */
export interface NodeFound {
  page: number;
  node: number;
  tag: string;
  type: string;
}

const nodes = new Map<string, Canvas>();
const MAX_NODES = 500;

/** The canvas of a node: the same object each time. */
export function canvasOf(found: NodeFound): Canvas {
  const key = `${found.page}:${found.node}`;
  let canvas = nodes.get(key);
  if (!canvas) {
    if (nodes.size >= MAX_NODES) nodes.delete(nodes.keys().next().value as string);
    canvas = new Canvas({ page: found.page, target: found.node }, found.type, 300, 150);
    nodes.set(key, canvas);
  }
  return canvas;
}

interface OffscreenOptions {
  type?: string;
  width?: number;
  height?: number;
}

/** wx.createOffscreenCanvas, in both of its forms. */
export function createOffscreenCanvas(first?: OffscreenOptions | number, second?: number): Canvas {
  const o = typeof first === "object" && first !== null ? first : { type: "2d", width: first, height: second };
  const canvas = new Canvas({ page: native.page(), target: ownTarget() }, o.type ?? "2d", 0, 0);
  canvas.width = o.width ?? 300;
  canvas.height = o.height ?? 150;
  return canvas;
}
