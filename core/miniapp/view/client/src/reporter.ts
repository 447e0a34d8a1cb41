import type { ClientEvent, Touch as WireTouch } from "./constants";
import { heard, type Tracked } from "./listens";

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
    this.post({ node: el.dgId, type, detail, bubbles, ...touches });
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
