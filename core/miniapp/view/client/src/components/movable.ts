import { Spring, type Motion } from "../spring";
import { t } from "../texts";
import { closest, View } from "./basic";

/** Friction slows a thrown view down: pixels per second squared and unit of `friction`. */
const DECELERATION = 1000;
/** How far beyond its area a view follows the finger, as a part of the finger's way. */
const RUBBER = 0.5;
/** How far an arrow key moves it, in pixels. */
const KEY_STEP = 10;
/** A finger moves this far, in pixels, before it drags. */
const SLOP = 3;

interface Point {
  x: number;
  y: number;
}

/** <movable-area>: the room of its movable views; with scale-area, two fingers anywhere in it scale its view. */
export class MovableArea extends View {
  constructor() {
    super();
    this.addEventListener("touchstart", (e) => this.pinch(e), { passive: true });
  }

  private pinch(e: TouchEvent): void {
    if (!this.bool("scaleArea") || e.touches.length !== 2) return;
    const views = Array.from(this.querySelectorAll<MovableView>("dg-movable-view"));
    const inside = views.some((v) => Array.from(e.touches).every((t) => v.contains(t.target as Node)));
    if (!inside) views.find((v) => v.scales)?.pinchFrom(e);
  }
}

/** <movable-view>: follows the finger inside its <movable-area>. */
export class MovableView extends View {
  private at: Point = { x: 0, y: 0 };
  private zoom = 1;
  private motion: Motion | undefined;
  private placed = false;
  private told = "";

  constructor() {
    super();
    this.addEventListener("pointerdown", (e) => this.press(e));
    this.addEventListener("touchstart", (e) => this.pinchFrom(e), { passive: true });
  }

  disconnectedCallback(): void {
    this.motion?.stop();
  }

  override restyled(): void {
    this.paint();
    super.restyled();
  }

  /** Arrow keys move it as a finger may, + and - scale it. */
  keyed(e: KeyboardEvent): boolean {
    if (this.bool("disabled")) return false;
    const step = e.shiftKey ? 10 * KEY_STEP : KEY_STEP;
    const by = {
      ...(this.direction !== "vertical" && this.direction !== "none" && { ArrowLeft: [-step, 0], ArrowRight: [step, 0] }),
      ...(this.direction !== "horizontal" && this.direction !== "none" && { ArrowUp: [0, -step], ArrowDown: [0, step] }),
    }[e.key];
    const grown = this.scales ? { "+": 1.1, "=": 1.1, "-": 1 / 1.1 }[e.key] : undefined;
    if (grown) this.scaleTo(this.zoom * grown);
    if (!by) return grown !== undefined;
    this.motion?.stop();
    this.place(this.clamped({ x: this.at.x + (by[0] ?? 0), y: this.at.y + (by[1] ?? 0) }), "touch");
    return true;
  }

  get scales(): boolean {
    return this.bool("scale");
  }

  /** Two fingers change the size. */
  pinchFrom(e: TouchEvent): void {
    if (!this.scales || this.bool("disabled") || e.touches.length !== 2) return;
    this.motion?.stop();
    const spread = (t: TouchList): number => Math.hypot((t[0]?.clientX ?? 0) - (t[1]?.clientX ?? 0), (t[0]?.clientY ?? 0) - (t[1]?.clientY ?? 0));
    const start = spread(e.touches) || 1;
    const before = this.zoom;
    const move = (m: TouchEvent): void => {
      if (m.touches.length < 2) return;
      if (m.cancelable) m.preventDefault();
      this.scaleTo((before * spread(m.touches)) / start);
    };
    const end = (m: TouchEvent): void => {
      if (m.touches.length >= 2) return;
      window.removeEventListener("touchmove", move);
      window.removeEventListener("touchend", end);
      window.removeEventListener("touchcancel", end);
    };
    window.addEventListener("touchmove", move, { passive: false });
    window.addEventListener("touchend", end);
    window.addEventListener("touchcancel", end);
  }

  protected override update(changed: Set<string>): void {
    super.update(changed);
    const moves = !this.bool("disabled") && (this.direction !== "none" || this.scales);
    this.operable("group", moves, t.movable);
    this.ariaRoleDescription = moves ? t.movable : null;
    this.style.touchAction = this.direction === "horizontal" ? "pan-y" : this.direction === "vertical" ? "pan-x" : this.direction === "none" ? "" : "none";
    if (!this.placed) {
      this.placed = true;
      this.zoom = this.wantedScale();
      this.place(this.clamped({ x: this.num("x"), y: this.num("y") }), "");
      return;
    }
    if (changed.has("scaleValue") && this.scales) this.scaleTo(this.wantedScale());
    if (changed.has("x") || changed.has("y")) this.glide(this.clamped({ x: this.num("x", this.at.x), y: this.num("y", this.at.y) }), "");
  }

  private get direction(): string {
    return this.str("direction", "none");
  }

  private wantedScale(): number {
    return this.scales ? this.limitScale(this.num("scaleValue", 1)) : 1;
  }

  private limitScale(scale: number): number {
    const min = Math.max(0.1, this.num("scaleMin", 0.1));
    const max = Math.min(10, this.num("scaleMax", 10));
    return Math.max(min, Math.min(max, scale));
  }

