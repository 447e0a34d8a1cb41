/** One step of wx.createAnimation().export(). */
interface AnimationStep {
  animates: { type: string; args: unknown[] }[];
  option: {
    transformOrigin?: string;
    transition?: { duration?: number; timingFunction?: string; delay?: number };
  };
}

const lengths = new Set(["width", "height", "top", "left", "bottom", "right"]);

/** Plays an exported animation on el: each step is a CSS transition to the values it names. */
export function animate(el: HTMLElement, exported: unknown): void {
  const steps = (exported as { actions?: AnimationStep[] }).actions;
  if (!Array.isArray(steps) || steps.length === 0) return;
  const token = {};
  (el as { dgAnimation?: object }).dgAnimation = token;
  let i = 0;
  const next = (): void => {
    const step = steps[i++];
    if (!step || (el as { dgAnimation?: object }).dgAnimation !== token) return;
    const wait = playStep(el, step);
    if (i < steps.length) setTimeout(next, wait);
  };
  requestAnimationFrame(next);
}

function playStep(el: HTMLElement, step: AnimationStep): number {
  const { duration = 400, timingFunction = "linear", delay = 0 } = step.option.transition ?? {};
  const values = styleValues(step);
  const names = Object.keys(values);
  el.style.transition = names.map((n) => `${n} ${duration}ms ${timingFunction} ${delay}ms`).join(",");
  if (step.option.transformOrigin) el.style.transformOrigin = step.option.transformOrigin;
  void el.offsetWidth; // start the transition from the present values
  for (const name of names) el.style.setProperty(name, values[name] ?? "");
  return duration + delay;
}

/** CSS properties a step ends with; transforms are joined in order. */
export function styleValues(step: AnimationStep): Record<string, string> {
  const out: Record<string, string> = {};
  const transforms: string[] = [];
  for (const { type, args } of step.animates) {
    if (type === "style") {
      out[kebab(String(args[0]))] = String(args[1]);
    } else if (lengths.has(type) || type === "opacity" || type === "backgroundColor") {
      out[kebab(type)] = lengths.has(type) ? length(args[0]) : String(args[0]);
    } else {
      transforms.push(transform(type, args));
    }
  }
  if (transforms.length) out["transform"] = transforms.join(" ");
  return out;
}

/** One transform function with its units. */
export function transform(type: string, args: unknown[]): string {
  if (type.startsWith("translate")) return `${type}(${args.map(length).join(",")})`;
  if (type === "rotate3d") return `rotate3d(${args.slice(0, 3).join(",")},${String(args[3])}deg)`;
  if (type.startsWith("rotate") || type.startsWith("skew")) return `${type}(${args.map((a) => `${String(a)}deg`).join(",")})`;
  return `${type}(${args.join(",")})`;
}

/** A number is pixels. */
export function length(v: unknown): string {
  return typeof v === "number" ? `${v}px` : String(v);
}

/** "backgroundColor" is "background-color". */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
}
