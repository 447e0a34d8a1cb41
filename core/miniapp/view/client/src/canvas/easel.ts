import { DRAW_OPS, MAX_CANVAS_AREA, type CanvasAsk, type Draw } from "../constants";
import { resourceURL } from "../resources";
import { bitmapOf, eachOp, Painter, pathOf, toBase64, type Sources } from "./painter";

/** How long drawing waits for its canvas to be seen, in milliseconds. */
const MAX_HIDDEN = 3000;

/** An element that shows a bitmap. */
export interface CanvasElement extends Element {
  readonly bitmap: HTMLCanvasElement;
}

/** What an easel needs of its page. */
export interface EaselOwner {
  element(id: number): Element | undefined;
  folder(): string;
}

interface Picture {
  image: HTMLImageElement;
  ready: Promise<void>;
  done: boolean;
}

/** The canvases and images of one page, by number: nodes of the tree above 0, others below. */
export class Easel implements Sources {
  private readonly painters = new Map<number, Painter>();
  private readonly pictures = new Map<number, Picture>();
  /** Canvases whose drawing waits for a picture. */
  private readonly waiting = new Map<number, Promise<void>>();

  constructor(private readonly owner: EaselOwner) {}

  source(target: number): CanvasImageSource | undefined {
    const picture = this.pictures.get(target);
    if (picture) return picture.image.naturalWidth > 0 ? picture.image : undefined;
    const bitmap = this.painter(target)?.bitmap;
    return bitmap && bitmap.width > 0 && bitmap.height > 0 ? bitmap : undefined;
  }

  /** Draws, after the pictures are there that the operations use. */
  draw(d: Draw): void {
    const ops = d.ops as unknown[];
    const needed = [...this.unready(ops), ...this.hidden(d.target, ops)];
    const before = this.waiting.get(d.target);
    if (needed.length === 0 && !before) {
      this.painter(d.target)?.run(ops);
      return;
    }
    const turn: Promise<void> = Promise.all([before, ...needed]).then(() => {
      this.painter(d.target)?.run(ops);
      if (this.waiting.get(d.target) === turn) this.waiting.delete(d.target);
    });
    this.waiting.set(d.target, turn);
  }

  /** Answers a question about pixels: at once if nothing has to be waited for. */
  answer(ask: CanvasAsk): unknown {
    switch (ask.want) {
      case "measure":
        return measure(ask.font ?? "", ask.text ?? "");
      case "image":
        return this.load(ask.target, ask.src ?? "");
      case "frame":
        return new Promise((resolve) => requestAnimationFrame(resolve));
    }
    const before = this.waiting.get(ask.target);
    return before ? before.then(() => this.look(ask)) : this.look(ask);
  }

  private look(ask: CanvasAsk): unknown {
    const painter = this.painter(ask.target);
    if (!painter) throw new Error("canvas is empty");
    switch (ask.want) {
      case "pixels":
        return pixels(painter, ask);
      case "export":
        return encode(painter, ask);
      case "hit":
        return hit(painter, ask);
    }
    throw new Error(`a canvas cannot ${ask.want}`);
  }

  private painter(target: number): Painter | undefined {
    const known = this.painters.get(target);
    const el = target > 0 ? (this.owner.element(target) as CanvasElement | undefined) : undefined;
    if (known && (target < 0 || known.bitmap === el?.bitmap)) return known;
    const bitmap = target < 0 ? bitmapOf(300, 150) : el?.bitmap;
    if (!bitmap) return undefined;
    const painter = new Painter(bitmap, this, () => ({ width: el?.clientWidth ?? 300, height: el?.clientHeight ?? 150 }));
    this.painters.set(target, painter);
    return painter;
  }

  /** The old canvas has the size of its element: drawing waits for a page that is still hidden to be seen, for a while. */
  private hidden(target: number, ops: unknown[]): Promise<void>[] {
    const el = target > 0 ? this.owner.element(target) : undefined;
    if (!el || DRAW_OPS[ops[0] as number]?.[0] !== "legacy" || el.clientWidth > 0) return [];
    return [
      new Promise((resolve) => {
        const done = (): void => {
          observer.disconnect();
          clearTimeout(timer);
          resolve();
        };
        const observer = new ResizeObserver(() => {
          if (el.clientWidth > 0) done();
        });
        const timer = setTimeout(done, MAX_HIDDEN);
        observer.observe(el);
      }),
    ];
  }

  private unready(ops: unknown[]): Promise<void>[] {
    const out: Promise<void>[] = [];
    eachOp(ops, (name, args) => {
      const style = name === "fillStyle" || name === "strokeStyle" ? args[0] : undefined;
      const target = name === "drawImage" ? args[0] : Array.isArray(style) && style[0] === "pattern" ? style[1] : undefined;
      const picture = this.pictures.get(target as number);
      if (picture && !picture.done) out.push(picture.ready);
    });
    return out;
  }

