import { make } from "./dom";
import { pick } from "./i18n";
import { look } from "./look";

/** Text printed over everything that a mini-program shows. It takes no clicks, and comes back if it is taken away. */
export class WatermarkView {
  readonly element = make("canvas", "watermark");
  private words = { user: "", app: "" };
  private dark = false;
  private readonly watch = new ResizeObserver(() => this.draw());

  constructor(private readonly stage: HTMLElement) {
    this.element.ariaHidden = "true";
    new MutationObserver(() => this.keep()).observe(stage, { childList: true });
    setInterval(() => this.draw(), 60_000);
    this.watch.observe(stage);
  }

  /** Whose screen it is, what is in front, and whether that is dark. */
  set(user: string, app: string, dark: boolean): void {
    this.dark = dark;
    this.words = { user, app };
    this.draw();
  }

  /** The text with its placeholders filled in. */
  text(now = new Date()): string {
    const two = (n: number): string => String(n).padStart(2, "0");
    const values: Record<string, string> = {
      ...this.words,
      name: pick(look.brand.title) || look.brand.name,
      date: `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`,
      time: `${two(now.getHours())}:${two(now.getMinutes())}`,
    };
    return (look.ui.watermark.text ?? "").replace(/\{(\w+)\}/g, (all, word: string) => values[word] ?? all).trim();
  }

  private keep(): void {
    if (look.ui.watermark.text && this.element.parentNode !== this.stage) this.stage.append(this.element);
  }

  private draw(): void {
    const w = look.ui.watermark;
    this.element.hidden = !w.text;
    if (!w.text) return;
    this.keep();
    const { clientWidth: width, clientHeight: height } = this.stage;
    const density = window.devicePixelRatio || 1;
    Object.assign(this.element, { width: width * density, height: height * density });
    const text = this.text();
    this.element.dataset["text"] = text;
    const pen = this.element.getContext("2d");
    if (!pen || width === 0) return;
    pen.scale(density, density);
    pen.globalAlpha = w.opacity;
    pen.fillStyle = (this.dark && w.dark) || w.colour || "#808890";
    this.element.dataset["colour"] = String(pen.fillStyle);
    pen.font = `${w.size}px ${getComputedStyle(document.body).fontFamily}`;
    pen.rotate((w.angle * Math.PI) / 180);
    const step = Math.max(40, pen.measureText(text).width + w.gap);
    const far = width + height;
    for (let y = -far, row = 0; y < far; y += w.size + w.gap, row++) {
      for (let x = -far + (row % 2) * (step / 2); x < far; x += step) pen.fillText(text, x, y);
    }
  }
}
