/**
 * wx.worklet. Skyline runs worklets in its renderer; here they run beside the program, which is the same to the program
 * except for speed. canIUse denies the name. Styles bound with applyAnimatedStyle follow the shared values that they read,
 * an animation of timing or spring as a transition.
 */
import type { Namespace } from "./capability";

declare function setTimeout(callback: (...args: any[]) => void, ms: number, ...args: unknown[]): number;

type Style = Record<string, unknown>;

/** What timing and spring make: a shared value that is given one moves there. */
class Motion {
  constructor(
    readonly to: unknown,
    readonly duration: number,
    readonly over: unknown,
  ) {}
}

/** A style bound to nodes. */
interface Effect {
  run(duration: number): void;
}

const defaultDuration = 300;

let running: Effect | undefined;
const effects = new Map<number, Effect>();
let lastEffect = 0;

class Shared {
  #value: unknown;
  readonly #readers = new Set<Effect>();

  constructor(value: unknown) {
    this.#value = value;
  }

  get value(): unknown {
    if (running) this.#readers.add(running);
    return this.#value;
  }

  set value(value: unknown) {
    const motion = value instanceof Motion ? value : undefined;
    const next = motion ? motion.to : value;
    if (motion && typeof motion.over === "function") setTimeout(motion.over as () => void, motion.duration, true);
    if (Object.is(next, this.#value)) return;
    this.#value = next;
    for (const effect of [...this.#readers]) effect.run(motion?.duration ?? 0);
  }
}

/** this.applyAnimatedStyle: put sets a style on the nodes. It gives the number by which the binding is ended. */
export function applyAnimatedStyle(update: unknown, put: (style: Style) => void, callback?: unknown): number {
  const id = ++lastEffect;
  const effect: Effect = {
    run(duration) {
      if (!effects.has(id)) return;
      const style = read(effect, update);
      put(duration > 0 ? { ...style, transition: `all ${duration}ms` } : style);
      if (duration > 0) setTimeout(() => effects.has(id) && put({ transition: "" }), duration);
    },
  };
  effects.set(id, effect);
  effect.run(0);
  if (typeof callback === "function") void Promise.resolve({ styleId: id }).then(callback as (found: unknown) => void);
  return id;
}

/** this.clearAnimatedStyle: the styles stay as they are. */
export function clearAnimatedStyle(ids: unknown, callback?: unknown): void {
  for (const id of Array.isArray(ids) ? ids : []) effects.delete(Number(id));
  if (typeof callback === "function") void Promise.resolve().then(callback as () => void);
}

/** The style of an effect, which hears from now on of the values read for it. */
function read(effect: Effect, update: unknown): Style {
  const before = running;
  running = effect;
  try {
    return (typeof update === "function" ? (update() as Style) : undefined) ?? {};
  } finally {
    running = before;
  }
}

function move(to: unknown, options?: { duration?: unknown }, over?: unknown): Motion {
  const duration = Number(options?.duration ?? defaultDuration);
  return new Motion(to, duration >= 0 ? duration : defaultDuration, over);
}

export function addWorklet(space: Namespace): void {
  const same = (value: unknown): unknown => value;
  const easing: Namespace = {};
  for (const name of ["linear", "ease", "quad", "cubic", "sin", "circle", "exp", "bounce"]) easing[name] = (x: number) => x;
  for (const name of ["bezier", "in", "out", "inOut", "poly", "elastic", "back"]) easing[name] = () => (x: number) => x;
  space["worklet"] = {
    shared: (value: unknown) => new Shared(value),
    derived: (update: () => unknown) => Object.defineProperty({}, "value", { get: update, enumerable: true }),
    timing: move,
    spring: move,
    decay: () => 0,
    delay: (_ms: number, animation: unknown) => animation,
    sequence: (...animations: unknown[]) => animations[animations.length - 1],
    repeat: same,
    cancelAnimation: () => undefined,
    runOnUI: same,
    runOnJS: same,
    Easing: easing,
  };
}
