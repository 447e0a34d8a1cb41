import { PullDown, pullDownCSS } from "../pulldown";
import { scrollSmoothly } from "../scrolling";
import { sheetFor } from "../styles";
import { Component, make, shadow } from "./component";

const sheet = sheetFor(`
  :host { scrollbar-width: none; overscroll-behavior: contain; }
  :host::-webkit-scrollbar { display: none; }
  ${pullDownCSS}
`);

/** <scroll-view>: the element itself scrolls. */
export class ScrollView extends Component {
  private readonly pullDown: PullDown;
  private last = { left: 0, top: 0 };
  private reporting = false;
  private atStart = true;
  private atEnd = false;

  constructor() {
    super();
    this.pullDown = new PullDown(this, {
      refresh: () => this.emit("refresherrefresh"),
      pulling: (dy) => this.emit("refresherpulling", { dy }),
      restore: () => this.emit("refresherrestore"),
      abort: () => this.emit("refresherabort"),
    });
    shadow(this, sheet, this.pullDown.element, make("slot"));
    this.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.addEventListener("wheel", (e) => this.wheel(e), { passive: false });
  }

  do_scrollTo(args: unknown): void {
    const { top, left, animated, behavior } = (args ?? {}) as { top?: number; left?: number; animated?: boolean; behavior?: ScrollBehavior };
    this.scrollTo({ ...(top !== undefined && { top }), ...(left !== undefined && { left }), behavior: behavior ?? (animated ? "smooth" : "auto") });
  }

  do_scrollIntoView(args: unknown): void {
    this.reveal(String(args));
  }

  protected override update(changed: Set<string>): void {
    this.style.overflowX = this.bool("scrollX") ? "auto" : "hidden";
    this.style.overflowY = this.bool("scrollY") ? "auto" : "hidden";
    this.pullDown.threshold = this.num("refresherThreshold", 45);
    this.pullDown.configure(this.bool("refresherEnabled"), this.str("refresherDefaultStyle") === "white");
    this.pullDown.element.style.backgroundColor = this.str("refresherBackground");
    if (changed.has("refresherTriggered")) {
      if (this.bool("refresherTriggered")) this.pullDown.start();
      else this.pullDown.stop();
    }
    const animated = this.bool("scrollWithAnimation");
    if (changed.has("scrollTop") && this.has("scrollTop")) void scrollSmoothly(this, this.num("scrollTop"), animated ? 250 : 0);
    if (changed.has("scrollLeft") && this.has("scrollLeft")) this.scrollTo({ left: this.num("scrollLeft"), behavior: animated ? "smooth" : "auto" });
    if (changed.has("scrollIntoView")) requestAnimationFrame(() => this.reveal(this.str("scrollIntoView")));
  }

  private reveal(id: string): void {
    const el = id ? this.querySelector(`#${CSS.escape(id)}`) : null;
    if (!el) return;
    const box = el.getBoundingClientRect();
    const own = this.getBoundingClientRect();
    this.scrollTo({
      ...(this.bool("scrollY") && { top: this.scrollTop + box.top - own.top }),
      ...(this.bool("scrollX") && { left: this.scrollLeft + box.left - own.left }),
      behavior: this.bool("scrollWithAnimation") ? "smooth" : "auto",
    });
  }

  /** A mouse wheel also turns a view that only scrolls sideways. */
  private wheel(e: WheelEvent): void {
    if (!this.bool("scrollX") || this.bool("scrollY") || e.deltaX !== 0 || this.scrollWidth <= this.clientWidth) return;
    e.preventDefault();
    this.scrollLeft += e.deltaY;
  }

  private scrolled(): void {
    if (this.reporting) return;
    this.reporting = true;
    requestAnimationFrame(() => {
      this.reporting = false;
      this.report();
    });
  }

  private report(): void {
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = this;
    const deltaX = this.last.left - scrollLeft;
    const deltaY = this.last.top - scrollTop;
    this.last = { left: scrollLeft, top: scrollTop };
    this.emit("scroll", { scrollLeft, scrollTop, scrollWidth, scrollHeight, deltaX, deltaY });
    const upper = this.num("upperThreshold", 50);
    const lower = this.num("lowerThreshold", 50);
    const vertical = this.bool("scrollY");
    const start = vertical ? scrollTop : scrollLeft;
    const rest = vertical ? scrollHeight - clientHeight - scrollTop : scrollWidth - clientWidth - scrollLeft;
    if (start <= upper && !this.atStart) this.emit("scrolltoupper", { direction: vertical ? "top" : "left" });
    if (rest <= lower && !this.atEnd) this.emit("scrolltolower", { direction: vertical ? "bottom" : "right" });
    this.atStart = start <= upper;
    this.atEnd = rest <= lower;
  }
}
