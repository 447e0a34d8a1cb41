/** wx.createAnimation: records steps; export() is what the `animation` attribute takes. */
import type { Namespace } from "./capability";
import { native, type Settle } from "./native";

interface Timing {
  duration?: number;
  timingFunction?: string;
  delay?: number;
  transformOrigin?: string;
}

interface Animate {
  type: string;
  args: unknown[];
}

interface Step {
  animates: Animate[];
  option: { transformOrigin: string; transition: { duration: number; timingFunction: string; delay: number } };
}

/** Methods that only record their name and arguments. */
const recorded = [
  "matrix", "matrix3d", "rotate", "rotate3d", "rotateX", "rotateY", "rotateZ", "scale", "scale3d", "scaleX", "scaleY",
  "scaleZ", "skew", "skewX", "skewY", "translate", "translate3d", "translateX", "translateY", "translateZ",
];
const lengths = ["width", "height", "top", "right", "bottom", "left"];

export class Animation {
  private steps: Step[] = [];
  private current: Animate[] = [];

  constructor(private timing: Timing) {}

  record(type: string, args: unknown[]): this {
    this.current.push({ type, args });
    return this;
  }

  /** A style property: the last value in a step counts. */
  style(name: string, value: unknown): this {
    this.current = this.current.filter((a) => !(a.type === "style" && a.args[0] === name));
    return this.record("style", [name, value]);
  }

  step(timing?: Timing): this {
    const { duration, timingFunction, delay, transformOrigin } = { ...this.timing, ...timing };
    this.steps.push({
      animates: this.current,
      option: {
        transformOrigin: transformOrigin ?? "50% 50% 0",
        transition: { duration: duration ?? 400, timingFunction: timingFunction ?? "linear", delay: delay ?? 0 },
      },
    });
    // Transforms of a step hold on in the next ones, as its own do.
    this.current = this.current.filter((a) => a.type !== "style");
    return this;
  }

  export(): { actions: Step[] } {
    const actions = this.steps;
    this.steps = [];
    return { actions };
  }
}

const methods = Animation.prototype as unknown as Record<string, (...args: unknown[]) => Animation>;
for (const type of recorded) {
  methods[type] = function (this: Animation, ...args: unknown[]) {
    return this.record(type, args);
  };
}
for (const name of lengths) {
  methods[name] = function (this: Animation, value: unknown) {
    return this.style(name, typeof value === "number" ? `${value}px` : value);
  };
}
methods["opacity"] = function (this: Animation, value: unknown) {
  return this.style("opacity", value);
};
methods["backgroundColor"] = function (this: Animation, value: unknown) {
  return this.style("background-color", value);
};

export function addAnimation(space: Namespace): void {
  space["createAnimation"] = (timing?: Timing) => new Animation(timing ?? {});
}

/** this.animate(selector, keyframes, duration, callback) or (…, scrollTimeline). */
export function animateNodes(scope: unknown, selector: unknown, frames: unknown, duration: unknown, last?: unknown): void {
  const timeline = typeof last === "object" && last !== null ? last : null;
  native.animate(scope, String(selector), Array.isArray(frames) ? frames : [], Number(duration) || 0, timeline, over(last));
}

/** this.clearAnimation(selector, options?, callback?). */
export function clearAnimatedNodes(scope: unknown, selector: unknown, options?: unknown, callback?: unknown): void {
  const named = typeof options === "object" && options !== null ? (options as Record<string, unknown>) : {};
  const properties = Object.keys(named).filter((name) => named[name]);
  native.clearAnimation(scope, String(selector), properties, over(typeof options === "function" ? options : callback));
}

/** What hears of the end calls back, however it ended. */
function over(callback: unknown): Settle | undefined {
  return typeof callback === "function" ? () => void (callback as () => void)() : undefined;
}
