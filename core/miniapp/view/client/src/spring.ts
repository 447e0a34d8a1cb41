/** A running movement. */
export interface Motion {
  stop(): void;
}

interface Point {
  x: number;
  y: number;
}

/** Moves a point to another without overshooting, the faster the greater the damping; then tells that it is there. */
export class Spring implements Motion {
  private frame = 0;
  private last = performance.now();
  private at: Point;

  constructor(
    from: Point,
    private readonly to: Point,
    private readonly damping: number,
    private readonly step: (at: Point) => void,
    private readonly done?: () => void,
  ) {
    this.at = { ...from };
    this.frame = requestAnimationFrame((now) => this.advance(now));
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
  }

  private advance(now: number): void {
    const passed = Math.min(64, Math.max(1, now - this.last)) / 1000;
    this.last = now;
    const left = Math.exp(-passed * this.damping * 0.5);
    this.at = { x: this.to.x + (this.at.x - this.to.x) * left, y: this.to.y + (this.at.y - this.to.y) * left };
    if (Math.hypot(this.at.x - this.to.x, this.at.y - this.to.y) < 0.5) {
      this.step({ ...this.to });
      this.done?.();
      return;
    }
    this.step(this.at);
    this.frame = requestAnimationFrame((t) => this.advance(t));
  }
}
