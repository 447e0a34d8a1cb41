import { bitmapOf, toBase64 } from "../canvas/painter";
import { addCamera, removeCamera, tellCamera, type CameraPage } from "../cameras";
import { sheetFor } from "../styles";
import { t } from "../texts";
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

const qualities: Record<string, number> = { low: 0.6, normal: 0.8, high: 0.95, original: 1 };
/** The longer side of the pictures for onCameraFrame, by frame-size. */
const frames: Record<string, number> = { small: 288, medium: 480, large: 720 };
const MAX_ZOOM = 10;
/** How many bits a second a film has, and how many bytes it may have, so that it gets through to the logic layer. */
const BITS = 2_000_000;
const MAX_FILM = 10 << 20;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

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
  /** Whoever waits for the next picture, and for what comes of a recording. */
  private wanted: Waiting[] = [];
  private recording: Waiting | undefined;

  constructor() {
    super();
    shadow(this, sheet, this.view, this.note, make("slot"));
  }

  disconnectedCallback(): void {
    this.close();
    this.facing = "";
  }

  /** The picture as a data address, for the logic layer to put into a file. */
  async do_takePhoto(args: unknown): Promise<unknown> {
    if (!this.seen) throw new Error("the camera is not open");
    if (this.flash === "on") {
      tellCamera({ id: this.key, torch: true });
      await this.picture(); // the one that was on its way, and one in the light
      await this.picture();
      tellCamera({ id: this.key, torch: false });
    }
    const { quality, selfieMirror = true } = (args ?? {}) as { quality?: string; selfieMirror?: boolean };
    const picture = bitmapOf(this.view.width, this.view.height);
    const pen = picture.getContext("2d");
    if (this.facing === "front" && selfieMirror) pen?.setTransform(-1, 0, 0, 1, picture.width, 0);
    pen?.drawImage(this.view, 0, 0);
    const [, data] = picture.toDataURL("image/jpeg", qualities[quality ?? "normal"] ?? 0.8).split(",");
    return { type: "image/jpeg", data, width: picture.width, height: picture.height };
  }

  /** Goes as near as it can of what is asked for. */
  do_setZoom(args: unknown): unknown {
    if (!this.seen) throw new Error("the camera is not open");
    const asked = Number((args as { zoom?: unknown } | null)?.zoom);
    if (!Number.isFinite(asked)) throw new Error("parameter error: parameter.zoom should be Number");
    const zoom = Math.max(1, Math.min(MAX_ZOOM, asked));
    tellCamera({ id: this.key, zoom });
    return { zoom };
  }

  /** The next picture, no larger than the attribute frame-size says: RGBA, for the logic layer. */
  async do_frame(): Promise<unknown> {
    if (!this.seen) throw new Error("the camera is not open");
    await this.picture();
    const scale = Math.min(1, (frames[this.str("frameSize", "medium")] ?? 480) / Math.max(this.view.width, this.view.height));
    const small = bitmapOf(Math.round(this.view.width * scale), Math.round(this.view.height * scale));
    const pen = small.getContext("2d");
    pen?.drawImage(this.view, 0, 0, small.width, small.height);
    const { width, height, data } = pen!.getImageData(0, 0, small.width, small.height);
    return { width, height, data: toBase64(data) };
  }

  do_startRecord(args: unknown): Promise<unknown> {
    if (!this.seen) throw new Error("the camera is not open");
    if (this.recording) throw new Error("is recording");
    const { timeout } = (args ?? {}) as { timeout?: number };
    const bits = Math.min(BITS, Math.floor((MAX_FILM * 8) / Math.max(1, timeout ?? 30)));
    return this.record(bits);
  }

  /** The film and its first picture as data, for the logic layer to put into files. */
  async do_stopRecord(): Promise<unknown> {
    if (!this.seen) throw new Error("the camera is not open");
    const thumb = (await this.do_takePhoto({ quality: "low" })) as { data: string };
    const { type, data } = (await this.record(false)) as { type: string; data: ArrayBuffer };
    return { type, data: toBase64(new Uint8ClampedArray(data)), thumb: thumb.data, width: this.view.width, height: this.view.height };
  }

  private record(bits: number | false): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.recording = { resolve, reject };
      tellCamera({ id: this.key, record: bits });
    });
  }

  /** Waits for the next picture. */
  private picture(): Promise<unknown> {
    return new Promise((resolve, reject) => this.wanted.push({ resolve, reject }));
  }

  private get flash(): string {
    return this.str("flash", "auto");
  }

  hear(type: string, detail: unknown): void {
    if (/record/.test(type)) {
      const { recording } = this;
      this.recording = undefined;
      if (type === "unrecorded") recording?.reject(new Error(String(detail)));
      else recording?.resolve(detail);
      return;
    }
    if (type === "error") {
      this.note.textContent = t.cameraFailed;
      this.emit("error", { errMsg: `insertCamera:fail ${String(detail)}` });
      return;
    }
    if (type !== "picture" || !(detail instanceof ImageBitmap)) return;
    this.show(detail);
    // One picture is on its way at a time, and none while nobody looks.
    requestAnimationFrame(() => tellCamera({ id: this.key, next: true }));
  }

  protected override update(changed: Set<string>): void {
    if (!this.has("ariaRole")) this.role = "group";
    if (!this.has("ariaLabel")) this.ariaLabel = t.camera;
    this.view.ariaHidden = "true";
    const facing = this.str("devicePosition", "back");
    this.view.classList.toggle("front", facing === "front");
    if (facing !== this.facing) this.open(facing);
    if (this.seen && changed.has("flash")) tellCamera({ id: this.key, torch: this.flash === "torch" });
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
    const gone = new Error("the camera was closed");
    for (const { reject } of [...this.wanted.splice(0), ...(this.recording ? [this.recording] : [])]) reject(gone);
    this.recording = undefined;
  }

  private show(picture: ImageBitmap): void {
    if (this.view.width !== picture.width || this.view.height !== picture.height) Object.assign(this.view, { width: picture.width, height: picture.height });
    this.view.getContext("2d")?.drawImage(picture, 0, 0);
    picture.close();
    if (!this.seen) {
      this.seen = true;
      this.note.textContent = "";
      this.emit("initdone", { maxZoom: MAX_ZOOM });
      if (this.flash === "torch") tellCamera({ id: this.key, torch: true });
    }
    for (const { resolve } of this.wanted.splice(0)) resolve(undefined);
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
