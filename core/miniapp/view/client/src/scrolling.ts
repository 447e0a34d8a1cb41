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

/** How long what a page shows may take to come, in milliseconds. */
const PATIENCE = 10_000;

/** Scrolls el to top as soon as its content is long enough, unless somebody scrolls it first; resolves when that is settled. */
export function scrollPatiently(el: Element, content: Element, top: number): Promise<void> {
  return new Promise((resolve) => {
    const inputs = ["wheel", "touchstart", "pointerdown", "keydown"];
    const stop = (): void => {
      observer.disconnect();
      clearTimeout(timer);
      for (const type of inputs) el.removeEventListener(type, stop);
      resolve();
    };
    const timer = setTimeout(stop, PATIENCE);
    const observer = new ResizeObserver(() => {
      el.scrollTop = top;
      if (el.scrollHeight - el.clientHeight >= top) stop();
    });
    for (const type of inputs) el.addEventListener(type, stop, { passive: true });
    observer.observe(content);
  });
}