  private async load(target: number, src: string): Promise<{ width: number; height: number }> {
    const image = new Image();
    image.crossOrigin = "anonymous";
    const loaded = new Promise<void>((resolve, reject) => {
      image.onload = () => resolve();
      image.onerror = () => reject(new Error(`GET ${src.slice(0, 200)} failed`));
    });
    const picture: Picture = { image, ready: loaded.catch(() => undefined), done: false };
    this.pictures.set(target, picture);
    image.src = resourceURL(src, this.owner.folder());
    try {
      await loaded;
    } finally {
      picture.done = true;
    }
    return { width: image.naturalWidth, height: image.naturalHeight };
  }
}

const ruler = bitmapOf(1, 1).getContext("2d");

function measure(font: string, text: string): Record<string, number> {
  if (!ruler) throw new Error("no canvas");
  ruler.font = "10px sans-serif";
  ruler.font = font;
  const m = ruler.measureText(text);
  return {
    width: m.width,
    actualBoundingBoxAscent: m.actualBoundingBoxAscent,
    actualBoundingBoxDescent: m.actualBoundingBoxDescent,
    actualBoundingBoxLeft: m.actualBoundingBoxLeft,
    actualBoundingBoxRight: m.actualBoundingBoxRight,
    fontBoundingBoxAscent: m.fontBoundingBoxAscent,
    fontBoundingBoxDescent: m.fontBoundingBoxDescent,
  };
}

/** The part of a bitmap that an ask is about, in its pixels; a negative size counts the other way. */
function region(painter: Painter, ask: CanvasAsk): { x: number; y: number; width: number; height: number; unit: number } {
  const unit = painter.scale(ask.legacy === true);
  let [x, y, width, height] = [ask.x ?? 0, ask.y ?? 0, ask.width ?? 0, ask.height ?? 0] as [number, number, number, number];
  if (width < 0) [x, width] = [x + width, -width];
  if (height < 0) [y, height] = [y + height, -height];
  return { x, y, width, height, unit };
}

function pixels(painter: Painter, ask: CanvasAsk): unknown {
  const r = region(painter, ask);
  const [width, height] = [Math.trunc(r.width), Math.trunc(r.height)];
  if (width < 1 || height < 1 || width * height > MAX_CANVAS_AREA) throw new Error(`${width}×${height} pixels cannot be read`);
  if (r.unit === 1) return wire(painter.context.getImageData(Math.trunc(r.x), Math.trunc(r.y), width, height));
  const copy = bitmapOf(width, height).getContext("2d");
  copy?.drawImage(painter.bitmap, -r.x, -r.y, painter.bitmap.width / r.unit, painter.bitmap.height / r.unit);
  return copy && wire(copy.getImageData(0, 0, width, height));
}

function wire(data: ImageData): unknown {
  return { width: data.width, height: data.height, data: toBase64(data.data) };
}

function encode(painter: Painter, ask: CanvasAsk): unknown {
  const { bitmap } = painter;
  const r = region(painter, ask);
  const width = r.width || bitmap.width / r.unit - r.x;
  const height = r.height || bitmap.height / r.unit - r.y;
  const dest = [Math.round(ask.destWidth || width * r.unit), Math.round(ask.destHeight || height * r.unit)] as const;
  if (!(dest[0] >= 1 && dest[1] >= 1 && dest[0] * dest[1] <= MAX_CANVAS_AREA)) throw new Error("create bitmap failed");
  const out = bitmapOf(...dest);
  const [sx, sy] = [dest[0] / width, dest[1] / height];
  out.getContext("2d")?.drawImage(bitmap, -r.x * sx, -r.y * sy, (bitmap.width / r.unit) * sx, (bitmap.height / r.unit) * sy);
  const type = ask.fileType === "jpg" ? "image/jpeg" : "image/png";
  const [, data = ""] = out.toDataURL(type, ask.quality || 1).split(",");
  return { type, data };
}

function hit(painter: Painter, ask: CanvasAsk): boolean {
  const { context } = painter;
  const [x, y, rule] = [ask.x ?? 0, ask.y ?? 0, (ask.rule ?? "nonzero") as CanvasFillRule];
  if (!ask.path) return ask.stroke ? context.isPointInStroke(x, y) : context.isPointInPath(x, y, rule);
  const path = pathOf(ask.path as unknown[]);
  return ask.stroke ? context.isPointInStroke(path, x, y) : context.isPointInPath(path, x, y, rule);
}
