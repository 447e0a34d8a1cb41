import { composedParent } from "./listens";

/** An element that changes its look while it is pressed. */
export interface Hoverable extends Element {
  hover(): { className: string; start: number; stay: number; stop: boolean } | undefined;
  dgClasses?: Set<string>;
}

/** What a plain <view> says of its look while pressed: its attributes as written in the template. */
function viewHover(el: Element): ReturnType<Hoverable["hover"]> {
  const attr = (name: string): string | null => el.getAttribute(name) ?? el.getAttribute(name.replace(/-/g, ""));
  const number = (text: string | null, otherwise: number): number => (text && Number.isFinite(parseFloat(text)) ? parseFloat(text) : otherwise);
  // A component's scope may be written before each name.
  const className = (attr("hover-class") ?? "").split(/\s+/).filter((n) => n !== "" && !/(^|--)none$/.test(n)).join(" ");
  if (className === "") return undefined;
  return {
    className,
    start: number(attr("hover-start-time"), 50),
    stay: number(attr("hover-stay-time"), 400),
    stop: attr("hover-stop-propagation") !== null,
  };
}

/** Puts hover classes on for a press that began at target; the result takes them off again. */
export function pressHover(target: Element): (moved: boolean) => void {
  const releases: ((moved: boolean) => void)[] = [];
  for (let node: Node | null = target; node; node = composedParent(node)) {
    const hoverable = node as Partial<Hoverable>;
    const hover = typeof hoverable.hover === "function" ? hoverable.hover() : node instanceof Element && node.localName === "dg-view" ? viewHover(node) : undefined;
    if (!hover) continue;
    releases.push(press(node as Hoverable, hover.className, hover.start, hover.stay));
    if (hover.stop) break;
  }
  return (moved) => releases.forEach((release) => release(moved));
}

/** For each element that stays lit after a press: the timer that ends it, and what that does. */
const staying = new WeakMap<Hoverable, { timer: number; off: () => void }>();

function press(el: Hoverable, className: string, start: number, stay: number): (moved: boolean) => void {
  const names = className.split(/\s+/).filter(Boolean);
  const own = (el.dgClasses ??= new Set());
  const on = (): void => {
    const last = staying.get(el);
    if (last) {
      clearTimeout(last.timer); // it would take the light of this press
      last.off();
      staying.delete(el);
    }
    names.forEach((n) => (own.add(n), el.classList.add(n)));
  };
  const off = (): void => names.forEach((n) => (own.delete(n), el.classList.remove(n)));
  let shown = false;
  const timer = setTimeout(() => ((shown = true), on()), start);
  return (moved) => {
    if (!shown) {
      clearTimeout(timer);
      if (moved) return;
      on();
    }
    staying.set(el, { off, timer: window.setTimeout(() => (staying.delete(el), off()), stay) });
  };
}
