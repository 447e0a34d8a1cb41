import type { Touch as WireTouch } from "./constants";
import { pressHover } from "./hover";
import { caught, composedParent, targetOf, type Tracked } from "./listens";
import type { Reporter, TouchLists } from "./reporter";

/** A press may wander this far, in CSS pixels, and still be a tap. */
const TAP_SLOP = 10;
/** A press this long, in milliseconds, is a long press. */
const LONG_PRESS = 350;

/** DOM event by which a tap reaches the built-in components; it bubbles through shadow roots. */
export const TAP = "dg-tap";

interface Press {
  target: Tracked;
  x: number;
  y: number;
  moved: boolean;
  long: boolean;
  timer: number;
  release: (moved: boolean) => void;
}

/** Where a page's coordinates start. */
export interface Origin {
  left: number;
  top: number;
  scrollLeft: number;
  scrollTop: number;
}

/** Turns touches and the mouse into touchstart … touchend, tap and longpress. */
export class Gestures {
  private press: Press | undefined;
  private pendingMove: { target: Tracked; lists: TouchLists } | undefined;

  constructor(
    root: HTMLElement,
    private readonly reporter: Reporter,
    private readonly origin: () => Origin,
  ) {
    root.addEventListener("touchstart", (e) => this.touch(e, "touchstart"), { passive: true });
    root.addEventListener("touchmove", (e) => this.touch(e, "touchmove"), { passive: false });
    root.addEventListener("touchend", (e) => this.touch(e, "touchend"));
    root.addEventListener("touchcancel", (e) => this.touch(e, "touchcancel"));
    root.addEventListener("pointerdown", (e) => this.mouseDown(e));
  }

  /** A tap by a key, in the middle of an element. */
  tapByKey(target: Tracked): void {
    const box = target.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    this.tap(target, x, y, { touches: [], changedTouches: [this.point(1, x, y, target)] });
  }

  private touch(e: TouchEvent, type: TouchType): void {
    const target = targetOf(e.composedPath());
    if (!target) return;
    const lists = { touches: this.wire(e.touches, target), changedTouches: this.wire(e.changedTouches, target) };
    const first = e.changedTouches[0];
    if (type === "touchmove" && e.cancelable && caught(target, type)) e.preventDefault();
    if (first) this.handle(type, target, first.clientX, first.clientY, lists, e.touches.length);
  }

  private mouseDown(e: PointerEvent): void {
    if (e.pointerType === "touch" || e.button !== 0) return;
    const target = targetOf(e.composedPath());
    if (!target) return;
    const point = (p: PointerEvent, down: boolean): void => {
      const touch = this.point(1, p.clientX, p.clientY, target);
      const lists = { touches: down ? [touch] : [], changedTouches: [touch] };
      const type = p.type === "pointerdown" ? "touchstart" : p.type === "pointermove" ? "touchmove" : p.type === "pointerup" ? "touchend" : "touchcancel";
      this.handle(type, target, p.clientX, p.clientY, lists, down ? 1 : 0);
    };
    point(e, true);
    const move = (p: PointerEvent): void => point(p, true);
    const end = (p: PointerEvent): void => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
      point(p, false);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  }

  private handle(type: TouchType, target: Tracked, x: number, y: number, lists: TouchLists, down: number): void {
    if (type === "touchmove") {
      this.wander(x, y);
      this.queueMove(target, lists);
      return;
    }
    this.sendMove();
    this.reporter.event(target, type, pagePoint(lists), true, lists);
    if (type === "touchstart") this.begin(target, x, y, lists, down);
    else this.end(type === "touchend", lists);
  }

  private begin(target: Tracked, x: number, y: number, lists: TouchLists, down: number): void {
    this.end(false, lists);
    if (down > 1) return;
    const press: Press = { target, x, y, moved: false, long: false, timer: 0, release: pressHover(target) };
    press.timer = window.setTimeout(() => {
      if (press.moved) return;
      const heard = ["longpress", "longtap"].map((t) => this.reporter.event(target, t, pagePoint(lists), true, lists));
      press.long = heard[0] ?? false;
    }, LONG_PRESS);
    this.press = press;
  }

  private wander(x: number, y: number): void {
    const { press } = this;
    if (!press || press.moved || Math.hypot(x - press.x, y - press.y) < TAP_SLOP) return;
    press.moved = true;
    clearTimeout(press.timer);
    press.release(true);
  }

  private end(up: boolean, lists: TouchLists): void {
    const { press } = this;
    if (!press) return;
    this.press = undefined;
    clearTimeout(press.timer);
    if (press.moved) return;
    press.release(!up);
    if (up && !press.long) this.tap(press.target, press.x, press.y, lists);
  }

  private tap(pressed: Tracked, x: number, y: number, lists: TouchLists): void {
    const target = aboveDisabled(pressed);
    if (!target) return;
    // A component whose taps say more than where, or that keeps a tap to itself, says so.
    const own = (target as { tapDetail?: (x: number, y: number) => object | undefined }).tapDetail;
    const detail = own ? own.call(target, x, y) : {};
    if (detail) this.reporter.event(target, "tap", { ...pagePoint(lists), ...detail }, true, lists);
    target.dispatchEvent(new CustomEvent(TAP, { bubbles: true, composed: true, cancelable: true }));
  }

  /** Moves are sent at most once per frame; the last one counts. */
  private queueMove(target: Tracked, lists: TouchLists): void {
    const queued = this.pendingMove !== undefined;
    this.pendingMove = { target, lists };
    if (!queued) requestAnimationFrame(() => this.sendMove());
  }

  private sendMove(): void {
    const move = this.pendingMove;
    if (!move) return;
    this.pendingMove = undefined;
    this.reporter.event(move.target, "touchmove", pagePoint(move.lists), true, move.lists);
  }

  private wire(list: TouchList, target: Tracked): WireTouch[] {
    return Array.from(list, (t) => this.point(t.identifier, t.clientX, t.clientY, target));
  }

  private point(identifier: number, x: number, y: number, target: Tracked): WireTouch {
    const o = this.origin();
    const clientX = x - o.left;
    const clientY = y - o.top;
    return { identifier, clientX, clientY, pageX: clientX + o.scrollLeft, pageY: clientY + o.scrollTop, ...inCanvas(target, x, y) };
  }
}

/** Touches of a canvas also count from its own corner. */
function inCanvas(target: Tracked, x: number, y: number): { x?: number; y?: number } {
  if (target.localName !== "dg-canvas") return {};
  const box = target.getBoundingClientRect();
  return { x: x - box.left, y: y - box.top };
}

type TouchType = "touchstart" | "touchmove" | "touchend" | "touchcancel";

function pagePoint({ changedTouches: [t] }: TouchLists): { x: number; y: number } {
  return { x: t?.pageX ?? 0, y: t?.pageY ?? 0 };
}

/** A disabled control swallows nothing: the tap goes to what it stands in. */
function aboveDisabled(el: Tracked): Tracked | undefined {
  let target: Tracked | undefined = el;
  for (let node: Node | null = el; node; node = composedParent(node)) {
    if ((node as { tapDisabled?: boolean }).tapDisabled !== true) continue;
    const parent = composedParent(node);
    target = undefined;
    for (let up = parent; up && !target; up = composedParent(up)) {
      if ((up as Tracked).dgId !== undefined) target = up as Tracked;
    }
  }
  return target;
}
