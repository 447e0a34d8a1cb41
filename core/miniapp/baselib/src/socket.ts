/** The old global socket API: it speaks to the socket that was connected last. */
import { asynchronous, type Options } from "./convention";
import type { Namespace } from "./capability";
import { Listeners } from "./listeners";

type Handle = Record<string, (arg?: unknown) => unknown>;

const events = ["Open", "Message", "Close", "Error"];

/** Adds sendSocketMessage, closeSocket and onSocketX where connectSocket is provided. */
export function addGlobalSocket(space: Namespace): void {
  const connect = space["connectSocket"];
  if (typeof connect !== "function") return;
  let current: Handle | undefined;
  const listeners: Record<string, Listeners> = {};
  for (const event of events) {
    const all = (listeners[event] = new Listeners());
    space[`onSocket${event}`] = (listener: unknown) => all.add(listener);
    space[`offSocket${event}`] = (listener?: unknown) => all.remove(listener);
  }
  space["connectSocket"] = (options?: Options) => {
    const socket = (connect as (options?: Options) => Handle)(options);
    current = socket;
    for (const event of events) {
      socket[`on${event}`]?.((payload: unknown) => {
        if (current === socket) listeners[event]?.call(payload);
      });
    }
    return socket;
  };
  space["sendSocketMessage"] = relay("sendSocketMessage", "send", () => current);
  space["closeSocket"] = relay("closeSocket", "close", () => current);
}

function relay(name: string, method: string, socket: () => Handle | undefined): unknown {
  return asynchronous(name, (options, settle) => {
    const open = socket();
    if (!open?.[method]) {
      settle({ message: "no socket is connected" });
      return;
    }
    const { success: _s, fail: _f, complete: _c, ...params } = options;
    open[method]({
      ...params,
      success: (result: object) => settle(null, result),
      fail: (error: { errMsg: string; errno: number }) =>
        settle({ code: error.errno, message: error.errMsg.replace(/^\w+:fail /, "") }),
    });
  });
}
