import { sheetFor } from "../styles";
import { t } from "../texts";
import { Component, make, shadow, type FormField } from "./component";

const sheet = sheetFor(`
  .row { display: flex; align-items: center; touch-action: pan-y; }
  .area { flex: 1; padding: 14px 0; position: relative; cursor: pointer; }
  .bar { height: 2px; border-radius: 1px; background: var(--rest, var(--dg-slider-rest)); position: relative; }
  .fill { position: absolute; inset-inline-start: 0; top: 0; bottom: 0; border-radius: 1px; background: var(--active, var(--dg-primary)); }
  .block { position: absolute; top: 50%; width: var(--size, 28px); height: var(--size, 28px); margin-block-start: calc(var(--size, 28px) / -2); margin-inline-start: calc(var(--size, 28px) / -2); border-radius: 50%; background: var(--block, #fff); box-shadow: 0 0 4px rgb(0 0 0 / .2); }
  .value { width: 3ch; margin-left: 1em; color: var(--dg-slider-value); font-size: 15px; text-align: center; }
  .off { opacity: .5; }
  [hidden] { display: none; }
`);

/** <slider>. */
export class Slider extends Component implements FormField {
  private readonly area = make("div", "area");
  private readonly bar = make("div", "bar");
  private readonly fill = make("div", "fill");
  private readonly block = make("div", "block");
  private readonly valueText = make("span", "value");
  private readonly row = make("div", "row", this.area, this.valueText);
  private current = 0;
  private initial: number | undefined;

  constructor() {
    super();
    this.bar.append(this.fill, this.block);
    this.area.append(this.bar);
    shadow(this, sheet, this.row);
    this.area.addEventListener("pointerdown", (e) => this.press(e));
  }

  /** Keys move it as they do any slider. */
  keyed(e: KeyboardEvent): boolean {
    if (this.bool("disabled")) return false;
    const [min, max, step] = [this.num("min"), this.num("max", 100), this.num("step", 1) || 1];
    const forth = this.mirrored ? -step : step;
    const to = {
      ArrowRight: this.current + forth, ArrowLeft: this.current - forth, ArrowUp: this.current + step, ArrowDown: this.current - step,
      PageUp: this.current + 10 * step, PageDown: this.current - 10 * step, Home: min, End: max,
    }[e.key];
    if (to === undefined) return false;
    const before = this.current;
    this.set(to);
    if (this.current !== before) {
      this.emit("changing", { value: this.current });
      this.emit("change", { value: this.current });
    }
    return true;
  }

  /** Where text runs from the right, so does it. */
  private get mirrored(): boolean {
    return getComputedStyle(this).direction === "rtl";
  }

  formName(): string {
    return this.str("name");
  }

  formValue(): unknown {
    return this.current;
  }

  formReset(): void {
    this.set(this.initial ?? this.num("min"));
  }

  protected override update(changed: Set<string>): void {
    const size = Math.max(12, Math.min(28, this.num("blockSize", 28)));
    this.style.setProperty("--size", `${size}px`);
    this.style.setProperty("--active", this.str("activeColor", this.str("selectedColor")) || null);
    this.style.setProperty("--rest", this.str("backgroundColor", this.str("color")) || null);
    this.style.setProperty("--block", this.str("blockColor") || null);
    this.operable("slider", !this.bool("disabled"), t.slider);
    this.ariaValueMin = String(this.num("min"));
    this.ariaValueMax = String(this.num("max", 100));
    this.row.classList.toggle("off", this.bool("disabled"));
    this.valueText.hidden = !this.bool("showValue");
    if (changed.has("value") || changed.has("min") || changed.has("max") || changed.size === 0) this.set(this.num("value"));
    if (changed.has("value")) this.initial ??= this.current;
  }

  private press(e: PointerEvent): void {
    if (this.bool("disabled") || e.button !== 0) return;
    this.area.setPointerCapture(e.pointerId);
    const before = this.current;
    const follow = (p: PointerEvent): void => {
      const box = this.bar.getBoundingClientRect();
      const min = this.num("min");
      const way = this.mirrored ? box.right - p.clientX : p.clientX - box.left;
      const value = min + (way / Math.max(1, box.width)) * (this.num("max", 100) - min);
      const last = this.current;
      this.set(value);
      if (this.current !== last) this.emit("changing", { value: this.current });
    };
    const up = (): void => {
      this.area.removeEventListener("pointermove", follow);
      this.area.removeEventListener("pointerup", up);
      this.area.removeEventListener("pointercancel", up);
      if (this.current !== before) this.emit("change", { value: this.current });
    };
    this.area.addEventListener("pointermove", follow);
    this.area.addEventListener("pointerup", up);
    this.area.addEventListener("pointercancel", up);
    follow(e);
  }

  private set(value: number): void {
    this.current = snap(value, this.num("min"), this.num("max", 100), this.num("step", 1));
    const range = this.num("max", 100) - this.num("min");
    const percent = range > 0 ? ((this.current - this.num("min")) / range) * 100 : 0;
    this.fill.style.width = `${percent}%`;
    this.block.style.insetInlineStart = `${percent}%`;
    this.ariaValueNow = String(this.current);
    this.valueText.textContent = String(this.current);
  }
}

/** The nearest allowed value, without binary fractions' noise. */
export function snap(value: number, min: number, max: number, step: number): number {
  const steps = step > 0 ? Math.round((value - min) / step) * step : value - min;
  return Number(Math.max(min, Math.min(max, min + steps)).toFixed(6));
}
