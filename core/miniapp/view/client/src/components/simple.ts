import { sheetFor } from "../styles";
import { Component, make, shadow } from "./component";

const iconSheet = sheetFor(`:host { line-height: 0; } svg { width: 100%; height: 100%; display: block; }`);

/** Icons as [colour, filled disc?, glyph]. */
const icons: Record<string, [color: string, disc: boolean, glyph: string]> = {
  success: ["var(--dg-choice)", true, "M7 12.4l3.4 3.4L17 9"],
  success_no_circle: ["var(--dg-choice)", false, "M4 12.6l5.2 5.2L20 7"],
  info: ["#10aeff", true, "M12 11v6M12 7.2v.1"],
  warn: ["var(--dg-icon-warn)", true, "M12 6.6v6.6M12 16.7v.1"],
  waiting: ["#10aeff", true, "M12 7v5.3l3.6 2"],
  cancel: ["var(--dg-icon-cancel)", false, "M12 12m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0M9 9l6 6M15 9l-6 6"],
  download: ["var(--dg-choice)", false, "M12 12m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0M12 7v9M8.6 12.8 12 16.2l3.4-3.4"],
  search: ["#b2b2b2", false, "M10.5 10.5m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0M15 15l5 5"],
  clear: ["#b2b2b2", true, "M9 9l6 6M15 9l-6 6"],
};

/** <icon>. */
export class Icon extends Component {
  private readonly svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");

  constructor() {
    super();
    this.svg.setAttribute("viewBox", "0 0 24 24");
    shadow(this, iconSheet, this.svg);
  }

  protected override update(): void {
    const size = this.str("size", "23");
    this.style.width = this.style.height = /^\d+(\.\d+)?$/.test(size) ? `${size}px` : size;
    // A picture beside a text that says the same, unless the program calls it something.
    if (!this.has("ariaRole")) this.role = this.str("ariaLabel") ? "img" : null;
    this.svg.ariaHidden = "true";
    const known = icons[this.str("type")];
    this.svg.replaceChildren();
    if (!known) return;
    const color = this.str("color", known[0]);
    if (known[1]) this.draw("M12 12m-10.500 0a10.500 10.500 0 1 0 21 0a10.500 10.500 0 1 0-21 0", color, "none");
    this.draw(known[2], "none", known[1] ? "#fff" : color);
  }

  private draw(d: string, fill: string, stroke: string): void {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.style.fill = fill;
    path.style.stroke = stroke;
    const attrs = { d, "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round" };
    for (const [name, value] of Object.entries(attrs)) path.setAttribute(name, value);
    this.svg.append(path);
  }
}

const progressSheet = sheetFor(`
  .bar { flex: 1; overflow: hidden; background: var(--rest, var(--dg-progress-rest)); }
  .fill { height: 100%; background: var(--active, var(--dg-choice)); width: 0; }
  .info { min-width: 2em; margin-left: 15px; font-size: 16px; }
  [hidden] { display: none; }
`);

/** <progress>. */
export class Progress extends Component {
  private readonly fill = make("div", "fill");
  private readonly bar = make("div", "bar", this.fill);
  private readonly info = make("span", "info");
  private shown = 0;

  constructor() {
    super();
    shadow(this, progressSheet, this.bar, this.info);
    this.fill.addEventListener("transitionend", () => this.emit("activeend", { curPercent: this.shown }));
  }

  protected override update(changed: Set<string>): void {
    const percent = Math.max(0, Math.min(100, this.num("percent")));
    this.bar.style.height = `${this.num("strokeWidth", 6)}px`;
    this.bar.style.borderRadius = this.fill.style.borderRadius = `${this.num("borderRadius")}px`;
    this.style.setProperty("--active", this.str("activeColor", this.str("color")) || null);
    this.style.setProperty("--rest", this.str("backgroundColor") || null);
    this.info.hidden = !this.bool("showInfo");
    this.info.style.fontSize = `${this.num("fontSize", 16)}px`;
    this.info.textContent = `${percent}%`;
    this.info.ariaHidden = "true"; // the value says it
    if (!this.has("ariaRole")) this.role = "progressbar";
    if (!this.has("ariaValuemin")) this.ariaValueMin = "0";
    if (!this.has("ariaValuemax")) this.ariaValueMax = "100";
    if (!this.has("ariaValuenow")) this.ariaValueNow = String(percent);
    if (!this.has("ariaLabel")) this.ariaLabel = `${percent}%`;
    if (changed.has("percent") || changed.size === 0) this.move(percent);
  }

  private move(percent: number): void {
    const from = this.str("activeMode", "backwards") === "forwards" ? this.shown : 0;
    this.shown = percent;
    if (!this.bool("active")) {
      this.fill.style.transition = "none";
    } else {
      this.fill.style.transition = "none";
      this.fill.style.width = `${from}%`;
      void this.fill.offsetWidth;
      this.fill.style.transition = `width ${Math.abs(percent - from) * this.num("duration", 30)}ms linear`;
    }
    this.fill.style.width = `${percent}%`;
  }
}
