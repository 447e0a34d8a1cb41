import { sheetFor } from "../styles";
import { t } from "../texts";
import { Component, make, shadow, type FormField } from "./component";

/** Look of the indicator and mask, for the document and for pages. */
export const pickerCSS = `
  .dg-picker-mask { position: absolute; inset: 0; pointer-events: none; background:
    linear-gradient(var(--dg-mask-far), var(--dg-mask-near)) top / 100% calc(50% - var(--item, 34px) / 2) no-repeat,
    linear-gradient(var(--dg-mask-near), var(--dg-mask-far)) bottom / 100% calc(50% - var(--item, 34px) / 2) no-repeat; }
  .dg-picker-indicator { position: absolute; left: 0; right: 0; top: 50%; height: 34px; transform: translateY(-50%); pointer-events: none; border: solid var(--dg-picker-line); border-width: .5px 0; box-sizing: border-box; }
`;

const columnSheet = sheetFor(`
  :host { display: block; flex: 1; position: relative; height: 100%; overflow: hidden; min-width: 0; }
  .scroll { height: 100%; overflow: hidden auto; scroll-snap-type: y mandatory; scrollbar-width: none; overscroll-behavior: contain; box-sizing: border-box;
    padding: calc((100% - var(--item, 34px)) / 2) 0; padding-block: calc(var(--view, 200px) / 2 - var(--item, 34px) / 2); }
  .scroll::-webkit-scrollbar { display: none; }
  ::slotted(*) { height: var(--item, 34px); scroll-snap-align: center; overflow: hidden; cursor: pointer; }
`);

const viewSheet = sheetFor(`
  :host { display: block; position: relative; overflow: hidden; }
  .columns { display: flex; height: 100%; }
`);

/** <picker-view-column>: a wheel; the item in the middle is chosen. */
export class PickerViewColumn extends Component {
  private readonly track = make("div", "scroll");
  private readonly slotElement = make("slot");
  private index = 0;
  private settled = 0;
  private applying = false;
  private turning = false;

  constructor() {
    super();
    this.track.tabIndex = -1; // the column has the keys
    this.track.append(this.slotElement);
    shadow(this, columnSheet, this.track);
    this.slotElement.addEventListener("slotchange", () => this.place());
    this.track.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.track.addEventListener("click", (e) => this.clicked(e));
    this.addEventListener("keydown", (e) => this.key(e));
    new ResizeObserver(() => {
      this.style.setProperty("--view", `${this.clientHeight}px`);
      this.place();
    }).observe(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.role = "spinbutton";
    this.ariaValueMin = "0";
    if (!this.hasAttribute("aria-label")) this.ariaLabel = t.choose;
    this.tellWhere();
  }

  private key(e: KeyboardEvent): void {
    const to = { ArrowDown: this.chosen + 1, ArrowUp: this.chosen - 1, Home: 0, End: this.items().length - 1, PageDown: this.chosen + 5, PageUp: this.chosen - 5 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    const goal = Math.max(0, Math.min(to, this.items().length - 1));
    this.turnTo(goal);
    this.place();
  }

  private tellWhere(): void {
    this.ariaValueMax = String(Math.max(0, this.items().length - 1));
    this.ariaValueNow = String(this.chosen);
    this.ariaValueText = this.items()[this.chosen]?.textContent?.trim() ?? "";
  }

  get chosen(): number {
    return Math.max(0, Math.min(this.index, this.items().length - 1));
  }

  /** Turns the wheel without an event. */
  choose(index: number): void {
    this.index = Math.max(0, Math.round(index) || 0);
    this.place();
  }

  private items(): Element[] {
    return this.slotElement.assignedElements();
  }

  private get itemHeight(): number {
    return this.items()[0]?.getBoundingClientRect().height || 34;
  }

  private place(): void {
    this.tellWhere();
    const top = this.chosen * this.itemHeight;
    if (Math.abs(this.track.scrollTop - top) < 1) return;
    this.applying = true;
    this.track.scrollTop = top;
    requestAnimationFrame(() => (this.applying = false));
  }

  private scrolled(): void {
    if (this.applying) return;
    if (!this.turning) {
      this.turning = true;
      this.tell("dg-pickstart");
    }
    clearTimeout(this.settled);
    this.settled = window.setTimeout(() => {
      this.turning = false;
      this.turnTo(Math.round(this.track.scrollTop / this.itemHeight));
      this.tell("dg-pickend");
    }, 90);
    if (this.closest("[immediate-change]")) this.turnTo(Math.round(this.track.scrollTop / this.itemHeight));
  }

  private turnTo(index: number): void {
    if (index === this.index) return;
    this.index = index;
    this.tellWhere();
    this.tell("dg-pick");
  }

  private tell(type: string): void {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true }));
  }

  private clicked(e: MouseEvent): void {
    const index = this.items().findIndex((el) => e.composedPath().includes(el));
    if (index >= 0) this.track.scrollTo({ top: index * this.itemHeight, behavior: "smooth" });
  }
}

/** <picker-view>: its indicator and mask stand beside the columns, where the page's styles reach them. */
export class PickerView extends Component implements FormField {
  private readonly indicator = make("div");
  private readonly mask = make("div");

  constructor() {
    super();
    const slot = make("slot");
    const own = make("slot");
    own.name = this.indicator.slot = this.mask.slot = "own";
    shadow(this, viewSheet, make("div", "columns", slot), own);
    slot.addEventListener("slotchange", () => this.apply());
    this.addEventListener("dg-pick", () => this.picked());
    this.addEventListener("dg-pickstart", () => this.emit("pickstart"));
    this.addEventListener("dg-pickend", () => this.emit("pickend"));
    new ResizeObserver(() => this.style.setProperty("--item", `${this.indicator.offsetHeight || 34}px`)).observe(this.indicator);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.indicator.isConnected) this.append(this.mask, this.indicator);
    if (!this.has("ariaRole")) this.role = "group";
  }

  formName(): string {
    return this.str("name");
  }

  formValue(): unknown {
    return this.columns().map((c) => c.chosen);
  }

  formReset(): void {
    this.columns().forEach((c) => c.choose(0));
  }

  protected override update(changed: Set<string>): void {
    this.indicator.className = `dg-picker-indicator ${this.str("indicatorClass")}`;
    this.indicator.style.cssText = this.css("indicatorStyle");
    this.mask.className = `dg-picker-mask ${this.str("maskClass")}`;
    this.mask.style.cssText = this.css("maskStyle");
    this.style.setProperty("--item", `${this.indicator.offsetHeight || 34}px`);
    if (changed.has("value")) this.apply();
  }

  private columns(): PickerViewColumn[] {
    return Array.from(this.querySelectorAll<PickerViewColumn>("dg-picker-view-column"));
  }

  private apply(): void {
    const { value } = this.props;
    if (!Array.isArray(value)) return;
    this.columns().forEach((c, i) => c.choose(Number((value as unknown[])[i] ?? 0)));
  }

  private picked(): void {
    const value = this.columns().map((c) => c.chosen);
    this.props["value"] = value;
    this.emit("change", { value });
  }
}
