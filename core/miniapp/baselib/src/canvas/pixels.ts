/** ImageData: pixels in the script's hands. */

/** More pixels than this are not made: message.MaxCanvasArea. */
const MAX_AREA = 16 << 20;

export class ImageData {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;

  constructor(width: number, height: number, data?: Uint8ClampedArray) {
    this.width = Math.abs(Math.trunc(Number(width)));
    this.height = Math.abs(Math.trunc(Number(height)));
    const area = this.width * this.height;
    if (!(area > 0) || area > MAX_AREA) {
      throw new Error(`createImageData: ${String(width)}×${String(height)} pixels cannot be made`);
    }
    this.data = data ?? new Uint8ClampedArray(area * 4);
  }

  static from(answer: { width: number; height: number; data: ArrayBuffer }): ImageData {
    return new ImageData(answer.width, answer.height, new Uint8ClampedArray(answer.data));
  }
}
