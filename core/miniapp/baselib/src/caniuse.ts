/** wx.canIUse, telling the truth: what is not there, or not known to be there, is not. */
import { parseName, type Namespace } from "./capability";
import type { Setup } from "./native";

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
};

export function addCanIUse(space: Namespace, setup: Setup): void {
  const methods: Record<string, string[]> = {};
  for (const api of setup.apis) {
    const { factory, name } = parseName(api.name);
    if (factory) {
      // Both of WeChat's ways to ask: getFileSystemManager.readFile and FileSystemManager.readFile.
      (methods[`wx.${factory}`] ??= []).push(name);
      (methods[`wx.${factory.replace(/^get/, "")}`] ??= []).push(name);
    } else methods[api.name] = [...(api.taskMethods ?? []), ...Object.values(api.taskEvents ?? {})];
  }
  space["canIUse"] = (schema: unknown) => canIUse(space, setup.components, methods, String(schema));
}

function canIUse(
  space: Namespace,
  components: Setup["components"],
  methods: Record<string, string[]>,
  schema: string,
): boolean {
  const [name = "", ...rest] = schema.split(".");
  if (name in space) {
    if (rest.length === 0) return true;
    const detail = rest.join(".");
    return (details[name] ?? []).includes(detail) || (methods[`wx.${name}`] ?? []).includes(detail);
  }
  if (rest.length === 1 && (methods[`wx.${name}`] ?? []).includes(rest[0]!)) return true;
  const attributes = components[name];
  if (!attributes) return false;
  const [attribute, value, ...more] = rest;
  if (attribute === undefined) return true;
  const values = attributes[attribute];
  return values !== undefined && more.length === 0 && (value === undefined || values.includes(value));
}
