import { TAP } from "../gestures";
import { sheetFor } from "../styles";
import { t } from "../texts";
import { closest } from "./basic";
import { Component, make, shadow, type FormField } from "./component";

const sheet = sheetFor(`
  :host { -webkit-tap-highlight-color: transparent; }
  .row { display: inline-flex; align-items: center; vertical-align: middle; }
  slot[name] { display: block; }
`);

/**
 * What is drawn stands in the page itself, under the names that WeChat's elements have: programs style .wx-checkbox-input
 * and its kin.
 */
function drawn(className: string): HTMLElement {
  const el = make("div", className);
  el.slot = "own";
  return el;
}

function ownSlot(): HTMLSlotElement {
  const slot = make("slot");
  slot.name = "own";
  return slot;
}

/** What <radio> and <checkbox> have in common. */
abstract class Choice extends Component {
  private readonly box: HTMLElement;
  private readonly name: string;
  protected on = false;
  /** What a form's reset goes back to. */
  private initial: boolean | undefined;

  constructor(private readonly kind: string) {
    super();
    this.name = `wx-${kind}-input`;
    this.box = drawn(this.name);
    shadow(this, sheet, make("span", "row", ownSlot(), make("slot")));
    this.addEventListener(TAP, () => this.activate());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.box.parentNode !== this) this.append(this.box);
  }

  get checked(): boolean {
    return this.on;
  }

  get value(): string {
    return this.str("value");
  }

  setChecked(on: boolean): void {
    this.on = on;
    this.box.classList.toggle(`${this.name}-checked`, on);
    this.ariaChecked = String(on);
  }

  reset(): void {
    this.setChecked(this.initial ?? false);
  }

  abstract activate(): void;

  /** In Alipay a choice reports its own change, in a group or not. */
  protected report(): void {
    if (this.bool("selfChange")) this.emit("change", { value: this.on });
  }

  protected override update(changed: Set<string>): void {
    this.operable(this.kind, !this.bool("disabled"), this.str("value"));
    this.ariaChecked ??= String(this.on);
    this.style.setProperty("--choice", this.str("color") || null);
    this.box.classList.toggle(`${this.name}-disabled`, this.bool("disabled"));
    if (!changed.has("checked")) return;
    this.setChecked(this.bool("checked"));
    this.initial ??= this.on;
    this.tookOver();
  }

  /** The template said whether it is chosen. */
  protected tookOver(): void {}
}

/** <radio>. */
export class Radio extends Choice {
  keyed(e: KeyboardEvent): boolean {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (by !== undefined) closest(this, RadioGroup)?.step(this, by);
    return by !== undefined;
  }

  constructor() {
    super("radio");
  }

  override activate(): void {
    if (this.bool("disabled") || this.on) return;
    this.setChecked(true);
    this.report();
    closest(this, RadioGroup)?.chosen(this);
  }

  protected override tookOver(): void {
    if (this.on) closest(this, RadioGroup)?.only(this);
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
  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.has("ariaRole")) this.role = "radiogroup";
  }

  /** An arrow key goes to the next radio, or the one before, and chooses it. */
  step(from: Radio, by: number): void {
    const radios = this.radios().filter((r) => r.tabIndex === 0);
    const next = radios[(radios.indexOf(from) + by + radios.length) % radios.length];
    next?.focus();
    next?.activate();
  }

  chosen(radio: Radio): void {
    this.only(radio);
    this.emit("change", { value: radio.value });
  }

  only(radio: Radio): void {
    for (const other of this.radios()) if (other !== radio) other.setChecked(false);
  }

  formName(): string {
    return this.str("name");
  }

  formValue(): unknown {
    return this.radios().find((r) => r.checked)?.value ?? "";
  }

  formReset(): void {
    this.radios().forEach((r) => r.reset());
  }

  private radios(): Radio[] {
    return Array.from(this.querySelectorAll<Radio>("dg-radio"));
  }
}

/** <checkbox-group>. */
export class CheckboxGroup extends Component implements FormField {
  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.has("ariaRole")) this.role = "group";
  }

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
    this.boxes().forEach((c) => c.reset());
  }

  private boxes(): Checkbox[] {
    return Array.from(this.querySelectorAll<Checkbox>("dg-checkbox"));
  }
}

/** <switch>. */
export class Switch extends Component implements FormField {
  private readonly track = drawn("wx-switch-input");
  private readonly box = drawn("wx-checkbox-input");
  private on = false;
  private initial: boolean | undefined;

  constructor() {
    super();
    shadow(this, sheet, make("span", "row", ownSlot()));
    this.addEventListener(TAP, () => this.activate());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.show();
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
    this.set(this.initial ?? false);
  }

  protected override update(changed: Set<string>): void {
    this.show();
    this.operable("switch", !this.bool("disabled"), t.switch);
    this.ariaChecked ??= String(this.on);
    this.track.classList.toggle("wx-switch-input-disabled", this.bool("disabled"));
    this.box.classList.toggle("wx-checkbox-input-disabled", this.bool("disabled"));
    this.style.setProperty("--choice", this.str("color") || null);
    if (!changed.has("checked")) return;
    this.set(this.bool("checked"));
    this.initial ??= this.on;
  }

  private show(): void {
    const [shown, other] = this.str("type") === "checkbox" ? [this.box, this.track] : [this.track, this.box];
    other.remove();
    if (shown.parentNode !== this) this.append(shown);
  }

  private set(on: boolean): void {
    this.on = on;
    this.track.classList.toggle("wx-switch-input-checked", on);
    this.box.classList.toggle("wx-checkbox-input-checked", on);
    this.ariaChecked = String(on);
  }
}
