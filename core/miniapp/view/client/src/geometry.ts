import type { QueryRequest } from "./constants";
import type { PageView } from "./page";

type NodeInfo = Record<string, unknown>;

/** Answers one request of a selector query: an entry per node, null for a node that is gone. */
export function measure(page: PageView | undefined, request: QueryRequest): (NodeInfo | null)[] {
  if (!page) return request.viewport ? [null] : (request.nodes ?? []).map(() => null);
  if (request.viewport) return [viewportInfo(page, request)];
  return (request.nodes ?? []).map((id) => {
    const el = page.tree.element(id);
    return el ? nodeInfo(page, el as HTMLElement, request) : null;
  });
}

/** An element's box, in coordinates of the page's viewport. */
export function boxOf(page: PageView, el: Element): DOMRect {
  const origin = page.viewport.getBoundingClientRect();
  const box = visibleBox(el);
  return new DOMRect(box.left - origin.left, box.top - origin.top, box.width, box.height);
}

/** A component's host may have no box of its own (display: contents): then its children's counts. */
function visibleBox(el: Element): DOMRect {
  const box = el.getBoundingClientRect();
  if (box.width > 0 || box.height > 0 || el.localName !== "dg-host") return box;
  const range = document.createRange();
  range.selectNodeContents(el);
  return range.getBoundingClientRect();
}

function viewportInfo(page: PageView, request: QueryRequest): NodeInfo {
  const { scroller } = page;
  const { clientWidth: width, clientHeight: height } = scroller;
  return {
    ...(request.rect ? { left: 0, top: 0, right: 0, bottom: 0 } : {}),
    ...(request.size ? { width, height } : {}),
    ...(request.scrollOffset ? offsets(scroller) : {}),
  };
}

function nodeInfo(page: PageView, el: HTMLElement, request: QueryRequest): NodeInfo {
  const info: NodeInfo = {};
  const box = boxOf(page, el);
  if (request.rect) Object.assign(info, { left: box.left, top: box.top, right: box.right, bottom: box.bottom });
  if (request.size) Object.assign(info, { width: box.width, height: box.height });
  if (request.scrollOffset) Object.assign(info, offsets(scrollTarget(el)));
  for (const name of request.properties ?? []) info[name] = property(el, name);
  if (request.computedStyle?.length) {
    const style = getComputedStyle(el);
    for (const name of request.computedStyle) info[name] = style.getPropertyValue(kebab(name));
  }
  return info;
}

function offsets(el: Element): NodeInfo {
  const { scrollLeft, scrollTop, scrollWidth, scrollHeight } = el;
  return { scrollLeft, scrollTop, scrollWidth, scrollHeight };
}

function scrollTarget(el: Element): Element {
  return (el as { scrollTarget?: Element }).scrollTarget ?? el;
}

function property(el: HTMLElement, name: string): unknown {
  const component = el as { fieldOf?: (name: string) => unknown };
  return component.fieldOf?.(name) ?? el.getAttribute(name) ?? undefined;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
}
