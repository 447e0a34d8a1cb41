import { PullDown, pullDownCSS } from "../pulldown";
import { scrollSmoothly } from "../scrolling";
import { sheetFor } from "../styles";
import { Component, make, shadow } from "./component";

const sheet = sheetFor(`
  :host { scrollbar-width: none; overscroll-behavior: contain; overflow-anchor: none; }
  :host([scrollbar]) { scrollbar-width: thin; }
  :host(:not([scrollbar]))::-webkit-scrollbar { display: none; }
  .inner { width: 100%; height: 100%; flex: none; }
  .inner:has(> .tall) { height: auto; min-height: 100%; }
  .content { width: 100%; height: 100%; }
  .content.flex { display: flex; flex-direction: inherit; flex-wrap: inherit; align-items: inherit; justify-content: inherit; }
  .content.reverse { display: flex; flex-direction: column-reverse; height: auto; min-height: 100%; }
  .content.tall { height: auto; min-height: 100%; }
  :host([paging]) ::slotted(*) { scroll-snap-align: start; scroll-snap-stop: always; }
  ${pullDownCSS}
`);

/** How long a view that was scrolled must stand still to have ended. */
const STILL = 120;

/** <scroll-view>: the element itself scrolls. */
export class ScrollView extends Component {
  private readonly pullDown: PullDown;
  private readonly content = make("div", "content");
  private last = { left: 0, top: 0, time: 0 };
  private speed = { x: 0, y: 0 };
  private reporting = false;
  private atStart = true;
  private atEnd = false;
  private scrolling = 0;
  private touched = false;
  /** What a script set by its context. */
  private readonly own: Record<string, unknown> = {};

