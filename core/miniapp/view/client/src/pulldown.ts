import { make } from "./components/component";

/** How far the page must be pulled, in CSS pixels, before it refreshes. */
const THRESHOLD = 60;

/** Pull-down refresh of a page: three dots above the content. */
export class PullDown {
  readonly element = make("div", "pulldown", make("i"), make("i"), make("i"));
  private enabled = false;
  private refreshing = false;
  private startY = 0;
  private pulling = false;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly refresh: () => void,
  ) {
    scroller.addEventListener("touchstart", (e) => this.begin(e.touches[0]?.clientY ?? 0), { passive: true });
    scroller.addEventListener("touchmove", (e) => this.move(e), { passive: false });
    scroller.addEventListener("touchend", () => this.release());
    scroller.addEventListener("touchcancel", () => this.release());
    scroller.addEventListener("pointerdown", (e) => this.mouse(e));
  }

  configure(enabled: boolean, light: boolean): void {
    this.enabled = enabled;
    this.element.classList.toggle("light", light);
  }

  /** Opens the refresh area and reports, as if the user had pulled. */
  start(): void {
    if (this.refreshing) return;
    this.refreshing = true;
    this.show(THRESHOLD, true);
    this.element.classList.add("busy");
    this.refresh();
  }

  /** Closes the refresh area. */
  stop(): void {
    this.refreshing = false;
    this.element.classList.remove("busy");
    this.show(0, true);
  }

  private begin(y: number): void {
    this.pulling = this.enabled && !this.refreshing && this.scroller.scrollTop <= 0;
    this.startY = y;
  }

  private move(e: TouchEvent): void {
    const distance = (e.touches[0]?.clientY ?? 0) - this.startY;
    if (!this.pull(distance) || !e.cancelable) return;
    e.preventDefault();
  }

  private pull(distance: number): boolean {
    if (!this.pulling || distance <= 0 || this.scroller.scrollTop > 0) return false;
    this.show(Math.min(distance / 2, THRESHOLD * 1.5), false);
    return true;
  }

  private release(): void {
    if (!this.pulling) return;
    this.pulling = false;
    if (parseFloat(this.element.style.height || "0") >= THRESHOLD) this.start();
    else this.show(0, true);
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
    this.element.style.transition = animated ? "height .25s ease" : "none";
    this.element.style.height = `${height}px`;
  }
}
