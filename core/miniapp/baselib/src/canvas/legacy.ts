/** wx.createCanvasContext: the old context, which gathers what is drawn until draw() and knows its canvas by name. */
import { native } from "../native";
import { Image } from "./canvas";
import { CanvasRenderingContext2D } from "./context2d";
import { CanvasPattern, gradients, type CanvasGradient } from "./style";
import { ApiError } from "../convention";
import { record, type OpName, type Place, type Recorder } from "./surface";

/** Gathers operations, with the addresses of the images they draw. */
class Script implements Recorder {
  ops: unknown[] = [];
  /** Where in ops the number of an image is to be filled in once it is loaded. */
  images: { at: number; src: string }[] = [];

  push(name: OpName, args: unknown[]): void {
    record(this.ops, name, args);
  }

  drawImage(src: string, box: number[]): void {
    this.images.push({ at: this.ops.length + 1, src });
    this.ops.push(drawImageOp[0], 0, box);
  }

  flush(): void {}

  askNow<T>(name: string, want: string, args: object): T {
    const { failure, result } = native.canvasSync(native.page(), { target: 0, want, ...args });
    if (failure) throw new ApiError(name, failure);
    return result as T;
  }

  /** Hands over what was gathered. */
  take(): { ops: unknown[]; images: { at: number; src: string }[] } {
    const { ops, images } = this;
    this.ops = [];
    this.images = [];
    return { ops, images };
  }
}

const drawImageOp: unknown[] = [];
record(drawImageOp, "drawImage", [0]);

export class CanvasContext extends CanvasRenderingContext2D {
  private readonly script: Script;

  constructor(
    private readonly scope: unknown,
    private readonly id: string,
    /** Where the canvas is, if that is known. */
    private readonly place?: Place,
  ) {
    const script = new Script();
    super(undefined, script);
    this.script = script;
  }

  setShadow(x: number, y: number, blur: number, color: string): void {
    Object.assign(this, { shadowOffsetX: x, shadowOffsetY: y, shadowBlur: blur, shadowColor: color });
  }

  setFontSize(size: number): void {
    if (Number.isFinite(Number(size))) this.assign("font", this.property("font").replace(/[\d.]+\s*px/, `${size}px`));
  }

  override setLineDash(segments: number[], offset = 0): void {
    super.setLineDash(segments);
    this.assign("lineDashOffset", offset);
  }

  createCircularGradient(x: number, y: number, r: number): CanvasGradient {
    return gradients.circular(x, y, r);
  }

  override createPattern(source: unknown, repetition?: unknown): CanvasPattern {
    return super.createPattern(typeof source === "string" ? imageOf(native.page(), source).image : source, repetition);
  }

  override drawImage(source: unknown, ...box: number[]): void {
    if (typeof source !== "string") {
      super.drawImage(source, ...box);
      return;
    }
    const numbers = box.slice(0, box.length >= 8 ? 8 : box.length >= 4 ? 4 : 2).map(Number);
    if (numbers.length >= 2 && numbers.every(Number.isFinite)) this.script.drawImage(source, numbers);
  }

  clearActions(): void {
    this.script.take();
  }

  /** Draws what was gathered, after what was drawn on this canvas before. */
  draw(keep?: unknown, callback?: unknown): void {
    const { ops, images } = this.script.take();
    this.renew();
    const start: unknown[] = [];
    record(start, "legacy", [keep === true ? 1 : 0]);
    const done = typeof keep === "function" ? keep : callback;
    void (this.place ? Promise.resolve(this.place) : findLater(this.scope, this.id)).then((at) => {
      const finish = (errMsg: string): void => {
        if (typeof done === "function") native.defer(() => (done as (o: object) => void)({ errMsg }));
      };
      if (!at) {
        native.log("warn", `createCanvasContext: there is no <canvas canvas-id="${this.id}"> here`);
        finish("drawCanvas:fail canvas is empty");
        return;
      }
      inOrder(at, async () => {
        await Promise.all(images.map(async (image) => {
          ops[image.at] = await imageOf(at.page, image.src).loaded;
        }));
        native.draw(at.page, at.target, [...start, ...ops]);
        finish("drawCanvas:ok");
      });
    });
  }
}

const setters: Record<string, string> = {
  setFillStyle: "fillStyle",
  setStrokeStyle: "strokeStyle",
  setLineWidth: "lineWidth",
  setLineCap: "lineCap",
  setLineJoin: "lineJoin",
  setMiterLimit: "miterLimit",
  setGlobalAlpha: "globalAlpha",
  setTextAlign: "textAlign",
  setTextBaseline: "textBaseline",
};
for (const [method, property] of Object.entries(setters)) {
  (CanvasContext.prototype as unknown as Record<string, unknown>)[method] = function (this: Record<string, unknown>, v: unknown) {
    // The old context called the alphabetic line normal.
    this[property] = v === "normal" ? "alphabetic" : v;
  };
}

/** Finds a canvas by canvas-id or id once the present turn is over: a page may draw before it is shown. */
export function findLater(scope: unknown, id: string): Promise<Place | null> {
  return new Promise((resolve) => native.defer(() => resolve(native.canvasFind(scope, id))));
}

const queues = new Map<string, Promise<void>>();

/** Runs work after all earlier work on the same canvas. */
export function inOrder(at: Place, work: () => Promise<void>): void {
  const key = `${at.page}:${at.target}`;
  const last: Promise<void> = (queues.get(key) ?? Promise.resolve()).then(work).finally(() => {
    if (queues.get(key) === last) queues.delete(key);
  });
  queues.set(key, last);
}

interface Loading {
  image: Image;
  /** The image's number, once it is loaded or has failed: an image that is not there draws nothing. */
  loaded: Promise<number>;
}

const images = new Map<string, Loading>();
const MAX_IMAGES = 200;

function imageOf(page: number, src: string): Loading {
  const key = `${page} ${src}`;
  let known = images.get(key);
  if (!known) {
    if (images.size >= MAX_IMAGES) images.clear();
    const image = new Image(page);
    const loaded = new Promise<number>((resolve) => {
      image.onload = () => resolve(image.place.target);
      image.onerror = (e) => {
        images.delete(key);
        native.log("warn", `drawImage: ${src} cannot be loaded: ${String((e as { errMsg?: string }).errMsg)}`);
        resolve(image.place.target);
      };
    });
    image.src = src;
    known = { image, loaded };
    images.set(key, known);
  }
  return known;
}
