/** wx.onX and wx.offX: what the mini-program may be told of. */
import type { Namespace } from "./capability";
import { Listeners } from "./listeners";
import { native } from "./native";
import type { System } from "./system";

/** Emitted event → the name behind "on" and "off". */
const subscriptions: Record<string, string> = {
  appShow: "AppShow",
  appHide: "AppHide",
  error: "Error",
  unhandledRejection: "UnhandledRejection",
  pageNotFound: "PageNotFound",
  themeChange: "ThemeChange",
  windowResize: "WindowResize",
  beforeAppRoute: "BeforeAppRoute",
  appRoute: "AppRoute",
  appRouteDone: "AppRouteDone",
  customEvent: "CustomEvent",
};

export function addSubscriptions(space: Namespace, system: System): void {
  native.on("appEnter", (options) => (system.enter = options));
  native.on("systemChange", (now) => system.change(now));
  native.on("themeChange", ({ theme }) => system.theme(theme));
  for (const event of Object.keys(subscriptions)) {
    const listeners = new Listeners();
    native.on(event, (...args) => listeners.call(...args));
    space[`on${subscriptions[event]}`] = (listener: unknown) => listeners.add(listener);
    space[`off${subscriptions[event]}`] = (listener?: unknown) => listeners.remove(listener);
  }
}

/** FinClip's events of the host app: what onCustomEvent hears of all, an event's own listener hears of it alone. */
export function addCustomEvents(space: Namespace): void {
  const listeners: Record<string, Listeners> = {};
  native.on("customEvent", (told: { event: string }) => listeners[told.event]?.call(told));
  space["addCustomEventListener"] = (event: unknown, listener: unknown) => (listeners[String(event)] ??= new Listeners()).add(listener);
  space["removeCustomEventListener"] = (event: unknown, listener?: unknown) => listeners[String(event)]?.remove(listener);
}

/**
 * Updates are the host's business: it fetches and verifies them, and a version that runs is not changed. While it runs the host
 * tells that another one is ready, and applyUpdate starts anew in that.
 */
export function addUpdateManager(space: Namespace): void {
  let state: "" | "ready" | "failed" = "";
  const checked = new Listeners();
  const ready = new Listeners();
  const failed = new Listeners();
  native.on("update", (told: "ready" | "failed") => {
    // A version that is ready stays so; a failure is told once, however often the host tries.
    if (told === "failed" && state !== "") return;
    state = told;
    if (told === "ready") checked.call({ hasUpdate: true });
    (told === "ready" ? ready : failed).call();
  });
  /** Who comes late hears of it all the same. */
  const listen = (list: Listeners, listener: unknown, known: () => unknown[] | undefined): void => {
    native.defer(() => {
      list.add(listener);
      const args = known();
      if (args && typeof listener === "function") listener(...args);
    });
  };
  const manager = {
    onCheckForUpdate: (listener: unknown): void => listen(checked, listener, () => [{ hasUpdate: state === "ready" }]),
    onUpdateReady: (listener: unknown): void => listen(ready, listener, () => (state === "ready" ? [] : undefined)),
    onUpdateFailed: (listener: unknown): void => listen(failed, listener, () => (state === "failed" ? [] : undefined)),
    applyUpdate(): void {
      if (state !== "ready") throw new Error("applyUpdate:fail update is not ready");
      native.ask("applyUpdate", {});
    },
  };
  space["getUpdateManager"] = () => manager;
}
