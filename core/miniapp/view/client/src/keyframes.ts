import { length, transform } from "./animation";
import type { Animate, ClearAnimation, ScrollTimeline } from "./constants";
import type { PageView } from "./page";

type Frame = Record<string, unknown>;

/** A running or finished animation of an element; finished ones hold what they ended with. */
interface Held {
  frames: Frame[];
  animation: Animation;
  stop?: () => void;
}

const held = new WeakMap<Element, Held[]>();

const transforms = new Set([
  "matrix", "matrix3d", "rotate", "rotate3d", "rotateX", "rotateY", "rotateZ", "scale", "scale3d", "scaleX", "scaleY", "scaleZ",
  "skew", "skewX", "skewY", "translate", "translate3d", "translateX", "translateY", "translateZ",
]);
const lengths = new Set(["width", "height", "top", "left", "bottom", "right"]);

/** this.animate: nodes go through key frames, with time or with something's scrolling. */
export async function animateKeyframes(page: PageView, o: Animate): Promise<void> {
  const frames = Array.isArray(o.keyframes) ? (o.keyframes as Frame[]) : [];
  const ends = (o.nodes ?? []).map((id) => {
    const el = page.tree.element(id);
    if (!el) return undefined;
    const animation = el.animate(frames.map((f) => keyframe(f)), { duration: Math.max(0, o.timeline?.timeRange || o.duration), fill: "both" });
    const one: Held = { frames, animation };
    held.set(el, [...(held.get(el) ?? []), one]);
    if (!o.timeline) return animation.finished;
    follow(page, one, o.timeline);
    return undefined;
  });
  await Promise.allSettled(ends);
}

/** Lets a movement stand where the scrolling is. */
function follow(page: PageView, one: Held, t: ScrollTimeline): void {
  const source = page.tree.element(t.source);
  one.animation.pause();
  if (!source) return;
  const scrolled = (): void => {
    const at = t.orientation === "horizontal" ? source.scrollLeft : source.scrollTop;
    const part = t.end > t.start ? Math.max(0, Math.min(1, (at - t.start) / (t.end - t.start))) : 0;
    one.animation.currentTime = part * t.timeRange;
  };
  source.addEventListener("scroll", scrolled, { passive: true });
  one.stop = () => source.removeEventListener("scroll", scrolled);
  scrolled();
}

/** this.clearAnimation: the properties named, or all, are as without it. */
export function clearKeyframes(page: PageView, o: ClearAnimation): void {
  for (const id of o.nodes ?? []) {
    const el = page.tree.element(id);
    if (!el) continue;
    const rest = (held.get(el) ?? []).filter((one) => !clear(one, o.properties ?? []));
    held.set(el, rest);
  }
}

/** Reports whether nothing is left of the animation. */
function clear(one: Held, properties: string[]): boolean {
  if (properties.length > 0) {
    one.frames = one.frames.map((f) => Object.fromEntries(Object.entries(f).filter(([name]) => !properties.includes(name))));
    const left = one.frames.some((f) => Object.keys(f).some((name) => name !== "offset" && name !== "ease"));
    if (left) {
      (one.animation.effect as KeyframeEffect).setKeyframes(one.frames.map((f) => keyframe(f)));
      return false;
    }
  }
  one.stop?.();
  one.animation.cancel();
  return true;
}

/** A key frame as the browser has it; transforms are joined in their order. */
export function keyframe(frame: Frame): Keyframe {
  const out: Keyframe = {};
  const parts: string[] = [];
  for (const [name, value] of Object.entries(frame)) {
    if (name === "offset") out.offset = Number(value);
    else if (name === "ease") out.easing = String(value);
    else if (name === "composite") out.composite = String(value) as CompositeOperation;
    else if (transforms.has(name)) parts.push(transform(name, Array.isArray(value) ? value : [value]));
    else out[name] = lengths.has(name) ? length(value) : String(value);
  }
  if (parts.length) out["transform"] = parts.join(" ");
  return out;
}
