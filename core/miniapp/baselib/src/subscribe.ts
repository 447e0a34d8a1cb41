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
  native.on("appShow", (options) => {
    system.enter = options;
  });
  native.on("windowResize", ({ size }) => system.resize(size.windowWidth, size.windowHeight));
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

/** Updates are the host's business: a running version never changes, so there is never one to apply. */
export function addUpdateManager(space: Namespace): void {
  const manager = {
    onCheckForUpdate(listener: unknown): void {
      native.defer(() => {
        if (typeof listener === "function") listener({ hasUpdate: false });
      });
    },
    onUpdateReady(): void {},
    onUpdateFailed(): void {},
    applyUpdate(): void {
      throw new Error("applyUpdate:fail update is not ready");
    },
  };
  space["getUpdateManager"] = () => manager;
}
