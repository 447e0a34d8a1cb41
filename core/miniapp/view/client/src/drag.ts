/** One drag, in CSS pixels since it began. */
export interface Drag {
  start(x: number, y: number): boolean;
  move(dx: number, dy: number): void;
  /** speed is in pixels a millisecond along each axis. */
  end(speedX: number, speedY: number): void;
}

/** How far a finger moves along the axis before a drag begins. */
const SLOP = 6;

/** Follows drags on el along an axis; the other axis is left to scrolling. */
export function onDrag(el: HTMLElement, axis: () => "x" | "y" | "both", drag: Drag): void {
  el.addEventListener("pointerdown", (down) => {
    if (down.button !== 0 || !down.isPrimary) return;
    let active = false;
    let last = { x: down.clientX, y: down.clientY, time: down.timeStamp };
    let speed = { x: 0, y: 0 };
    const move = (e: PointerEvent): void => {
      if (e.pointerId !== down.pointerId) return;
      const dx = e.clientX - down.clientX;
      const dy = e.clientY - down.clientY;
      if (!active) {
        const along = axis() === "x" ? Math.abs(dx) : axis() === "y" ? Math.abs(dy) : Math.hypot(dx, dy);
        const across = axis() === "x" ? Math.abs(dy) : axis() === "y" ? Math.abs(dx) : 0;
        if (across > SLOP && across > along) stop();
        if (along < SLOP || across > along || !drag.start(down.clientX, down.clientY)) return;
        active = true;
      }
      const dt = Math.max(1, e.timeStamp - last.time);
      speed = { x: (e.clientX - last.x) / dt, y: (e.clientY - last.y) / dt };
      last = { x: e.clientX, y: e.clientY, time: e.timeStamp };
      drag.move(dx, dy);
    };
    const stop = (): void => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", up);
    };
    const up = (e: PointerEvent): void => {
      if (e.pointerId !== down.pointerId) return;
      stop();
      if (active) drag.end(speed.x, speed.y);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", up);
  });
}
