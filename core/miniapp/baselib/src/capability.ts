/** Capability methods as wx.* and ft.*: built from the list that the kernel gives at the start. */
import { ApiError, asynchronous, paramsOf, settleWith, type Options } from "./convention";
import { Listeners } from "./listeners";
import { native, type API } from "./native";
import { createTask } from "./task";

export type Namespace = Record<string, unknown>;

/** Adds every API of the list to its namespace; names without one go to both. */
export function addCapabilities(apis: API[], namespaces: Record<string, Namespace>): void {
  for (const api of apis) {
    const dot = api.name.indexOf(".");
    const space = namespaces[api.name.slice(0, dot)];
    if (space) space[api.name.slice(dot + 1)] = method(api, api.name.slice(dot + 1));
  }
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
    default:
      return asynchronous(name, (options, settle) => {
        native.call({ capability: api.capability, method: api.method, params: paramsOf(options), timeout: timeoutOf(options) }, settle);
      });
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
  return typeof options["timeout"] === "number" ? options["timeout"] : 0;
}

/** pdk.CodeNotFound. */
const NOT_FOUND = 14;

function callSync(api: API, name: string, args: unknown[]): unknown {
  const { failure, result } = native.callSync({
    capability: api.capability,
    method: api.method,
    params: api.args ? byName(api.args, args) : args[0] ?? {},
  });
  if (failure?.code === NOT_FOUND && "missing" in api) return api.missing;
  if (failure) throw new ApiError(name, failure);
  return api.returns ? (result as Record<string, unknown> | null)?.[api.returns] : result;
}

function byName(names: string[], args: unknown[]): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  names.forEach((name, i) => {
    if (args[i] !== undefined) params[name] = args[i];
  });
  return params;
}

function startTask(api: API, name: string, options: Options): unknown {
  const task = createTask(api);
  task.start(
    native.call(
      { capability: api.capability, method: api.method, params: paramsOf(options), timeout: timeoutOf(options) },
      settleWith(name, options),
      task.emit,
    ),
  );
  return task.handle;
}
