/** A canvas as the logic layer has it: what is drawn is recorded and sent in batches, one per turn. */
import { ApiError } from "../convention";
import { native, type Settle } from "../native";
import { Draw, signatures } from "./ops";

export type OpName = keyof typeof Draw;

/** Where a canvas is: its page, and its node there; below 0 for what no template has. */
export interface Place {
  page: number;
  target: number;
}

/** So many values are sent at once at most, so that no message grows without bound. */
const MAX_BATCH = 60_000;

let lastOwn = 0;

/** A number for an image or off-screen canvas. */
export function ownTarget(): number {
  return --lastOwn;
}

/** Appends an operation. As the canvas standard says, one with a number that is not finite does nothing. */
export function record(ops: unknown[], name: OpName, args: unknown[]): boolean {
  const code = Draw[name];
  const numbers = numeric[code] as number[];
  for (let i = 0; i < numbers.length; i++) {
    if (!Number.isFinite(args[numbers[i] as number])) return false;
  }
  // Programs draw tens of thousands of times a turn, and spreading is slow in the engine.
  let n = ops.length;
  ops[n++] = code;
  for (let i = 0; i < args.length; i++) ops[n++] = args[i];
  return true;
}

/** Which arguments of an operation are numbers. */
const numeric = signatures.map((signature) => [...signature].map((_, i) => i).filter((i) => signature[i] === "n"));

/** Takes a context's operations and its questions. */
export interface Recorder {
  push(name: OpName, args: unknown[]): void;
  flush(): void;
  askNow<T>(name: string, want: string, args: object): T;
}

/** Records operations for one canvas. */
export class Surface implements Recorder {
  private ops: unknown[] = [];
  private waiting = false;

  constructor(readonly place: Place) {}

  push(name: OpName, args: unknown[]): void {
    if (!record(this.ops, name, args)) return;
    if (this.ops.length >= MAX_BATCH) this.flush();
    if (this.waiting) return;
    this.waiting = true;
    native.defer(() => {
      this.waiting = false;
      this.flush();
    });
  }

  flush(): void {
    if (this.ops.length === 0) return;
    const { ops } = this;
    this.ops = [];
    native.draw(this.place.page, this.place.target, ops);
  }

  /** Asks the client and waits for the answer. */
  askNow<T>(name: string, want: string, args: object): T {
    this.flush();
    const { failure, result } = native.canvasSync(this.place.page, { target: this.place.target, want, ...args });
    if (failure) throw new ApiError(name, failure);
    return result as T;
  }

  ask(want: string, args: object, settle: Settle): void {
    this.flush();
    native.canvas(this.place.page, { target: this.place.target, want, ...args }, settle);
  }
}
