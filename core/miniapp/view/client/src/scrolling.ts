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
