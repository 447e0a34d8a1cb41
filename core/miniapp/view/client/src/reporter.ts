import type { ClientEvent, Touch as WireTouch } from "./constants";
import { heard, walkUp, type Tracked } from "./listens";

/** So many elements of a path are told of at most. */
const MAX_OFFSETS = 64;

/** Where an event's target, and those on its path who hear it, stand in their offset parents. */
function offsetsOf(el: Tracked, type: string): number[][] {
  const out: number[][] = [];
  walkUp(el, (node) => {
    const concerned = node === el || node.dgListens?.has(type);
    const { offsetLeft, offsetTop } = node as Element as HTMLElement;
    if (concerned && node.dgId !== undefined) out.push([node.dgId, offsetLeft, offsetTop]);
    return out.length >= MAX_OFFSETS;
  });
  return out;
}

/** Sends a page's events, those that somebody on the path listens to. */
export class Reporter {
  private readonly openedAt = performance.now();

  constructor(
    private readonly page: number,
    private readonly send: (event: ClientEvent) => void,
  ) {}

  /** Reports an event of el; false if nobody listens. */
  event(el: Tracked, type: string, detail: unknown, bubbles: boolean, touches?: TouchLists): boolean {
    if (el.dgId === undefined || !heard(el, type, bubbles)) return false;
    this.post({ node: el.dgId, type, detail, bubbles, ...touches, ...(touches ? { offsets: offsetsOf(el, type) } : {}) });
    return true;
  }

  /** Reports an event of the page as a whole. */
  pageEvent(type: string, detail: unknown = {}): void {
    this.post({ node: 0, type, detail });
  }

  private post(e: Omit<ClientEvent, "page" | "time">): void {
    this.send({ page: this.page, time: Math.round(performance.now() - this.openedAt), ...e });
  }
}

/** Touch points of an event, in the wire's form. */
export interface TouchLists {
  touches: WireTouch[];
  changedTouches: WireTouch[];
}
