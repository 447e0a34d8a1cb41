/** Paths: what contexts and Path2D have in common. */
import { record, type OpName } from "./surface";

/** The methods that build a path, by the number of their arguments. */
export const pathMethods: Partial<Record<OpName, number>> = {
  closePath: 0,
  moveTo: 2,
  lineTo: 2,
  quadraticCurveTo: 4,
  bezierCurveTo: 6,
  rect: 4,
};

/** Adds the methods that build a path to a class whose instances can push operations. */
export function addPathMethods(prototype: object, push: (self: any, name: OpName, args: unknown[]) => void): void {
  const methods = prototype as Record<string, unknown>;
  for (const [name, count] of Object.entries(pathMethods)) {
    methods[name] = function (...args: unknown[]) {
      const numbers: number[] = [];
      for (let i = 0; i < count; i++) numbers[i] = Number(args[i]);
      push(this, name as OpName, numbers);
    };
  }
  methods["arc"] = function (x: number, y: number, r: number, from: number, to: number, back?: boolean) {
    radius("arc", r);
    push(this, "arc", [Number(x), Number(y), Number(r), Number(from), Number(to), back ? 1 : 0]);
  };
  methods["arcTo"] = function (x1: number, y1: number, x2: number, y2: number, r: number) {
    radius("arcTo", r);
    push(this, "arcTo", [x1, y1, x2, y2, r].map(Number));
  };
  methods["ellipse"] = function (...args: unknown[]) {
    radius("ellipse", args[2]);
    radius("ellipse", args[3]);
    push(this, "ellipse", [...args.slice(0, 7).map(Number), args[7] ? 1 : 0]);
  };
  methods["roundRect"] = function (x: number, y: number, w: number, h: number, radii: unknown = 0) {
    const list = (Array.isArray(radii) ? radii : [radii]).map(Number).filter((r) => Number.isFinite(r) && r >= 0);
    push(this, "roundRect", [Number(x), Number(y), Number(w), Number(h), list.slice(0, 4)]);
  };
}

function radius(name: string, r: unknown): void {
  if (Number(r) < 0) throw new Error(`${name}: the radius ${String(r)} is negative`);
}

/** A path on its own: canvas.createPath2D(). */
export class Path2D {
  /** The path's operations. */
  readonly ops: unknown[] = [];

  constructor(from?: unknown) {
    if (from instanceof Path2D) this.ops.push(...from.ops);
    else if (typeof from === "string") record(this.ops, "svgPath", [from]);
  }

  addPath(path: unknown): void {
    if (path instanceof Path2D) this.ops.push(...path.ops);
  }
}

addPathMethods(Path2D.prototype, (self: Path2D, name, args) => record(self.ops, name, args));
