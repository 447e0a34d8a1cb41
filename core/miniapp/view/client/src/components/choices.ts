import { TAP } from "../gestures";
import { sheetFor } from "../styles";
import { closest } from "./basic";
import { Component, make, shadow, type FormField } from "./component";

const sheet = sheetFor(`
  :host { -webkit-tap-highlight-color: transparent; cursor: pointer; }
  .row { display: inline-flex; align-items: center; vertical-align: middle; }
  .box { flex: none; width: 22px; height: 22px; margin-right: 5px; border: 1px solid #d1d1d1; background: #fff; display: inline-grid; place-items: center; box-sizing: border-box; }
  .radio { border-radius: 50%; }
  .checkbox { border-radius: 3px; }
  svg { width: 16px; height: 16px; visibility: hidden; }
  path { fill: none; stroke: currentColor; stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round; }
  .on svg { visibility: visible; }
  .radio.on { background: var(--choice, #09bb07); border-color: transparent; color: #fff; }
  .checkbox.on { color: var(--choice, #09bb07); }
  .off { background: #f1f1f1; opacity: .6; }
`);

/** What <radio> and <checkbox> have in common. */
abstract class Choice extends Component {
  protected readonly box: HTMLElement;
  protected on = false;

  constructor(kind: string) {
    super();
    this.box = make("span", `box ${kind}`, tick());
    shadow(this, sheet, make("span", "row", this.box, make("slot")));
    this.addEventListener(TAP, () => this.activate());
  }

  get checked(): boolean {
    return this.on;
  }

  get value(): string {
    return this.str("value");
  }

  setChecked(on: boolean): void {
    this.on = on;
    this.box.classList.toggle("on", on);
    this.ariaChecked = String(on);
  }

  abstract activate(): void;

  /** In Alipay a choice reports its own change, in a group or not. */
  protected report(): void {
    if (this.bool("selfChange")) this.emit("change", { value: this.on });
  }

  protected override update(changed: Set<string>): void {
    this.style.setProperty("--choice", this.str("color") || null);
    this.box.classList.toggle("off", this.bool("disabled"));
    if (changed.has("checked")) this.setChecked(this.bool("checked"));
  }
}

/** <radio>. */
export class Radio extends Choice {
  constructor() {
    super("radio");
  }

  override activate(): void {
    if (this.bool("disabled") || this.on) return;
    this.setChecked(true);
    this.report();
    closest(this, RadioGroup)?.chosen(this);
  }
}

/** <checkbox>. */
export class Checkbox extends Choice {
  constructor() {
    super("checkbox");
  }

  override activate(): void {
    if (this.bool("disabled")) return;
    this.setChecked(!this.on);
    this.report();
    closest(this, CheckboxGroup)?.chosen();
  }
}

/** <radio-group>. */
export class RadioGroup extends Component implements FormField {
  chosen(radio: Radio): void {
    for (const other of this.radios()) if (other !== radio) other.setChecked(false);
    this.emit("change", { value: radio.value });
  }

  formName(): string {
    return this.str("name");
  }

  formValue(): unknown {
    return this.radios().find((r) => r.checked)?.value ?? "";
  }

  formReset(): void {
    this.radios().forEach((r) => r.setChecked(false));
  }

  private radios(): Radio[] {
    return Array.from(this.querySelectorAll<Radio>("dg-radio"));
  }
}

/** <checkbox-group>. */
export class CheckboxGroup extends Component implements FormField {
  chosen(): void {
    this.emit("change", { value: this.formValue() });
  }

  formName(): string {
    return this.str("name");
  }

  formValue(): unknown {
    return this.boxes().filter((c) => c.checked).map((c) => c.value);
  }

  formReset(): void {
    this.boxes().forEach((c) => c.setChecked(false));
  }

  private boxes(): Checkbox[] {
    return Array.from(this.querySelectorAll<Checkbox>("dg-checkbox"));
  }
}

const switchSheet = sheetFor(`
  :host { cursor: pointer; -webkit-tap-highlight-color: transparent; vertical-align: middle; }
  .track { position: relative; width: 52px; height: 32px; border-radius: 16px; background: #e0e0e0; transition: background .18s; }
  .track::after { content: ""; position: absolute; left: 2px; top: 2px; width: 28px; height: 28px; border-radius: 50%; background: #fff; box-shadow: 0 1px 3px rgb(0 0 0 / .25); transition: transform .22s cubic-bezier(.4,0,.2,1); }
  .track.on { background: var(--choice, #04be02); }
  .track.on::after { transform: translateX(20px); }
  .track.off { opacity: .5; }
  .box { width: 22px; height: 22px; border: 1px solid #d1d1d1; border-radius: 3px; background: #fff; display: inline-grid; place-items: center; box-sizing: border-box; color: var(--choice, #04be02); }
  .box svg { width: 16px; height: 16px; visibility: hidden; }
  .box.on svg { visibility: visible; }
  path { fill: none; stroke: currentColor; stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round; }
  [hidden] { display: none; }
`);

/** <switch>. */
export class Switch extends Component implements FormField {
  private readonly track = make("div", "track");
  private readonly box = make("span", "box", tick());
  private on = false;

  constructor() {
    super();
    shadow(this, switchSheet, this.track, this.box);
    this.addEventListener(TAP, () => this.activate());
  }

  activate(): void {
    if (this.bool("disabled")) return;
    this.set(!this.on);
    this.emit("change", { value: this.on });
  }

  formName(): string {
    return this.str("name");
  }

  formValue(): unknown {
    return this.on;
  }

  formReset(): void {
    this.set(false);
  }

  protected override update(changed: Set<string>): void {
    const box = this.str("type") === "checkbox";
    this.track.hidden = box;
    this.box.hidden = !box;
    this.track.classList.toggle("off", this.bool("disabled"));
    this.style.setProperty("--choice", this.str("color") || null);
    if (changed.has("checked")) this.set(this.bool("checked"));
  }

  private set(on: boolean): void {
    this.on = on;
    this.track.classList.toggle("on", on);
    this.box.classList.toggle("on", on);
    this.ariaChecked = String(on);
  }
}

function tick(): SVGSVGElement {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", "M3 8.5 6.5 12 13 4.8");
  svg.append(path);
  return svg;
}
