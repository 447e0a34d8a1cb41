import { mediaQuery } from "./mediaquery";
import type { Observe, Rect } from "./constants";
import { boxOf } from "./geometry";
import type { PageView } from "./page";

const running = new Map<number, () => void>();

/** Starts an intersection observer that replies once per crossing of a threshold. */
export function observe(page: PageView | undefined, id: number, o: Observe, reply: (result: unknown) => void): void {
  if (o.media) {
    observeMedia(id, o.media as Record<string, unknown>, reply);
    return;
  }
  if (!page) return;
  const last = new Map<number, number>();
  const check = (): void => {
    const area = reference(page, o);
    for (const node of o.nodes ?? []) {
      const el = page.tree.element(node);
      if (!el) continue;
      const box = boxOf(page, el);
      const cut = intersect(box, area);
      const size = box.width * box.height;
      const ratio = size > 0 ? (cut.width * cut.height) / size : cut.width > 0 || cut.height > 0 ? 1 : 0;
      const before = last.get(node) ?? o.initialRatio;
      last.set(node, ratio);
      if (!crossed(before, ratio, o.thresholds ?? [0])) continue;
      reply({ node, intersectionRatio: ratio, intersectionRect: rect(cut), boundingClientRect: rect(box), relativeRect: rect(area), time: Date.now() });
    }
  };
  let queued = false;
  const later = (): void => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      if (page.element.isConnected) check();
      else unobserve(id);
    });
  };
  const options = { capture: true, passive: true };
  page.element.addEventListener("scroll", later, options);
  page.scroller.addEventListener("scroll", later, options);
  const sizes = new ResizeObserver(later);
  sizes.observe(page.scroller);
  const clock = setInterval(later, 250);
  running.set(id, () => {
    page.element.removeEventListener("scroll", later, options);
    page.scroller.removeEventListener("scroll", later, options);
    sizes.disconnect();
    clearInterval(clock);
  });
  later();
}

function observeMedia(id: number, media: Record<string, unknown>, reply: (result: unknown) => void): void {
  const query = matchMedia(mediaQuery(media));
  const tell = (): void => reply({ matches: query.matches });
  query.addEventListener("change", tell);
  running.set(id, () => query.removeEventListener("change", tell));
  tell();
}

/** Ends an observer. */
export function unobserve(id: number): void {
  running.get(id)?.();
  running.delete(id);
}

function reference(page: PageView, o: Observe): DOMRect {
  let area = viewport(page, [0, 0, 0, 0]);
  for (const r of o.relative ?? []) {
    const el = r.node ? page.tree.element(r.node) : undefined;
    const box = el ? boxOf(page, el) : viewport(page, [0, 0, 0, 0]);
    const grown = grow(box, r.margins);
    area = r.node || o.relative?.length === 1 ? (el ? intersect(area, grown) : grown) : intersect(area, grown);
  }
  return area;
}

function viewport(page: PageView, margins: number[]): DOMRect {
  return grow(new DOMRect(0, 0, page.viewport.clientWidth, page.viewport.clientHeight), margins);
}

function grow(box: DOMRect, [top = 0, right = 0, bottom = 0, left = 0]: number[]): DOMRect {
  return new DOMRect(box.left - left, box.top - top, box.width + left + right, box.height + top + bottom);
}

function intersect(a: DOMRect, b: DOMRect): DOMRect {
  const left = Math.max(a.left, b.left);
  const top = Math.max(a.top, b.top);
  const right = Math.min(a.right, b.right);
  const bottom = Math.min(a.bottom, b.bottom);
  return right >= left && bottom >= top ? new DOMRect(left, top, right - left, bottom - top) : new DOMRect(0, 0, 0, 0);
}

/** Whether going from one ratio to another crosses a threshold; touching 0 counts on its own. */
export function crossed(before: number, after: number, thresholds: number[]): boolean {
  if (before === after) return false;
  return thresholds.some((t) => (t === 0 ? (before > 0) !== (after > 0) : before < t !== after < t));
}

function rect(r: DOMRect): Rect {
  const { left, top, right, bottom, width, height } = r;
  return { left, top, right, bottom, width, height };
}
