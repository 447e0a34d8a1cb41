import { emitFrom } from "./components/component";
import type { Listens } from "./listens";

/** Alipay's events of built-in components that come into sight, under names that no component's own event has. */
const APPEAR = "view-appear";
const DISAPPEAR = "view-disappear";
const FIRST_APPEAR = "view-firstappear";

/** Half of an element has to be seen before it has appeared. */
const HALF = 0.5;

/** Whether each watched element is in sight; undefined before the first report. */
const seen = new WeakMap<Element, { now: boolean; ever: boolean }>();

let observer: IntersectionObserver | undefined;

/** Watches an element if its handlers want to know when it appears. */
export function watchAppearance(el: Element, listens: Listens): void {
  if (![APPEAR, DISAPPEAR, FIRST_APPEAR].some((type) => listens.has(type))) return;
  observer ??= new IntersectionObserver((entries) => entries.forEach(report), { threshold: [0, HALF] });
  observer.observe(el);
}

function report(entry: IntersectionObserverEntry): void {
  const el = entry.target;
  const before = seen.get(el) ?? { now: false, ever: false };
  const now = entry.isIntersecting && entry.intersectionRatio >= HALF;
  seen.set(el, { now, ever: before.ever || now });
  if (now === before.now || !el.isConnected) return;
  if (now && !before.ever) emitFrom(el, FIRST_APPEAR);
  emitFrom(el, now ? APPEAR : DISAPPEAR);
}
