/** Contexts of built-in components: objects whose methods are carried out by the component in the client. */
import { settleWith, type Options } from "../convention";
import { native, type Settle } from "../native";
import type { Place } from "../canvas/surface";

/** A component by its place or, until the turn is over, by the id it will be found by. */
export interface Target {
  place?: Place;
  scope?: unknown;
  id?: string;
  tag: string;
}

/** Calls a method of a component; the callbacks in options get what it answers. */
export function invoke(target: Target, name: string, method: string, args: unknown, options?: Options, bytes: string[] = []): void {
  const settle: Settle = settleWith(`${name}`, options ?? {});
  native.defer(() => {
    const place = target.place ?? native.componentFind(target.scope, target.tag, target.id ?? "");
    if (place) native.invoke(place.page, place.target, method, args ?? null, settle, bytes);
    else settle({ message: `there is no <${target.tag}${target.id ? ` id="${target.id}"` : ""}> here` });
  });
}

/** Makes a context whose methods a component carries out; a method takes one argument at most. */
export function context(target: Target, api: string, methods: readonly string[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const method of methods) {
    made[method] = (arg?: unknown) => {
      const options = typeof arg === "object" && arg !== null ? (arg as Options) : undefined;
      invoke(target, `${api}.${method}`, method, options ? plain(options) : arg, options);
    };
  }
  return made;
}

function plain(options: Options): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, v]) => typeof v !== "function"));
}