  constructor() {
    super();
    this.pullDown = new PullDown(this, {
      refresh: () => this.emit("refresherrefresh", { dy: this.pullDown.distance }),
      pulling: (dy) => this.emit("refresherpulling", { dy }),
      willRefresh: () => this.emit("refresherwillrefresh", {}),
      restore: () => this.emit("refresherrestore", { dy: 0 }),
      abort: (dy) => this.emit("refresherabort", { dy }),
    });
    const slot = make("slot");
    this.content.append(slot);
    // The host may be a flex box by the program's style; what is in it is not laid out by that.
    shadow(this, sheet, make("div", "inner", this.pullDown.element, this.content));
    slot.addEventListener("slotchange", () => this.sort());
    this.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.addEventListener("wheel", (e) => this.wheel(e), { passive: false });
    this.addEventListener("touchstart", () => (this.touched = true), { passive: true });
    this.addEventListener("touchend", () => this.released(), { passive: true });
    this.addEventListener("touchcancel", () => this.released(), { passive: true });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.has("ariaRole")) this.role = "group";
  }

  do_scrollTo(args: unknown): void {
    const { top, left, duration, animated = true } = (args ?? {}) as { top?: number; left?: number; duration?: number; animated?: boolean };
    if (top !== undefined) void scrollSmoothly(this, Number(top), animated ? (duration ?? 300) : 0);
    if (left !== undefined) this.scrollTo({ left: Number(left), behavior: animated ? "smooth" : "auto" });
  }

  do_scrollIntoView(args: unknown): void {
    const { selector, offset = 0, withinExtent = false, alignment = "start", animated = true } =
      typeof args === "object" && args !== null ? (args as Record<string, never>) : ({ selector: String(args) } as never);
    const el = this.within(String(selector));
    if (!el) throw new Error(`no node matches ${String(selector)}`);
    if (withinExtent) {
      const [box, own] = [el.getBoundingClientRect(), this.getBoundingClientRect()];
      if (box.top >= own.top && box.bottom <= own.bottom && box.left >= own.left && box.right <= own.right) return;
    }
    this.bring(el, Number(offset), alignment, animated);
  }

  do_triggerRefresh(args: unknown): void {
    void args;
    this.pullDown.start();
  }

  do_closeRefresh(): void {
    this.pullDown.stop();
  }

  /** The context's writable properties. */
  do_set(args: unknown): void {
    Object.assign(this.own, args);
    this.update(new Set());
  }

  protected override update(changed: Set<string>): void {
    const enabled = this.own["scrollEnabled"] !== false;
    const way = (on: boolean): string => (on && enabled ? "auto" : "hidden");
    // Arrow keys scroll it.
    if (!(this.bool("scrollX") || this.bool("scrollY"))) this.removeAttribute("tabindex");
    else if (!this.has("tabindex")) this.tabIndex = 0;
    this.style.overflowX = way(this.bool("scrollX"));
    this.style.overflowY = way(this.bool("scrollY"));
    this.toggleAttribute("scrollbar", this.bool("enhanced") && this.flag("showScrollbar", true) && matchMedia("(pointer: coarse)").matches);
    this.style.overscrollBehavior = this.bool("enhanced") && !this.flag("bounces", true) ? "none" : "";
    this.style.overflowAnchor = this.bool("scrollAnchoring") ? "auto" : "";
    const paging = this.bool("enhanced") && this.flag("pagingEnabled", false);
    this.toggleAttribute("paging", paging);
    this.style.scrollSnapType = paging ? `${this.bool("scrollX") ? "x" : "y"} mandatory` : "";
    // As in WeChat the content is one screen high, what is sticky ends there, unless the program says that it uses it.
    const tall = this.bool("usingSticky") || ["custom", "list", "nested"].includes(this.str("type"));
    this.content.className = `content${this.bool("enableFlex") ? " flex" : ""}${this.bool("reverse") ? " reverse" : ""}${tall ? " tall" : ""}`;
    this.refresher(changed);
    const animated = this.bool("scrollWithAnimation");
    if (changed.has("scrollTop") && this.has("scrollTop")) this.later(() => void scrollSmoothly(this, this.pixels("scrollTop"), animated ? 250 : 0));
    if (changed.has("scrollLeft") && this.has("scrollLeft")) this.later(() => this.scrollTo({ left: this.pixels("scrollLeft"), behavior: animated ? "smooth" : "auto" }));
    if (changed.has("scrollIntoView")) this.later(() => this.reveal(this.str("scrollIntoView")));
  }

  /** What the same patch brings is laid out first. */
  private later(scroll: () => void): void {
    requestAnimationFrame(() => {
      if (this.isConnected) scroll();
    });
  }

  private pixels(name: string): number {
    const text = this.str(name);
    return /rpx\s*$/.test(text) ? (parseFloat(text) * window.innerWidth) / 750 : this.num(name);
  }

  private flag(name: string, fallback: boolean): boolean {
    return this.own[name] === undefined ? this.bool(name, fallback) : this.own[name] === true;
  }

  private refresher(changed: Set<string>): void {
    const style = this.str("refresherDefaultStyle", "black");
    this.pullDown.threshold = this.num("refresherThreshold", 45);
    this.pullDown.configure(this.bool("refresherEnabled"), style === "white", style === "none");
    this.pullDown.element.style.backgroundColor = this.str("refresherBackground");
    if (!changed.has("refresherTriggered")) return;
    if (this.bool("refresherTriggered")) this.pullDown.start();
    else this.pullDown.stop();
  }

  /** Content for the refresher's place goes there. */
  private sort(): void {
    for (const child of Array.from(this.children)) {
      if ((child as { dgSlot?: string }).dgSlot !== "refresher") continue;
      child.slot = "refresher";
      this.pullDown.custom();
    }
  }

  private within(selector: string): Element | null {
    try {
      return this.querySelector(selector);
    } catch {
      return null; // no selector
    }
  }

  private reveal(id: string): void {
    const el = id ? this.querySelector(`#${CSS.escape(id)}`) : null;
    if (el) this.bring(el, this.num("scrollIntoViewOffset"), this.str("scrollIntoViewAlignment", "start"), this.bool("scrollWithAnimation"));
  }

  private bring(el: Element, offset: number, alignment: string, animated: boolean): void {
    const box = el.getBoundingClientRect();
    const own = this.getBoundingClientRect();
    const shift = (start: number, size: number, room: number): number =>
      start + offset - (alignment === "center" ? (room - size) / 2 : alignment === "end" ? room - size : 0);
    this.scrollTo({
      ...(this.bool("scrollY") && { top: this.scrollTop + shift(box.top - own.top - this.clientTop, box.height, this.clientHeight) }),
      ...(this.bool("scrollX") && { left: this.scrollLeft + shift(box.left - own.left - this.clientLeft, box.width, this.clientWidth) }),
      behavior: animated ? "smooth" : "auto",
    });
  }

  /** A mouse wheel also turns a view that only scrolls sideways. */
  private wheel(e: WheelEvent): void {
    if (!this.bool("scrollX") || this.bool("scrollY") || e.deltaX !== 0 || this.scrollWidth <= this.clientWidth) return;
    e.preventDefault();
    this.scrollLeft += e.deltaY;
  }

  private scrolled(): void {
    if (this.scrolling === 0) this.begin();
    clearTimeout(this.scrolling);
    this.scrolling = window.setTimeout(() => this.end(), STILL);
    if (this.reporting) return;
    this.reporting = true;
    requestAnimationFrame(() => {
      this.reporting = false;
      this.report();
    });
  }

  private get where(): Record<string, number> {
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight } = this;
    return { scrollLeft, scrollTop, scrollWidth, scrollHeight };
  }

  private begin(): void {
    this.emit("scrollstart", { ...this.where, isDrag: this.touched });
    if (this.touched && this.bool("enhanced")) this.emit("dragstart", { ...this.where });
  }

  private end(): void {
    this.scrolling = 0;
    this.emit("scrollend", { ...this.where, isDrag: this.touched });
  }

  private released(): void {
    if (this.touched && this.scrolling !== 0 && this.bool("enhanced")) this.emit("dragend", { ...this.where, velocity: { ...this.speed } });
    this.touched = false;
  }

  private report(): void {
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = this;
    const now = performance.now();
    const deltaX = this.last.left - scrollLeft;
    const deltaY = this.last.top - scrollTop;
    const passed = Math.max(1, now - this.last.time);
    this.speed = { x: -deltaX / passed, y: -deltaY / passed };
    this.last = { left: scrollLeft, top: scrollTop, time: now };
    this.emit("scroll", { scrollLeft, scrollTop, scrollWidth, scrollHeight, deltaX, deltaY });
    if (this.touched && this.bool("enhanced")) this.emit("dragging", { ...this.where, velocity: { ...this.speed } });
    const upper = this.pixels("upperThreshold") || this.num("upperThreshold", 50);
    const lower = this.pixels("lowerThreshold") || this.num("lowerThreshold", 50);
    const vertical = this.bool("scrollY");
    const start = vertical ? scrollTop : scrollLeft;
    const rest = vertical ? scrollHeight - clientHeight - scrollTop : scrollWidth - clientWidth - scrollLeft;
    if (start <= upper && !this.atStart) this.emit("scrolltoupper", { direction: vertical ? "top" : "left" });
    if (rest <= lower && !this.atEnd) this.emit("scrolltolower", { direction: vertical ? "bottom" : "right" });
    this.atStart = start <= upper;
    this.atEnd = rest <= lower;
  }
}
