/** wx.canIUse, telling the truth: what is not there, or not known to be there, is not. */
import { absent } from "./absent";
import { parseName, type Namespace } from "./capability";
import { isMissing } from "./vendor";
import { native, type Setup } from "./native";

/** Parameters, results and methods of the base library's own APIs beyond their names. */
const details: Record<string, string[]> = {
  showToast: ["object.title", "object.icon", "object.icon.error", "object.image", "object.duration", "object.mask"],
  showModal: [
    "object.title", "object.content", "object.showCancel", "object.cancelText", "object.cancelColor", "object.confirmText",
    "object.confirmColor", "object.editable", "object.placeholderText", "success.confirm", "success.cancel", "success.content",
  ],
  showActionSheet: ["object.alertText", "object.itemList", "object.itemColor", "success.tapIndex"],
  showLoading: ["object.title", "object.mask"],
  navigateTo: ["object.url", "object.events", "success.eventChannel"],
  pageScrollTo: ["object.scrollTop", "object.duration", "object.selector", "object.offsetTop"],
  getSystemInfoSync: ["return.safeArea", "return.SDKVersion", "return.statusBarHeight", "return.theme"],
  getSystemInfo: ["success.safeArea", "success.SDKVersion", "success.statusBarHeight", "success.theme"],
  getUpdateManager: ["onCheckForUpdate", "onUpdateReady", "onUpdateFailed", "applyUpdate"],
  createSelectorQuery: ["select", "selectAll", "selectViewport", "in", "exec"],
  canvasToTempFilePath: [
    "object.canvas", "object.canvasId", "object.x", "object.y", "object.width", "object.height", "object.destWidth",
    "object.destHeight", "object.fileType", "object.fileType.jpg", "object.fileType.png", "object.quality", "success.tempFilePath",
  ],
  createOffscreenCanvas: ["object.type", "object.type.2d", "object.width", "object.height"],
};

/** prefix is the namespace's name: "wx". */
export function addCanIUse(space: Namespace, prefix: string, setup: Setup): void {
  const methods: Record<string, string[]> = {};
  for (const api of setup.apis) {
    const { factory, name } = parseName(api.name);
    if (factory) {
      // Both of WeChat's ways to ask: getFileSystemManager.readFile and FileSystemManager.readFile.
      (methods[`wx.${factory}`] ??= []).push(name);
      (methods[`wx.${factory.replace(/^get/, "")}`] ??= []).push(name);
    } else methods[api.name] = [...(api.taskMethods ?? []), ...Object.values(api.taskEvents ?? {})];
  }
  space["canIUse"] = (schema: unknown) => canIUse(space, prefix, setup.components, methods, String(schema));
}

/** What an object inherits (constructor, toString …) is nothing that can be used. */
function own<T>(of: Record<string, T>, key: string): T | undefined {
  return Object.prototype.hasOwnProperty.call(of, key) ? of[key] : undefined;
}

function canIUse(
  space: Namespace,
  prefix: string,
  components: Setup["components"],
  methods: Record<string, string[]>,
  schema: string,
): boolean {
  const [name = "", ...rest] = schema.split(".");
  // A plugin may provide what the base library only refuses.
  if (own(space, name) !== undefined && (!absent.has(name) || `wx.${name}` in methods)) {
    if (isMissing(space[name])) return false;
    if (rest.length === 0) return true;
    const detail = rest.join(".");
    const api = `${prefix}.${name}`;
    return (own(details, name) ?? []).includes(detail) || (own(methods, api) ?? []).includes(detail) || native.uses(api, detail);
  }
  const asked = own(methods, `wx.${name}`);
  if (rest.length === 1 && asked?.includes(rest[0]!)) return true;
  const attributes = own(components, name);
  if (!attributes) return false;
  const [attribute, value, ...more] = rest;
  if (attribute === undefined) return true;
  const values = own(attributes, attribute);
  return values !== undefined && more.length === 0 && (value === undefined || values.includes(value));
}
