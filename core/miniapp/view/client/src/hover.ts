import { composedParent } from "./listens";

/** An element that changes its look while it is pressed. */
export interface Hoverable extends Element {
  hover(): { className: string; start: number; stay: number; stop: boolean } | undefined;
  dgClasses?: Set<string>;
}

/** Puts hover classes on for a press that began at target; the result takes them off again. */
export function pressHover(target: Element): (moved: boolean) => void {
  const releases: ((moved: boolean) => void)[] = [];
  for (let node: Node | null = target; node; node = composedParent(node)) {
    const hoverable = node as Partial<Hoverable>;
    const hover = typeof hoverable.hover === "function" ? hoverable.hover() : undefined;
    if (!hover) continue;
    releases.push(press(node as Hoverable, hover.className, hover.start, hover.stay));
    if (hover.stop) break;
  }
  return (moved) => releases.forEach((release) => release(moved));
}

function press(el: Hoverable, className: string, start: number, stay: number): (moved: boolean) => void {
  const names = className.split(/\s+/).filter(Boolean);
  const own = (el.dgClasses ??= new Set());
  const on = (): void => names.forEach((n) => (own.add(n), el.classList.add(n)));
  const off = (): void => names.forEach((n) => (own.delete(n), el.classList.remove(n)));
  let shown = false;
  const timer = setTimeout(() => ((shown = true), on()), start);
  return (moved) => {
    if (!shown) {
      clearTimeout(timer);
      if (!moved) on();
    }
    setTimeout(off, stay);
  };
}
