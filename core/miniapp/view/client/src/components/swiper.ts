import { onDrag } from "../drag";
import { sheetFor } from "../styles";
import { fill, t } from "../texts";
import { closest } from "./basic";
import { Component, make, shadow } from "./component";

const sheet = sheetFor(`
  :host { position: relative; }
  .frame { position: absolute; inset: 0; }
`);

/** The curves that easing-function names; without a name the movement slows down to its end. */
const curves: Record<string, (t: number) => number> = {
  linear: (t) => t,
  easeInCubic: (t) => t ** 3,
  easeOutCubic: (t) => 1 - (1 - t) ** 3,
  easeInOutCubic: (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2),
};

/** The user wants nothing to move by itself. */
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** <swiper-item>. */
export class SwiperItem extends Component {
  override restyled(): void {
    closest(this, Swiper)?.restyled();
  }

  get itemId(): string {
    return this.str("itemId");
  }

  /** Says which of how many it is; one out of sight is out of reach, too. */
  tell(index: number, count: number, seen: boolean): void {
    this.role = this.has("ariaRole") ? this.role : "group";
    if (!this.has("ariaLabel")) this.ariaLabel = fill(t.slide, index + 1, count);
    this.inert = !seen;
  }

  /** Whether it is not laid out while it is out of sight. */
  get skipsLayout(): boolean {
    return this.bool("skipHiddenItemLayout");
  }
}

/** <swiper>: shows its items side by side around a position that moves. */
export class Swiper extends Component {
  private readonly frame = make("div", "frame");
  /** The dots stand in the page, where its styles reach them by the names that WeChat's have. */
  private readonly dots = make("div", "wx-swiper-dots");
  private readonly slotElement = make("slot");
  private position = 0;
  private current = 0;
  private animation = 0;
  private timer = 0;
  private dragging = false;
  private dragStart = 0;
  private ready = false;

