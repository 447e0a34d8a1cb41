/** Gradients and patterns: objects that a style property takes; they travel as arrays when something is set to them. */

export class CanvasGradient {
  private stops: unknown[] = [];

  constructor(private head: unknown[]) {}

  addColorStop(offset: number, color: string): void {
    const at = Number(offset);
    if (!(at >= 0 && at <= 1)) throw new Error(`addColorStop: the offset ${offset} is not between 0 and 1`);
    this.stops.push(at, String(color));
  }

  /** The style as it travels. */
  wire(): unknown {
    return [...this.head, this.stops.slice()];
  }
}

export class CanvasPattern {
  constructor(private source: number, private repetition: string) {}

  wire(): unknown {
    return ["pattern", this.source, this.repetition];
  }
}

/** A style as it travels: a colour's text, or an array. */
export function wireStyle(style: unknown): unknown {
  return style instanceof CanvasGradient || style instanceof CanvasPattern ? style.wire() : String(style);
}

/** createLinearGradient and its kin, for both kinds of context. */
export const gradients = {
  linear: (...args: unknown[]): CanvasGradient => new CanvasGradient(["linear", ...numbers("createLinearGradient", args, 4)]),
  radial: (...args: unknown[]): CanvasGradient => new CanvasGradient(["radial", ...numbers("createRadialGradient", args, 6)]),
  conic: (...args: unknown[]): CanvasGradient => new CanvasGradient(["conic", ...numbers("createConicGradient", args, 3)]),
  /** The old context's: r at the centre is 0. */
  circular: (x: unknown, y: unknown, r: unknown): CanvasGradient =>
    new CanvasGradient(["radial", ...numbers("createCircularGradient", [x, y, 0, x, y, r], 6)]),
};

function numbers(name: string, args: unknown[], count: number): number[] {
  const list = args.slice(0, count).map(Number);
  if (list.length < count || !list.every(Number.isFinite)) {
    throw new Error(`${name}: want ${count} finite numbers, got ${args.map(String).join(", ")}`);
  }
  return list;
}