  /** Scales around the middle. */
  private scaleTo(scale: number): void {
    const next = this.limitScale(scale);
    if (next === this.zoom) return;
    this.zoom = next;
    this.place(this.clamped(this.at), "");
    this.emit("scale", { x: round(this.at.x), y: round(this.at.y), scale: round(next, 1000) });
  }

  /** The room to move in: from and to, on both axes. A view larger than its area covers it always. */
  private room(): { min: Point; max: Point } {
    const area = closest(this, MovableArea);
    const { offsetWidth: w, offsetHeight: h } = this;
    // The box grows around its middle.
    const grown = { x: (w * (this.zoom - 1)) / 2, y: (h * (this.zoom - 1)) / 2 };
    const span = (room: number, size: number, grow: number): [number, number] => {
      const last = room - size * this.zoom + grow;
      return last >= grow ? [grow, last] : [last, grow];
    };
    const [minX, maxX] = span(area?.clientWidth ?? 0, w, grown.x);
    const [minY, maxY] = span(area?.clientHeight ?? 0, h, grown.y);
    return { min: { x: minX, y: minY }, max: { x: maxX, y: maxY } };
  }

  private clamped(p: Point): Point {
    const { min, max } = this.room();
    return { x: Math.max(min.x, Math.min(max.x, p.x)), y: Math.max(min.y, Math.min(max.y, p.y)) };
  }

  private press(down: PointerEvent): void {
    const { direction } = this;
    if (this.bool("disabled") || direction === "none" || down.button !== 0 || !down.isPrimary) return;
    this.motion?.stop();
    const from = { ...this.at };
    let dragging = false;
    let speed: Point = { x: 0, y: 0 };
    let last = { x: down.clientX, y: down.clientY, time: down.timeStamp };
    const move = (e: PointerEvent): void => {
      if (e.pointerId !== down.pointerId) return;
      const by = { x: direction === "vertical" ? 0 : e.clientX - down.clientX, y: direction === "horizontal" ? 0 : e.clientY - down.clientY };
      if (!dragging) {
        if (Math.hypot(by.x, by.y) < SLOP) return;
        dragging = true;
        this.emit(Math.abs(by.x) >= Math.abs(by.y) ? "htouchmove" : "vtouchmove", {}, true);
      }
      const dt = Math.max(1, e.timeStamp - last.time);
      speed = { x: (e.clientX - last.x) / dt, y: (e.clientY - last.y) / dt };
      last = { x: e.clientX, y: e.clientY, time: e.timeStamp };
      this.follow({ x: from.x + by.x, y: from.y + by.y });
    };
    const up = (e: PointerEvent): void => {
      if (e.pointerId !== down.pointerId) return;
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", up);
      if (dragging) this.release(speed);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", up);
  }

  private follow(to: Point): void {
    const inside = this.clamped(to);
    if (!this.bool("outOfBounds") || (inside.x === to.x && inside.y === to.y)) {
      this.place(inside, "touch");
      return;
    }
    const beyond = { x: inside.x + (to.x - inside.x) * RUBBER, y: inside.y + (to.y - inside.y) * RUBBER };
    this.place(beyond, "touch-out-of-bounds");
  }

  /** The finger is gone: back into the area, or on with the speed it had. */
  private release(speed: Point): void {
    const inside = this.clamped(this.at);
    if (inside.x !== this.at.x || inside.y !== this.at.y) {
      this.glide(inside, "out-of-bounds");
      return;
    }
    if (!this.bool("inertia")) return;
    const slow = Math.max(0.1, this.num("friction", 2)) * DECELERATION;
    const way = (v: number): number => (Math.sign(v) * (v * 1000) ** 2) / (2 * slow);
    const aim = {
      x: this.at.x + (this.direction === "vertical" ? 0 : way(speed.x)),
      y: this.at.y + (this.direction === "horizontal" ? 0 : way(speed.y)),
    };
    this.glide(this.bool("outOfBounds") ? aim : this.clamped(aim), "friction", () => {
      const back = this.clamped(this.at);
      if (back.x !== this.at.x || back.y !== this.at.y) this.glide(back, "out-of-bounds");
    });
  }

  private glide(to: Point, source: string, then?: () => void): void {
    this.motion?.stop();
    if (!this.bool("animation", true)) {
      this.place(to, source);
      then?.();
      return;
    }
    this.motion = new Spring(this.at, to, Math.max(1, this.num("damping", 20)), (p) => this.place(p, source), then);
  }

  private place(p: Point, source: string): void {
    this.at = p;
    this.paint();
    const detail = { x: round(p.x), y: round(p.y), source };
    const key = JSON.stringify([detail.x, detail.y]);
    if (key === this.told) return;
    const first = this.told === "";
    this.told = key;
    if (!first || p.x !== 0 || p.y !== 0) this.emit("change", detail);
  }

  private paint(): void {
    if (!this.placed) return;
    this.style.transformOrigin = "center";
    this.style.transform = `translate(${this.at.x}px,${this.at.y}px) translateZ(0) scale(${this.zoom})`;
    this.style.willChange = "auto";
  }
}

function round(n: number, to = 10): number {
  return Math.round(n * to) / to;
}
