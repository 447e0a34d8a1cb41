/** Task handles (RequestTask, SocketTask …): methods call the capability, onX and offX subscribe to the task's events. */
import { ApiError, asynchronous, byName, paramsOf, type Options } from "./convention";
import { Listeners } from "./listeners";
import { native, type API } from "./native";

export interface Task {
  handle: Record<string, unknown>;
  /** Tells the id once the call has been made. */
  start(id: number): void;
  emit(event: string, payload: unknown, final: boolean): void;
}

/** readyState values of a SocketTask. */
const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

function quiet(promise: Promise<unknown> | undefined): Promise<unknown> | undefined {
  promise?.catch(() => undefined);
  return promise;
}

export function createTask(api: API): Task {
  let id = 0;
  const events: Record<string, Listeners> = {};
  const handle: Record<string, unknown> = {};
  for (const name of api.taskMethods ?? []) {
    if (api.taskSync) {
      handle[name] = (...args: unknown[]) => atOnce(api, name, id, args, events["error"]);
      continue;
    }
    const call = asynchronous(name, (options, settle) => {
      native.call(
        { capability: api.capability, method: `${api.method}.${name}`, params: paramsOf(options), task: id },
        settle,
      );
    });
    // Whoever aborts or closes what has ended meanwhile has nothing to handle: abort returns nothing, as in WeChat, and a
    // promise that nobody takes is nobody's failure.
    handle[name] = name === "abort" ? () => void call({ fail() {} }) : (options?: Options) => quiet(call(options));
  }
  for (const event of Object.keys(api.taskEvents ?? {})) {
    const listeners = (events[event] = new Listeners());
    const on = api.taskEvents?.[event] ?? "";
    if (!on) continue;
    handle[on] = (listener: unknown) => listeners.add(listener);
    handle[on.replace(/^on/, "off")] = (listener?: unknown) => listeners.remove(listener);
  }
  const socket = api.method === "connectSocket";
  if (socket) Object.assign(handle, { CONNECTING, OPEN, CLOSING: 2, CLOSED, readyState: CONNECTING });
  return {
    handle,
    start: (n) => {
      id = n;
    },
    emit: (event, payload, final) => {
      if (socket && event === "open") handle["readyState"] = OPEN;
      if (socket && (final || event === "close" || event === "error")) handle["readyState"] = CLOSED;
      events[event]?.call(payload);
    },
  };
}

/** Calls a method of a task whose calls keep their order. What fails is told to those who listen for errors, as WeChat does. */
function atOnce(api: API, name: string, task: number, args: unknown[], errors: Listeners | undefined): unknown {
  const form = api.taskForms?.[name];
  const params = form?.args ? byName(form.args, args) : paramsOf((args[0] ?? {}) as Options);
  const { failure, result } = native.callSync({ capability: api.capability, method: `${api.method}.${name}`, params, task });
  if (failure) {
    const { errMsg, errno } = new ApiError(name, failure);
    native.defer(() => errors?.call({ errMsg, errno }));
    return undefined;
  }
  return form?.returns ? (result as Record<string, unknown> | null)?.[form.returns] : undefined;
}