  constructor() {
    super();
    this.frame.append(this.slotElement);
    const own = make("slot");
    own.name = this.dots.slot = "own";
    shadow(this, sheet, this.frame, own);
    this.slotElement.addEventListener("slotchange", () => this.itemsChanged());
    onDrag(this, () => (this.vertical ? "y" : "x"), {
      start: () => this.dragBegins(),
      move: (dx, dy) => this.dragMoves(this.vertical ? dy : dx),
      end: (sx, sy) => this.dragEnds(this.vertical ? sy : sx),
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.dots.parentNode !== this) this.append(this.dots);
    this.schedule();
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
    cancelAnimationFrame(this.animation);
  }

  /** Arrow keys turn it. */
  keyed(e: KeyboardEvent): boolean {
    const last = this.items.length - this.shown;
    const by = ({ Home: -this.current, End: last - this.current, ...(this.vertical ? { ArrowDown: 1, ArrowUp: -1 } : { ArrowRight: 1, ArrowLeft: -1 }) } as Record<string, number>)[e.key];
    if (by === undefined || this.items.length === 0) return false;
    if (this.circular || (this.current + by >= 0 && this.current + by <= last)) this.go(this.current + by, "touch", this.current);
    return true;
  }

  protected override update(changed: Set<string>): void {
    this.operable("group");
    if (!this.has("ariaRoledescription")) this.ariaRoleDescription = t.carousel;
    if (!this.has("ariaLabel")) this.ariaLabel = t.carousel;
    this.dots.classList.toggle("wx-swiper-dots-vertical", this.vertical);
    this.dots.classList.toggle("wx-swiper-dots-horizontal", !this.vertical);
    this.style.touchAction = this.vertical ? "pan-x" : "pan-y";
    this.style.setProperty("--dot", this.str("indicatorColor") || null);
    this.style.setProperty("--dot-on", this.str("indicatorActiveColor") || null);
    const [before, after] = this.vertical ? ["top", "bottom"] : ["left", "right"];
    this.frame.style.inset = "0";
    this.frame.style.setProperty(before, this.length("previousMargin", "0"));
    this.frame.style.setProperty(after, this.length("nextMargin", "0"));
    if (changed.has("current") || changed.has("currentItemId")) this.wanted();
    this.layout();
    this.schedule();
  }

  private get vertical(): boolean {
    return this.bool("vertical");
  }

  private get shown(): number {
    return Math.max(1, this.num("displayMultipleItems", 1));
  }

  private get items(): SwiperItem[] {
    return Array.from(this.querySelectorAll<SwiperItem>("dg-swiper-item")).filter((el) => el.parentElement?.closest("dg-swiper") === this);
  }

  private get circular(): boolean {
    return this.bool("circular") && this.items.length > this.shown;
  }

  private itemsChanged(): void {
    const last = Math.max(0, this.items.length - 1);
    if (!this.ready && this.items.length > 0) {
      this.ready = true;
      this.position = this.current = Math.min(this.target(), last);
    } else if (this.current > last) {
      this.position = this.current = last;
    }
    this.layout();
  }

  private target(): number {
    const id = this.str("currentItemId");
    const index = id ? this.items.findIndex((el) => el.itemId === id) : -1;
    return index >= 0 ? index : Math.max(0, Math.round(this.num("current")));
  }

  private wanted(): void {
    const target = this.target();
    if (target === this.current || target >= this.items.length) return;
    if (this.ready) this.go(target, "");
  }

  /** Moves to an item; in a circle by the shorter way. */
  private go(index: number, source: string, from = this.position): void {
    const count = this.items.length;
    if (count === 0) return;
    const goal = this.circular ? index : Math.max(0, Math.min(index, count - this.shown));
    const next = ((goal % count) + count) % count;
    if (next !== this.current) {
      this.current = next;
      const currentItemId = this.items[next]?.itemId ?? "";
      this.emit("change", { current: next, currentItemId, source });
      this.props["current"] = next;
    }
    this.glide(from, this.snapped(goal), source);
    this.paintDots();
  }

  /** With snap-to-edge the first and last item leave no margin before or behind them. */
  private snapped(goal: number): number {
    if (!this.bool("snapToEdge") || this.circular || this.items.length <= this.shown) return goal;
    const style = getComputedStyle(this.frame);
    const [before, after] = this.vertical ? [style.top, style.bottom] : [style.left, style.right];
    const size = (this.vertical ? this.frame.clientHeight : this.frame.clientWidth) / this.shown || 1;
    if (goal === 0) return parseFloat(before) / size;
    return goal === this.items.length - this.shown ? goal - parseFloat(after) / size : goal;
  }

  private glide(from: number, to: number, source: string): void {
    cancelAnimationFrame(this.animation);
    const duration = calm.matches ? 0 : this.num("duration", 500);
    const begin = performance.now();
    const curve = curves[this.str("easingFunction")] ?? ((t: number) => 1 - (1 - t) ** 3);
    const size = (this.vertical ? this.frame.clientHeight : this.frame.clientWidth) / this.shown;
    const step = (now: number): void => {
      const t = duration > 0 ? Math.min(1, Math.max(0, (now - begin) / duration)) : 1;
      this.position = from + (to - from) * curve(t);
      this.layout();
      if (t < 1) {
        this.moving((this.position - from) * size);
        this.animation = requestAnimationFrame(step);
        return;
      }
      this.position = this.snapped(this.current);
      this.layout();
      this.emit("animationfinish", { current: this.current, currentItemId: this.items[this.current]?.itemId ?? "", source });
    };
    this.animation = requestAnimationFrame(step);
  }

  private layout(): void {
    const { items, shown, circular } = this;
    const count = items.length;
    const size = `${100 / shown}%`;
    items.forEach((el, i) => {
      let offset = i - this.position;
      if (circular) offset = ((((offset + (count - shown) / 2 + count) % count) + count) % count) - (count - shown) / 2;
      el.style.position = "absolute";
      el.style.width = this.vertical ? "100%" : size;
      el.style.height = this.vertical ? size : "100%";
      // A neighbour may be seen in a margin.
      el.style.contentVisibility = el.skipsLayout && (offset <= -2 || offset >= shown + 1) ? "hidden" : "";
      el.style.transform = this.vertical ? `translate(0,${offset * 100}%)` : `translate(${offset * 100}%,0)`;
    });
    this.paintDots();
  }

  private paintDots(): void {
    const { items, shown } = this;
    this.dots.hidden = !this.bool("indicatorDots");
    if (this.dots.childElementCount !== items.length) this.dots.replaceChildren(...items.map(() => make("div", "wx-swiper-dot")));
    items.forEach((el, i) => el.tell(i, items.length, isShown(i, this.current, shown, this.circular ? items.length : Infinity)));
    Array.from(this.dots.children).forEach((dot, i) =>
      dot.classList.toggle("wx-swiper-dot-active", i >= this.current && i < this.current + shown));
    this.dots.ariaHidden = "true";
  }

  private moving(way: number): void {
    this.emit("transition", { dx: this.vertical ? 0 : way, dy: this.vertical ? way : 0 });
  }

  private schedule(): void {
    clearInterval(this.timer);
    if (!this.bool("autoplay") || !this.isConnected) return;
    this.timer = window.setInterval(() => {
      // Nothing moves away from under the eyes of who reads it by keys, or wants no motion.
      const held = calm.matches || this.matches(":focus-within");
      if (held || this.dragging || document.hidden || this.items.length < 2 || !this.checkVisibility()) return;
      const last = this.items.length - this.shown;
      this.go(this.circular || this.current < last ? this.current + 1 : 0, "autoplay", this.current);
    }, Math.max(200, this.num("interval", 5000)));
  }

  private dragBegins(): boolean {
    if (this.bool("disableTouch") || this.items.length === 0) return false;
    cancelAnimationFrame(this.animation);
    this.dragging = true;
    this.dragStart = this.position;
    return true;
  }

  private dragMoves(distance: number): void {
    const size = (this.vertical ? this.frame.clientHeight : this.frame.clientWidth) / this.shown || 1;
    let position = this.dragStart - distance / size;
    if (!this.circular) {
      const last = Math.max(0, this.items.length - this.shown);
      if (position < 0) position *= 0.35;
      else if (position > last) position = last + (position - last) * 0.35;
    }
    this.position = position;
    this.layout();
    this.moving(-distance);
  }

  private dragEnds(speed: number): void {
    this.dragging = false;
    const start = this.current;
    const moved = this.position - this.dragStart;
    let goal = Math.abs(moved) > 0.5 ? Math.round(this.position) : start;
    if (Math.abs(speed) > 0.25 && goal === start) goal = start - Math.sign(speed);
    this.go(goal, "touch");
    this.schedule();
  }
}

/** Whether an item is one of those in sight, in a row or around a circle of so many. */
function isShown(index: number, first: number, shown: number, around: number): boolean {
  return (index >= first && index < first + shown) || index + around < first + shown;
}
