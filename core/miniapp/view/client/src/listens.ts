/** How one element listens to one event type. */
export interface Listen {
  bubble: boolean;
  capture: boolean;
  /** It catches the event in this phase. */
  catchesBubble: boolean;
  catchesCapture: boolean;
}

/** Event types an element has handlers for. */
export type Listens = Map<string, Listen>;

/** Parses the list of a fragment: "tap", "tap!" (catch), "^tap" (capture). */
export function parseListens(list: string[]): Listens {
  const out: Listens = new Map();
  for (const item of list) {
    const capture = item.startsWith("^");
    const catches = item.endsWith("!");
    const type = item.slice(capture ? 1 : 0, catches ? -1 : undefined);
    const known = out.get(type) ?? { bubble: false, capture: false, catchesBubble: false, catchesCapture: false };
    if (capture) known.capture = true;
    else known.bubble = true;
    if (catches) known[capture ? "catchesCapture" : "catchesBubble"] = true;
    out.set(type, known);
  }
  return out;
}

/** An element that the tree knows by id. */
export interface Tracked extends Element {
  dgId?: number;
  dgListens?: Listens;
}

/** The parent, through shadow roots, and from what a <root-portal> shows elsewhere back to its place. */
export function composedParent(node: Node): Node | null {
  const owner = (node as { dgOwner?: Element }).dgOwner;
  if (owner) return owner;
  return node.parentNode ?? (node instanceof ShadowRoot ? node.host : null);
}

/** Calls visit for el and its ancestors up to the page's root, until visit returns true; reports whether it did. */
export function walkUp(el: Node | null, visit: (el: Tracked) => boolean): boolean {
  for (let node = el; node; node = composedParent(node)) {
    if (node instanceof Element && visit(node as Tracked)) return true;
    if (node instanceof Element && node.localName === "dg-page") return false;
  }
  return false;
}

/** Whether anybody on el's path would hear an event. */
export function heard(el: Element, type: string, bubbles: boolean): boolean {
  return walkUp(el, (node) => {
    const listen = node.dgListens?.get(type);
    return !!listen && (bubbles || node === el || listen.capture);
  });
}

/** Whether somebody on el's path catches an event: for touchmove, that the page must not scroll. */
export function caught(el: Element, type: string): boolean {
  return walkUp(el, (node) => {
    const listen = node.dgListens?.get(type);
    const scripts = (node as { dgScripts?: { handlers: { type: string; mode: number }[] } }).dgScripts;
    return (listen?.catchesBubble || listen?.catchesCapture || scripts?.handlers.some((h) => h.type === type && h.mode === 1)) ?? false;
  });
}

/** The innermost element of an event's path that the tree knows. */
export function targetOf(path: EventTarget[]): Tracked | undefined {
  return path.find((node) => (node as Tracked).dgId !== undefined) as Tracked | undefined;
}
