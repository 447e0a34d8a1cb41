import { make } from "./components/component";

/** What the owner of a pull-down area wants to know. */
export interface PullListener {
  refresh(): void;
  pulling?(distance: number): void;
  /** It was pulled far enough to refresh when it is let go. */
  willRefresh?(): void;
  restore?(): void;
  abort?(distance: number): void;
}

/** Style of the area, for the document and for shadow roots. */
export const pullDownCSS = `
  .pulldown { height: 0; flex: none; overflow: hidden; display: flex; justify-content: center; align-items: center; gap: 8px; color: #555; }
  .pulldown.idle { position: absolute; }
  .pulldown.light { color: #fff; }
  .pulldown.bare { display: block; }
  .pulldown.bare i { display: none; }
  .pulldown i { width: 7px; height: 7px; border-radius: 50%; background: currentColor; opacity: .35; }
  .pulldown.busy i { animation: pulse 1s infinite; }
  .pulldown.busy i:nth-child(2) { animation-delay: .2s; }
  .pulldown.busy i:nth-child(3) { animation-delay: .4s; }
  @keyframes pulse { 0%, 100% { opacity: .25; } 40% { opacity: .9; } }
`;

/** Pull-down refresh of a scrolling element: three dots above its content. */
export class PullDown {
  readonly element: HTMLElement;
  private readonly place = make("slot");
  /** How far it must be pulled, in CSS pixels, before it refreshes. */
  threshold = 50;
  private enabled = false;
  private refreshing = false;
  private startY = 0;
  private height = 0;
  private pulling = false;
  private ownContent = false;
  private far = false;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly listener: PullListener,
  ) {
    this.place.name = "refresher";
    this.element = make("div", "pulldown", make("i"), make("i"), make("i"), this.place);
    scroller.addEventListener("touchstart", (e) => this.begin(e.touches[0]?.clientY ?? 0), { passive: true });
    scroller.addEventListener("touchmove", (e) => this.move(e), { passive: false });
    scroller.addEventListener("touchend", () => this.release());
    scroller.addEventListener("touchcancel", () => this.release());
    scroller.addEventListener("pointerdown", (e) => this.mouse(e));
  }

  /** bare shows no dots: the owner shows something of its own. */
  configure(enabled: boolean, light: boolean, bare = false): void {
    this.enabled = enabled;
    // Where it cannot be pulled it must not be an item of the content's own layout.
    this.element.classList.toggle("idle", !enabled && !this.refreshing);
    this.element.classList.toggle("light", light);
    if (!this.ownContent) this.element.classList.toggle("bare", bare);
  }

  /** The owner has content of its own in the area. */
  custom(): void {
    this.ownContent = true;
    this.element.classList.add("bare");
  }

  /** How far the area is open. */
  get distance(): number {
    return this.height;
  }

  /** Opens the refresh area and reports, as if the user had pulled. */
  start(): void {
    if (this.refreshing) return;
    this.refreshing = true;
    this.element.classList.remove("idle");
    this.show(this.threshold, true);
    this.element.classList.add("busy");
    this.listener.refresh();
  }

  /** Closes the refresh area. */
  stop(): void {
    if (!this.refreshing) return;
    this.refreshing = false;
    this.element.classList.remove("busy");
    this.show(0, true);
    this.listener.restore?.();
  }

  private begin(y: number): void {
    this.pulling = this.enabled && !this.refreshing && this.scroller.scrollTop <= 0;
    this.startY = y;
  }

  private move(e: TouchEvent): void {
    if (this.pull((e.touches[0]?.clientY ?? 0) - this.startY) && e.cancelable) e.preventDefault();
  }

  private pull(distance: number): boolean {
    if (!this.pulling || distance <= 0 || this.scroller.scrollTop > 0) return false;
    this.show(Math.min(distance / 2, this.threshold * 1.6), false);
    this.listener.pulling?.(this.height);
    const far = this.height >= this.threshold;
    if (far && !this.far) this.listener.willRefresh?.();
    this.far = far;
    return true;
  }

  private release(): void {
    if (!this.pulling) return;
    this.pulling = this.far = false;
    if (this.height >= this.threshold) {
      this.start();
      return;
    }
    if (this.height > 0) this.listener.abort?.(this.height);
    this.show(0, true);
  }

  private mouse(e: PointerEvent): void {
    if (e.pointerType === "touch" || !this.enabled) return;
    this.begin(e.clientY);
    const move = (p: PointerEvent): void => void this.pull(p.clientY - this.startY);
    const up = (): void => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      this.release();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
  }

  private show(height: number, animated: boolean): void {
    this.height = height;
    this.element.style.transition = animated ? "height .25s ease" : "none";
    this.element.style.height = `${height}px`;
  }
}
