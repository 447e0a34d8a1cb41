import type { ClientEvent, Touch as WireTouch } from "./constants";
import { heard, walkUp, type Tracked } from "./listens";
import type { Ran, ScriptEvent } from "./scripts/runner";

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
    private readonly scripts: (target: Tracked, event: ScriptEvent) => Ran | undefined = () => undefined,
  ) {}

  /** Hands an event of el to the template scripts on its way, and reports it if the host has handlers there, too; false if nobody listens. */
  event(el: Tracked, type: string, detail: unknown, bubbles: boolean, touches?: TouchLists): boolean {
    if (el.dgId === undefined) return false;
    const ran = this.scripts(el, { type, time: this.now(), detail, bubbles, ...touches });
    if (ran && !ran.host) return true;
    if (!ran && !heard(el, type, bubbles)) return false;
    const { host: _, ...script } = ran ?? { host: true };
    this.post({ node: el.dgId, type, detail, bubbles, ...touches, ...(touches ? { offsets: offsetsOf(el, type) } : {}), ...script });
    return true;
  }

  /** Reports an event of the page as a whole. */
  pageEvent(type: string, detail: unknown = {}): void {
    this.post({ node: 0, type, detail });
  }

  private post(e: Omit<ClientEvent, "page" | "time">): void {
    this.send({ page: this.page, time: this.now(), ...e });
  }

  private now(): number {
    return Math.round(performance.now() - this.openedAt);
  }
}

/** Touch points of an event, in the wire's form. */
export interface TouchLists {
  touches: WireTouch[];
  changedTouches: WireTouch[];
}
