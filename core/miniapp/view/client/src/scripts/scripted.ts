import type { Tracked } from "../listens";
import type { ScriptRef } from "./modules";

/** In whose template an element stands, and how that component's class names are written. */
export interface Scope {
  /** The component's host; 0 is the page. */
  owner: number;
  prefix: string;
  bare: boolean;
}

/** A template script that handles an event. */
export interface Handler {
  type: string;
  mode: 0 | 1 | 2;
  capture: boolean;
  ref: ScriptRef;
}

/** What template scripts do at an element. */
export interface ElementScripts {
  handlers: Handler[];
  watches: Map<string, ScriptRef>;
}

/** An element of a component that has template scripts. */
export interface Scripted extends Tracked {
  dgScope?: Scope;
  dgScripts?: ElementScripts;
  dgData?: Record<string, unknown>;
  dgMarks?: Record<string, unknown>;
  dgWatched?: Record<string, unknown>;
}

/** The scripts of a fragment's element, as protocol.go describes them. */
export type ScriptsTemplate = [
  listens: string[],
  handlers: [type: string, mode: 0 | 1 | 2, capture: 0 | 1, ...ref: ScriptRef][],
  watches: [name: string, ...ref: ScriptRef][],
];

export function parseScripts([, handlers, watches]: ScriptsTemplate): ElementScripts {
  return {
    handlers: handlers.map(([type, mode, capture, ...ref]) => ({ type, mode, capture: capture === 1, ref })),
    watches: new Map(watches.map(([name, ...ref]) => [name, ref])),
  };
}

/** Keeps an attribute that only scripts ask for; reports whether it was one. */
export function keepForScripts(el: Scripted, name: string, value: unknown): boolean {
  const colon = name.indexOf(":");
  const key = name.slice(colon + 1);
  switch (name.slice(0, colon)) {
    case "data":
      (el.dgData ??= {})[key] = value;
      return true;
    case "mark":
      (el.dgMarks ??= {})[key] = value;
      return true;
    case "watch":
      return true;
    default:
      return false;
  }
}

/** A copy that a script may change as it likes. */
export function copy<T>(value: T): T {
  return typeof value === "object" && value !== null ? structuredClone(value) : value;
}
