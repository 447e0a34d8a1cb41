import type { Touch as WireTouch } from "../constants";
import { walkUp, type Tracked } from "../listens";
import { describe, type Place } from "./descriptor";
import type { Modules, ScriptFunction, ScriptRef } from "./modules";
import { copy, type Handler, type Scripted } from "./scripted";

/** An event on its way to scripts. */
export interface ScriptEvent {
  type: string;
  time: number;
  detail: unknown;
  bubbles: boolean;
  touches?: WireTouch[];
  changedTouches?: WireTouch[];
}

/** What scripts did to an event. */
export interface Ran {
  /** Nodes whose scripts ran. */
  scripted: number[];
  stopped?: number;
  stoppedCapture?: boolean;
  /** Whether the host has a handler that the event reaches. */
  host: boolean;
}

/** Runs the template scripts of one page. */
export class Runner {
  private changes: { el: Scripted; ref: ScriptRef; now: unknown; old: unknown }[] = [];

  constructor(
    private readonly modules: Modules,
    private readonly place: Place,
  ) {}

  /** Notes that a watched property of an element was set. */
  changed(el: Scripted, name: string, now: unknown): void {
    const key = name.startsWith("watch:") ? name.slice("watch:".length) : name;
    const ref = el.dgScripts?.watches.get(key);
    if (!ref) return;
    const seen = (el.dgWatched ??= {});
    this.changes.push({ el, ref, now, old: seen[key] });
    seen[key] = now;
  }

  /** Runs the observers of what changed; called once the tree is in order. */
  observe(): void {
    if (this.changes.length === 0) return;
    const list = this.changes;
    this.changes = [];
    for (const { el, ref, now, old } of list) {
      if (!el.isConnected || el.dgId === undefined) continue;
      this.run(ref, copy(now), copy(old), describe(this.place, el.dgScope?.owner ?? 0), describe(this.place, el.dgId));
    }
  }

  /** Takes an event along its way through the tree; undefined if no script handles it. */
  dispatch(target: Tracked, event: ScriptEvent): Ran | undefined {
    const path: Scripted[] = [];
    let any = false;
    walkUp(target, (el) => {
      path.push(el);
      any ||= (el as Scripted).dgScripts?.handlers.some((h) => h.type === event.type) ?? false;
      return false;
    });
    if (!any) return undefined;
    const way = new Way(path, event, (handler, i) => this.handle(handler, path, i, event));
    way.go();
    return way.ran;
  }

  /** Runs the scripts that handle an event of the logic layer's own at one element. */
  component(el: Scripted, type: string, e: { detail: unknown; id: string; dataset: object; mark: object }): void {
    const target = { id: e.id, offsetLeft: 0, offsetTop: 0, dataset: e.dataset };
    for (const h of el.dgScripts?.handlers ?? []) {
      if (h.type === type) this.call(h, el, { type, timeStamp: performance.now(), target, mark: e.mark, detail: e.detail ?? {} });
    }
  }

  private handle(handler: Handler, path: Scripted[], i: number, e: ScriptEvent): unknown {
    const el = path[i] as Scripted;
    const owner = el.dgScope?.owner;
    const within = path.filter((node) => node.dgScope !== undefined && node.dgScope.owner === owner);
    const target = path.slice(0, i + 1).find((node) => within.includes(node)) ?? el;
    const mark = Object.assign({}, ...within.slice(within.indexOf(target)).reverse().map((node) => node.dgMarks ?? {}));
    const touches = e.touches && { touches: copy(e.touches), changedTouches: copy(e.changedTouches) };
    return this.call(handler, el, { type: e.type, timeStamp: e.time, target: targetOf(target), mark, detail: copy(e.detail ?? {}), ...touches });
  }

  private call(handler: Handler, el: Scripted, event: Record<string, unknown>): unknown {
    event["currentTarget"] = targetOf(el);
    event["instance"] = describe(this.place, el.dgId ?? 0);
    return this.run(handler.ref, event, describe(this.place, el.dgScope?.owner ?? 0));
  }

  private run(ref: ScriptRef, ...args: unknown[]): unknown {
    const fn: ScriptFunction | undefined = this.modules.find(ref);
    try {
      return fn?.call(undefined, ...args);
    } catch (err) {
      console.error(`template script ${ref.join(" ")}:`, err);
      return undefined;
    }
  }
}

/** Walks an event along its path as the host would: capture inwards, then bubble outwards. */
class Way {
  readonly ran: Ran = { scripted: [], host: false };
  private mutated = false;

  constructor(
    private readonly path: Scripted[],
    private readonly event: ScriptEvent,
    private readonly handle: (handler: Handler, at: number) => unknown,
  ) {}

  go(): void {
    for (let i = this.path.length - 1; i >= 0; i--) if (this.visit(i, true)) return;
    for (let i = 0; i < this.path.length; i++) {
      if (i > 0 && !this.event.bubbles) return;
      if (this.visit(i, false)) return;
    }
  }

  /** Runs an element's scripts of one phase; true ends the way. */
  private visit(i: number, capture: boolean): boolean {
    const el = this.path[i] as Scripted;
    const listen = el.dgListens?.get(this.event.type);
    if (listen && (capture ? listen.capture : listen.bubble)) this.ran.host = true;
    let caught = !!listen && (capture ? listen.capture && listen.catchesCapture : listen.bubble && listen.catchesBubble);
    let ended = false;
    for (const h of el.dgScripts?.handlers ?? []) {
      if (h.type !== this.event.type || h.capture !== capture) continue;
      if (el.dgId !== undefined && !this.ran.scripted.includes(el.dgId)) this.ran.scripted.push(el.dgId);
      if (h.mode === 2 && this.mutated) continue;
      if (h.mode === 2) this.mutated = true;
      if (this.handle(h, i) === false) ended = true;
      if (h.mode === 1) caught = true;
    }
    if (ended) {
      this.ran.stopped = el.dgId ?? 0;
      this.ran.stoppedCapture = capture;
    }
    return caught || ended;
  }
}

function targetOf(el: Scripted): object {
  const { offsetLeft = 0, offsetTop = 0 } = el as unknown as Partial<HTMLElement>;
  return { id: el.id, offsetLeft, offsetTop, dataset: copy(el.dgData ?? {}) };
}
