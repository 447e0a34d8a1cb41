/** Formats of films, best first; the first that the browser writes is taken. */
const FORMATS = ["video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/mp4", "video/webm;codecs=vp8,opus", "video/webm"];

/** A film that is being made of the pictures that are shown. */
export class Film {
  private readonly canvas = document.createElement("canvas");
  private readonly pen: CanvasRenderingContext2D | null;
  private readonly recorder: MediaRecorder;
  private readonly pieces: Blob[] = [];

  constructor(width: number, height: number, bits: number, private readonly sound: MediaStream | undefined) {
    Object.assign(this.canvas, { width, height });
    this.pen = this.canvas.getContext("2d");
    const stream = this.canvas.captureStream();
    for (const track of sound?.getAudioTracks() ?? []) stream.addTrack(track);
    const mimeType = FORMATS.find((f) => MediaRecorder.isTypeSupported(f)) ?? "";
    this.recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: bits });
    this.recorder.ondataavailable = (e) => this.pieces.push(e.data);
    this.recorder.start();
  }

  draw(picture: CanvasImageSource): void {
    this.pen?.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
  }

  /** Ends it and gives its bytes; fails if there are none. */
  async end(): Promise<{ type: string; data: ArrayBuffer }> {
    await this.encoded();
    const over = new Promise<void>((resolve) => {
      this.recorder.onstop = () => resolve();
    });
    this.drop();
    await over;
    const [type = ""] = this.recorder.mimeType.split(";");
    const data = await new Blob(this.pieces).arrayBuffer();
    if (data.byteLength === 0) throw new Error("nothing was recorded: the device is too busy; try again");
    return { type, data };
  }

  /** Shows the last picture until something is encoded, for a busy device may be late with that, but not longer than some seconds. */
  private async encoded(): Promise<void> {
    for (let tries = 0; tries < 100 && this.recorder.state !== "inactive" && !this.pieces.some((p) => p.size > 0); tries++) {
      this.draw(this.canvas); // onto itself: a picture like the last one
      this.recorder.requestData();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Gives it up. */
  drop(): void {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    for (const track of [...this.recorder.stream.getTracks(), ...(this.sound?.getTracks() ?? [])]) track.stop();
  }
}
