/** Scrolls el to top within duration milliseconds; resolves when it is there. */
export function scrollSmoothly(el: Element, top: number, duration: number): Promise<void> {
  const start = el.scrollTop;
  const target = Math.max(0, Math.min(top, el.scrollHeight - el.clientHeight));
  if (!(duration > 0) || start === target) {
    el.scrollTop = target;
    return Promise.resolve();
  }
  const begin = performance.now();
  return new Promise((resolve) => {
    const step = (now: number): void => {
      const t = Math.min(1, (now - begin) / duration);
      el.scrollTop = start + (target - start) * (1 - (1 - t) ** 3);
      if (t < 1) requestAnimationFrame(step);
      else resolve();
    };
    requestAnimationFrame(step);
  });
}

/** How long what a page shows may take to come, and how often it is looked whether it has, in milliseconds. */
const PATIENCE = 10_000;
const LOOK = 100;

/**
 * Scrolls what find gives as soon as it is there and its content is long enough, unless somebody scrolls in touched first;
 * resolves when that is settled. It looks again and again: content that overflows its box tells no observer that it has grown.
 */
export function scrollPatiently(find: () => Element | null, touched: Element, to: { left: number; top: number }): Promise<void> {
  return new Promise((resolve) => {
    const inputs = ["wheel", "touchstart", "pointerdown", "keydown"];
    const stop = (): void => {
      clearInterval(look);
      clearTimeout(timer);
      for (const type of inputs) touched.removeEventListener(type, stop);
      resolve();
    };
    const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1;
    const attempt = (): void => {
      const el = find();
      el?.scrollTo({ ...to, behavior: "instant" });
      if (el && near(el.scrollTop, to.top) && near(el.scrollLeft, to.left)) stop();
    };
    const look = setInterval(attempt, LOOK);
    const timer = setTimeout(stop, PATIENCE);
    for (const type of inputs) touched.addEventListener(type, stop, { passive: true });
    attempt();
  });
}
