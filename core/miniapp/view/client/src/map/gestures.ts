import type { Pixel } from "./projection";

/** What fingers, a mouse or a wheel do to a map. */
export interface MapGestures {
  /** Whether it may be moved, and scaled. */
  scrolls(): boolean;
  zooms(): boolean;
  begin(cause: "drag" | "scale"): void;
  moveBy(dx: number, dy: number): void;
  /** Scales by a number of steps around a point of the map's box. */
  zoomBy(steps: number, around: Pixel): void;
  end(cause: "drag" | "scale"): void;
}

/** How far a finger moves before the map does. */
const SLOP = 4;
/** How long a wheel must rest to have ended. */
const WHEEL_REST = 200;

/** Listens on a map's element. */
export function listen(el: HTMLElement, g: MapGestures): void {
  const fingers = new Map<number, Pixel>();
  let moving: "drag" | "scale" | undefined;
  const inBox = (p: Pixel): Pixel => {
    const box = el.getBoundingClientRect();
    return { x: p.x - box.left, y: p.y - box.top };
  };
  const start = (cause: "drag" | "scale"): void => {
    if (moving === cause) return;
    if (moving) g.end(moving);
    moving = cause;
    g.begin(cause);
  };
  const move = (e: PointerEvent): void => {
    const before = fingers.get(e.pointerId);
    if (!before) return;
    const now = { x: e.clientX, y: e.clientY };
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    if (fingers.size === 1) {
      if (!g.scrolls() || (moving !== "drag" && Math.hypot(dx, dy) < SLOP)) return;
      start("drag");
      g.moveBy(dx, dy);
    } else if (g.zooms()) {
      const other = [...fingers].find(([id]) => id !== e.pointerId)?.[1] ?? now;
      const spread = (p: Pixel): number => Math.max(1, Math.hypot(p.x - other.x, p.y - other.y));
      start("scale");
      g.zoomBy(Math.log2(spread(now) / spread(before)), inBox({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }));
    }
    fingers.set(e.pointerId, now);
  };
  const up = (e: PointerEvent): void => {
    if (!fingers.delete(e.pointerId) || fingers.size > 0) return;
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", up);
    window.removeEventListener("pointercancel", up);
    if (moving) g.end(moving);
    moving = undefined;
  };
  el.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    if (fingers.size === 0) {
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", up);
      window.addEventListener("pointercancel", up);
    }
    fingers.set(e.pointerId, { x: e.clientX, y: e.clientY });
  });
  let rest = 0;
  el.addEventListener("wheel", (e) => {
    if (!g.zooms()) return;
    e.preventDefault();
    if (rest === 0) g.begin("scale");
    clearTimeout(rest);
    g.zoomBy(-e.deltaY / 240, inBox({ x: e.clientX, y: e.clientY }));
    rest = window.setTimeout(() => {
      rest = 0;
      g.end("scale");
    }, WHEEL_REST);
  }, { passive: false });
  el.addEventListener("dblclick", (e) => {
    if (!g.zooms()) return;
    g.begin("scale");
    g.zoomBy(1, inBox({ x: e.clientX, y: e.clientY }));
    g.end("scale");
  });
}
