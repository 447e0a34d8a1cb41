import { bitmapOf } from "../canvas/painter";
import { addCamera, removeCamera, tellCamera, type CameraPage } from "../cameras";
import { sheetFor } from "../styles";
import { Component, make, shadow } from "./component";

const sheet = sheetFor(`
  :host { position: relative; overflow: hidden; background: #000; }
  canvas { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; display: block; }
  slot { position: relative; display: block; }
  .front { transform: scaleX(-1); }
  .none { position: absolute; inset: 0; display: flex; align-items: center; justify-content: center; color: #bbb; font-size: 13px; }
`);

/** How often a picture is searched for codes, in milliseconds. */
const SCAN_EVERY = 250;
const widths: Record<string, number> = { low: 640, medium: 1280, high: 1920 };

interface Detector {
  detect(image: CanvasImageSource): Promise<{ rawValue: string; format: string }[]>;
}

let count = 0;

/** <camera>: pictures of the camera that the shell opens, if the user lets it; else it fails as on a device without. */
export class Camera extends Component implements CameraPage {
  private readonly key = `camera-${++count}`;
  private readonly view = make("canvas");
  private readonly note = make("div", "none");
  private facing = "";
  private seen = false;
  private scanned = 0;

  constructor() {
    super();
    shadow(this, sheet, this.view, this.note, make("slot"));
  }

  disconnectedCallback(): void {
    this.close();
    this.facing = "";
  }

  /** The picture as a data address, for the logic layer to put into a file. */
  do_takePhoto(args: unknown): unknown {
    if (!this.seen) throw new Error("the camera is not open");
    const { quality, selfieMirror = true } = (args ?? {}) as { quality?: string; selfieMirror?: boolean };
    const picture = bitmapOf(this.view.width, this.view.height);
    const pen = picture.getContext("2d");
    if (this.facing === "front" && selfieMirror) pen?.setTransform(-1, 0, 0, 1, picture.width, 0);
    pen?.drawImage(this.view, 0, 0);
    const [, data] = picture.toDataURL("image/jpeg", quality === "low" ? 0.6 : quality === "high" ? 0.95 : 0.8).split(",");
    return { type: "image/jpeg", data, width: picture.width, height: picture.height };
  }

  do_setZoom(): never {
    throw new Error("not supported");
  }

  do_startRecord(): never {
    throw new Error("not supported");
  }

  do_stopRecord(): never {
    throw new Error("not supported");
  }

  hear(type: string, detail: unknown): void {
    if (type === "error") {
      this.note.textContent = "无法打开相机";
      this.emit("error", { errMsg: `insertCamera:fail ${String(detail)}` });
      return;
    }
    if (type !== "picture" || !(detail instanceof ImageBitmap)) return;
    this.show(detail);
    // One picture is on its way at a time, and none while nobody looks.
    requestAnimationFrame(() => tellCamera({ id: this.key, next: true }));
  }

  protected override update(): void {
    const facing = this.str("devicePosition", "back");
    this.view.classList.toggle("front", facing === "front");
    if (facing !== this.facing) this.open(facing);
  }

  private open(facing: string): void {
    this.close();
    this.facing = facing;
    addCamera(this.key, this);
    tellCamera({ id: this.key, open: true, facing, width: widths[this.str("resolution", "medium")] ?? 1280 });
  }

  private close(): void {
    if (this.facing === "") return;
    removeCamera(this.key);
    if (this.seen) this.emit("stop");
    this.seen = false;
  }

  private show(picture: ImageBitmap): void {
    if (this.view.width !== picture.width || this.view.height !== picture.height) Object.assign(this.view, { width: picture.width, height: picture.height });
    this.view.getContext("2d")?.drawImage(picture, 0, 0);
    picture.close();
    if (!this.seen) {
      this.seen = true;
      this.note.textContent = "";
      this.emit("initdone", { maxZoom: 1 });
    }
    if (this.str("mode") === "scanCode") void this.scan();
  }

  private async scan(): Promise<void> {
    const now = performance.now();
    const { BarcodeDetector } = window as { BarcodeDetector?: new () => Detector };
    if (!BarcodeDetector || now - this.scanned < SCAN_EVERY) return;
    this.scanned = now;
    const [code] = await new BarcodeDetector().detect(this.view).catch(() => []);
    if (code) this.emit("scancode", { type: code.format === "qr_code" ? "qrcode" : "barcode", result: code.rawValue, charSet: "UTF-8", scanArea: [0, 0, this.clientWidth, this.clientHeight] });
  }
}
