/**
 * my: Alipay's namespace, made of the same capabilities as wx.
 *
 * What nobody provides, and what there is nothing for here, is not there: a call of it fails with its name, and canIUse says so.
 */
import type { Options } from "../convention";
import type { Namespace } from "../capability";
import { adapt, made, text, type AlipayError, type Surroundings } from "./adapt";
import { addNetwork } from "./network";
import { rules } from "./rules";
import { addStorage } from "./storage";
import { addSystem } from "./system";

/** What is the same in both, name by name. */
const shared = [
  "createSelectorQuery", "createIntersectionObserver", "createAnimation", "createCanvasContext", "createOffscreenCanvas", "createInnerAudioContext",
  "getBackgroundAudioManager", "createVideoContext", "getUpdateManager", "getFileSystemManager", "nextTick", "reportEvent", "getRecorderManager",
  "createMapContext", "canvasToTempFilePath", "arrayBufferToBase64", "base64ToArrayBuffer", "createCameraContext",
  "onSocketOpen", "offSocketOpen", "onSocketClose", "offSocketClose", "onSocketError", "offSocketError",
];

/** Events with an on and an off. */
const events = [
  "AppShow", "AppHide", "Error", "UnhandledRejection", "PageNotFound", "ThemeChange", "WindowResize", "AccelerometerChange", "CompassChange",
  "GyroscopeChange", "DeviceMotionChange", "UserCaptureScreen", "MemoryWarning",
];

export function alipayNamespace(wx: Namespace, around: Surroundings): Namespace {
  const my: Namespace = {};
  for (const name of shared) if (name in wx) my[name] = wx[name];
  for (const event of events) {
    for (const name of [`on${event}`, `off${event}`]) if (name in wx) my[name] = wx[name];
  }
  for (const name of Object.keys(rules)) {
    const made = adapt(wx, name, rules[name] ?? {});
    if (made) my[name] = made;
  }
  addNetwork(my, wx);
  addStorage(my, wx);
  addSystem(my, wx, around);
  addNavigationBar(my, wx);
  addNetworkEvents(my, wx);
  addSocketMessages(my, wx);
  my["canIUse"] = (schema: unknown) => canIUse(my, wx, around, String(schema));
  return my;
}

/** One call for title and colours, where WeChat has two. */
function addNavigationBar(my: Namespace, wx: Namespace): void {
  type Call = (options: Options) => void;
  my["setNavigationBar"] = made(async (p) => {
    const call = (name: string, args: object): Promise<unknown> =>
      new Promise((success, fail) => (wx[name] as Call)({ ...args, success, fail: (e: AlipayError) => fail(e) }));
    if (p["title"] !== undefined) await call("setNavigationBarTitle", { title: text(p["title"]) });
    if (p["backgroundColor"] !== undefined) {
      const backgroundColor = text(p["backgroundColor"]);
      await call("setNavigationBarColor", { backgroundColor, frontColor: p["frontColor"] ?? contrast(backgroundColor) });
    }
  });
}

/** The colour of the title on a background. */
function contrast(color: string): string {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color)?.[1];
  if (!hex) return "#000000";
  const full = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
  const n = parseInt(full, 16);
  return ((n >> 16) & 255) * 299 + ((n >> 8) & 255) * 587 + (n & 255) * 114 < 160000 ? "#ffffff" : "#000000";
}

type Listener = (event: any) => void;

/** Adds an on and off whose listeners get the event under Alipay's names. */
function translated(my: Namespace, wx: Namespace, event: string, names: (e: any) => unknown): void {
  const on = wx[`on${event}`];
  const off = wx[`off${event}`];
  if (typeof on !== "function" || typeof off !== "function") return;
  const wrapped = new Map<Listener, Listener>();
  my[`on${event}`] = (listener: Listener) => {
    if (typeof listener !== "function" || wrapped.has(listener)) return;
    const inner: Listener = (e) => listener(names(e));
    wrapped.set(listener, inner);
    on(inner);
  };
  my[`off${event}`] = (listener?: Listener) => {
    for (const [given, inner] of [...wrapped]) {
      if (listener !== undefined && given !== listener) continue;
      wrapped.delete(given);
      off(inner);
    }
  };
}

function addNetworkEvents(my: Namespace, wx: Namespace): void {
  translated(my, wx, "NetworkStatusChange", (e) => ({ isConnected: e.isConnected, networkType: text(e.networkType).toUpperCase() }));
}

function addSocketMessages(my: Namespace, wx: Namespace): void {
  translated(my, wx, "SocketMessage", (e) => ({ data: e.data, isBuffer: typeof e.data !== "string" }));
}

/** Features that Alipay asks for by name and that are here. */
const features = new Set(["component2", "component", "component.observers", "component.relations"]);

/** Tells the truth: a component is asked for by its tag and attributes in Alipay's spelling. */
function canIUse(my: Namespace, wx: Namespace, around: Surroundings, schema: string): boolean {
  if (features.has(schema)) return true;
  const [name = "", attribute, ...rest] = schema.split(".");
  if (Object.prototype.hasOwnProperty.call(my, name)) return attribute === undefined || attribute === "object" || attribute === "return" || attribute === "success";
  if (!around.builtin(name)) return false;
  const kebab = attribute?.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  return (wx["canIUse"] as (s: string) => boolean)([name, kebab, ...rest].filter((s) => s !== undefined).join("."));
}
