import { bitmapOf } from "../canvas/painter";
import { sheetFor } from "../styles";
import { Component, make, shadow } from "./component";

const sheet = sheetFor(`
  :host { position: relative; overflow: hidden; background: #000; }
  video { width: 100%; height: 100%; object-fit: cover; display: block; }
  .none { position: absolute; inset: 0; display: flex; align-items: center; justify-content: center; color: #bbb; font-size: 13px; }
`);

/** <camera>: the browser's camera, if it gives one to this page; else it fails as on a device without. */
export class Camera extends Component {
  private readonly video = make("video");
  private readonly note = make("div", "none");
  private stream: MediaStream | undefined;
  private facing = "";

  constructor() {
    super();
    this.video.muted = this.video.playsInline = this.video.autoplay = true;
    shadow(this, sheet, this.video, this.note, make("slot"));
  }

  disconnectedCallback(): void {
    this.close();
  }

  /** The picture as a data address, for the logic layer to put into a file. */
  do_takePhoto(args: unknown): unknown {
    if (!this.stream) throw new Error("the camera is not open");
    const { quality } = (args ?? {}) as { quality?: string };
    const picture = bitmapOf(this.video.videoWidth, this.video.videoHeight);
    picture.getContext("2d")?.drawImage(this.video, 0, 0);
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

  protected override update(): void {
    const facing = this.str("devicePosition", "back") === "front" ? "user" : "environment";
    if (facing !== this.facing) void this.open(facing);
  }

  private async open(facing: string): Promise<void> {
    this.facing = facing;
    this.close();
    try {
      if (!navigator.mediaDevices) throw new Error("no camera");
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing } });
      this.video.srcObject = this.stream;
      this.note.textContent = "";
      this.emit("initdone", { maxZoom: 1 });
    } catch (err) {
      this.note.textContent = "无法打开相机";
      this.emit("error", { errMsg: `insertCamera:fail ${err instanceof Error ? err.message : String(err)}` });
    }
  }

  private close(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    this.emit("stop");
  }
}
