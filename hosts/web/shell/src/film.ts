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

  /** Ends it and gives its bytes. */
  async end(): Promise<{ type: string; data: ArrayBuffer }> {
    const over = new Promise<void>((resolve) => {
      this.recorder.onstop = () => resolve();
    });
    this.drop();
    await over;
    const [type = ""] = this.recorder.mimeType.split(";");
    return { type, data: await new Blob(this.pieces).arrayBuffer() };
  }

  /** Gives it up. */
  drop(): void {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    for (const track of [...this.recorder.stream.getTracks(), ...(this.sound?.getTracks() ?? [])]) track.stop();
  }
}
