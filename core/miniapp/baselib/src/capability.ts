/** Capability methods as wx.* and ft.*: built from the list that the kernel gives at the start. */
import { calls } from "./calls";
import { ApiError, asynchronous, byName, paramsOf, settleWith, givenOf, type Options } from "./convention";
import { Listeners } from "./listeners";
import type { Lane } from "./lane";
import { native, type API, type Settle } from "./native";
import { shapeOf } from "./shapes";
import { createTask } from "./task";

export type Namespace = Record<string, unknown>;

/** Adds every API of the list to its namespace; "wx.getX().y" is the method y of the one object that wx.getX returns. */
export function addCapabilities(apis: API[], namespaces: Record<string, Namespace>): void {
  const objects: Record<string, Namespace> = {};
  for (const api of apis) {
    const { space: at, factory, name } = parseName(api.name);
    let space = namespaces[at];
    if (space && factory) {
      const owner = `${at}.${factory}`;
      const object = (objects[owner] ??= {});
      space[factory] = () => object;
      space = object;
    }
    if (space) space[name] = method(api, name);
  }
}

/** The parts of an API's name: "wx.getFileSystemManager().readFile", "wx.request". */
export function parseName(full: string): { space: string; factory: string; name: string } {
  const dot = full.indexOf(".");
  const call = full.indexOf("().");
  return {
    space: full.slice(0, dot),
    factory: call < 0 ? "" : full.slice(dot + 1, call),
    name: full.slice(call < 0 ? dot + 1 : call + 3),
  };
}

/** The function that an API becomes. */
export function method(api: API, name: string): unknown {
  switch (api.mode) {
    case "sync":
      return (...args: unknown[]) => callSync(api, name, args);
    case "on":
      return (listener: unknown) => subscribers(api).add(listener);
    case "off":
      return (listener?: unknown) => subscribers(api).remove(listener);
    case "task":
      return (options?: Options) => startTask(api, name, options ?? {});
    default: {
      const shape = shapeOf(api);
      const call = asynchronous(name, (options, settle) => {
        const params = shape.params(given(api, options));
        native.call({ capability: api.capability, method: api.method, params, timeout: timeoutOf(options) }, (failure, result) =>
          settle(failure, failure ? result : shape.result(result, options)),
        );
      });
      return shape.quiet ? (options?: Options) => void call({ fail() {}, ...options }) : call;
    }
  }
}

const subscribed: Record<string, Listeners> = {};

/** The listeners of a capability's event; wx and ft share them. */
function subscribers(api: API): Listeners {
  const event = `${api.capability}.${api.method}`;
  let listeners = subscribed[event];
  if (!listeners) {
    const made = (listeners = subscribed[event] = new Listeners());
    native.on(event, (payload) => made.call(payload));
  }
  return listeners;
}

function timeoutOf(options: Options): number {
  const timeout = Number(options["timeout"]);
  return Number.isFinite(timeout) && timeout > 0 ? timeout : 0;
}

/** pdk.CodeNotFound. */
const NOT_FOUND = 14;

function callSync(api: API, name: string, args: unknown[]): unknown {
  const shape = shapeOf(api);
  const options = (api.args ? byName(api.args, args) : args[0] ?? {}) as Options;
  const began = Date.now();
  const { failure, result } = native.callSync({
    capability: api.capability,
    method: api.method,
    params: shape.params(options),
  });
  calls.end(failure ? `${name}:fail ${failure.message}` : `${name}:ok`, began);
  if (failure?.code === NOT_FOUND && "missing" in api) return api.missing;
  if (failure) throw new ApiError(name, failure);
  const shaped = shape.result(result, options);
  if (api.returns) return (shaped as Record<string, unknown> | null)?.[api.returns];
  // What has no result returns nothing, as in WeChat.
  return !api.vendor && shaped instanceof Object && Object.keys(shaped).length === 0 ? undefined : shaped;
}

/** What the capability gets of the options; a vendor's contract may know null. */
function given(api: API, options: Options): Record<string, unknown> {
  return api.vendor ? paramsOf(options) : givenOf(options);
}

function startTask(api: API, name: string, options: Options): unknown {
  const task = createTask(api);
  const shape = shapeOf(api);
  const params = shape.params(given(api, options));
  const refused = shape.refuse?.(params);
  if (refused) {
    native.defer(() => settleWith(name, options)(refused));
    return task.handle;
  }
  if (api.taskSync) {
    const { failure, id } = native.callSync({ capability: api.capability, method: api.method, params }, task.emit);
    if (failure) throw new ApiError(name, failure);
    task.start(id ?? 0);
    return task.handle;
  }
  const told = settleWith(name, options);
  const settle: Settle = (failure, result) => told(failure, failure ? result : shape.result(result, options));
  const start = (done: Settle): void =>
    task.start(native.call({ capability: api.capability, method: api.method, params, timeout: timeoutOf(options) }, done, task.emit));
  if (shape.lane) queue(shape.lane, start, settle, task.handle);
  else start(settle);
  return task.handle;
}

/** Starts a task when it is its turn. One that is aborted before has not been. */
function queue(lane: Lane, start: (done: Settle) => void, settle: Settle, handle: Record<string, unknown>): void {
  const enter = (): void =>
    start((failure, result) => {
      lane.leave();
      settle(failure, result);
    });
  const abort = handle["abort"] as () => void;
  handle["abort"] = () => {
    if (lane.drop(enter)) native.defer(() => settle({ message: "abort" }));
    else abort();
  };
  lane.enter(enter);
}
