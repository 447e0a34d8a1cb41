/** Alipay's asynchronous APIs, each by what it is of ours. */
import type { Options } from "../convention";
import { text, withoutMessage, type Failure, type Rule } from "./adapt";

const icons: Record<string, string> = { success: "success", fail: "error", exception: "error", none: "none" };

/** A cancelled question is a success in Alipay. */
const canceled = (failure: Failure): boolean => /cancel/.test(text(failure.errMsg));

// Buttons that a program gives no text have one of the client, in the language of the user.
const dialogs: Record<string, Rule> = {
  showToast: {
    args: (p) => ({ title: text(p["content"]), icon: icons[text(p["type"])] ?? "none", duration: typeof p["duration"] === "number" ? p["duration"] : 2000 }),
  },
  hideToast: {},
  showLoading: { args: (p) => ({ title: text(p["content"]), mask: p["mask"] !== false }) },
  hideLoading: {},
  alert: {
    to: "showModal",
    args: (p) => ({ title: text(p["title"]), content: text(p["content"]), showCancel: false, confirmText: text(p["buttonText"]) }),
    result: () => ({}),
  },
  confirm: {
    to: "showModal",
    args: (p) => ({
      title: text(p["title"]),
      content: text(p["content"]),
      confirmText: text(p["confirmButtonText"]),
      cancelText: text(p["cancelButtonText"]),
    }),
    result: (r) => ({ confirm: r.confirm === true, cancel: r.confirm !== true }),
  },
  prompt: {
    to: "showModal",
    args: (p) => ({
      title: text(p["title"], text(p["message"])),
      content: "",
      editable: true,
      placeholderText: text(p["placeholder"]),
      confirmText: text(p["okButtonText"]),
      cancelText: text(p["cancelButtonText"]),
    }),
    result: (r) => ({ ok: r.confirm === true, inputValue: r.confirm === true ? text(r.content) : "" }),
  },
  showActionSheet: {
    args: (p) => ({ alertText: text(p["title"]), itemList: p["items"] }),
    result: (r) => ({ index: r.tapIndex }),
    recover: (failure) => (canceled(failure) ? { index: -1 } : undefined),
  },
  previewImage: { args: (p) => ({ urls: p["urls"], current: typeof p["current"] === "number" ? p["current"] : 0 }) },
};

const device: Record<string, Rule> = {
  setClipboard: { to: "setClipboardData", args: (p) => ({ data: text(p["text"]) }), result: () => ({ success: true }) },
  getClipboard: { to: "getClipboardData", result: (r) => ({ text: r.data }) },
  makePhoneCall: { args: (p) => ({ phoneNumber: text(p["number"]) }) },
  scan: {
    to: "scanCode",
    args: (p) => ({ onlyFromCamera: p["hideAlbum"] === true, scanType: scanTypes(p) }),
    result: (r) => ({ code: r.result, [/QR/i.test(text(r.scanType)) ? "qrCode" : "barCode"]: r.result }),
    error: (failure) => (canceled(failure) ? 10 : 11),
  },
  vibrate: { to: "vibrateLong" },
  vibrateShort: {},
  vibrateLong: {},
  getNetworkType: { result: (r) => ({ networkType: text(r.networkType).toUpperCase(), networkAvailable: r.networkType !== "none" }) },
  setKeepScreenOn: {},
  getScreenBrightness: { result: (r) => ({ brightness: r.value, success: true }) },
  setScreenBrightness: { args: (p) => ({ value: Number(p["brightness"]) }), result: () => ({ success: true }) },
  getBatteryInfo: {},
  getLocation: {
    args: (p) => ({ type: "gcj02", ...(p["isHighAccuracy"] === undefined ? {} : { isHighAccuracy: p["isHighAccuracy"] }) }),
    result: (r) => ({ longitude: String(r.longitude), latitude: String(r.latitude), accuracy: String(r.accuracy), horizontalAccuracy: String(r.horizontalAccuracy ?? r.accuracy) }),
    error: (failure) => (/den|auth/.test(text(failure.errMsg)) ? 11 : 12),
  },
  chooseLocation: { result: (r) => ({ ...withoutMessage(r), longitude: String(r.longitude), latitude: String(r.latitude) }), error: (f) => (canceled(f) ? 11 : 3) },
  openLocation: {
    args: (p) => ({ longitude: Number(p["longitude"]), latitude: Number(p["latitude"]), name: text(p["name"]), address: text(p["address"]), ...(typeof p["scale"] === "number" ? { scale: p["scale"] } : {}) }),
  },
};

function scanTypes(p: Options): string[] {
  const kinds: unknown[] = Array.isArray(p["scanType"]) ? p["scanType"] : p["type"] ? [p["type"]] : [];
  const mapped = kinds.map((kind) => (/qr/i.test(text(kind)) ? "qrCode" : "barCode"));
  return mapped.length > 0 ? mapped : ["qrCode", "barCode"];
}

const files: Record<string, Rule> = {
  chooseImage: {
    args: (p) => ({ count: typeof p["count"] === "number" ? p["count"] : 1, sizeType: p["sizeType"], sourceType: p["sourceType"] ?? ["camera", "album"] }),
    result: (r) => ({ ...withoutMessage(r), apFilePaths: r.tempFilePaths, filePaths: r.tempFilePaths }),
    error: (failure) => (canceled(failure) ? 11 : UNREADABLE),
  },
  saveImage: { to: "saveImageToPhotosAlbum", args: (p) => ({ filePath: text(p["url"]) }) },
  getImageInfo: {},
  compressImage: { args: (p) => ({ src: (p["apFilePaths"] ?? p["filePaths"] ?? [])[0] }), result: (r) => ({ apFilePaths: [r.tempFilePath], tempFilePath: r.tempFilePath }) },
  chooseVideo: { result: (r) => ({ ...withoutMessage(r), apFilePath: r.tempFilePath, filePath: r.tempFilePath }) },
  saveFile: { args: (p) => ({ tempFilePath: text(p["apFilePath"] ?? p["tempFilePath"]) }), result: (r) => ({ apFilePath: r.savedFilePath, savedFilePath: r.savedFilePath }) },
  getFileInfo: { args: (p) => ({ filePath: text(p["apFilePath"] ?? p["filePath"]), digestAlgorithm: p["digestAlgorithm"] ?? "md5" }) },
  getSavedFileInfo: { args: (p) => ({ filePath: text(p["apFilePath"]) }) },
  getSavedFileList: { result: (r) => ({ fileList: (r.fileList ?? []).map((f: any) => ({ ...f, apFilePath: f.filePath })) }) },
  removeSavedFile: { args: (p) => ({ filePath: text(p["apFilePath"]) }) },
  openDocument: { args: (p) => ({ filePath: text(p["filePath"]), fileType: p["fileType"] }) },
};

const UNREADABLE = 12;

/** A question of a user's account. */
const account: Record<string, Rule> = {
  getAuthCode: {
    to: "login",
    args: () => ({}),
    result: (r, p) => ({ authCode: r.code, authSuccessScopes: ([] as unknown[]).concat(p["scopes"] ?? "auth_base"), authErrorScopes: {} }),
    error: (failure) => (canceled(failure) ? 11 : 12),
  },
  getOpenUserInfo: {
    to: "getUserInfo",
    result: (r) => ({ response: JSON.stringify({ response: { code: "10000", msg: "Success", nickName: r.userInfo?.nickName, avatar: r.userInfo?.avatarUrl, gender: genders[r.userInfo?.gender] ?? "" } }) }),
  },
  getSetting: { result: (r) => ({ authSetting: scopes(r.authSetting) }) },
  openSetting: { result: (r) => ({ authSetting: scopes(r.authSetting) }) },
  tradePay: {
    to: "requestPayment",
    args: (p) => orderOf(p),
    result: () => ({ resultCode: "9000", memo: "" }),
    recover: (failure) => ({ resultCode: payments[failure.errno ?? 0] ?? "4000", memo: text(failure.errMsg).replace(/^\w+:fail ?/, "") }),
  },
};

const genders: Record<number, string> = { 1: "m", 2: "f" };

/** What the payment contract's failures are called here. */
const payments: Record<number, string> = { 70001: "6001", 70005: "6002", 70006: "6004", 70007: "8000" };

/** An order is what the merchant's server signed: a query string of the payment contract's fields. */
function orderOf(p: Options): Options {
  const order: Options = {};
  for (const pair of text(p["orderStr"], text(p["tradeNO"])).split("&")) {
    const at = pair.indexOf("=");
    if (at > 0) order[pair.slice(0, at)] = decodeURIComponent(pair.slice(at + 1));
  }
  return order;
}

function scopes(setting: Record<string, boolean> | undefined): Record<string, boolean> {
  const names: Record<string, string> = { userLocation: "location", writePhotosAlbum: "album", record: "audioRecord" };
  const out: Record<string, boolean> = {};
  for (const key of Object.keys(setting ?? {})) {
    const name = key.replace(/^scope\./, "");
    out[names[name] ?? name] = setting?.[key] === true;
  }
  return out;
}

const same = (...names: string[]): Record<string, Rule> => Object.fromEntries(names.map((name) => [name, {}]));

const pages: Record<string, Rule> = {
  ...same("navigateTo", "redirectTo", "navigateBack", "reLaunch", "switchTab", "navigateToMiniProgram", "navigateBackMiniProgram", "exitMiniProgram"),
  ...same("showNavigationBarLoading", "hideNavigationBarLoading", "showTabBar", "hideTabBar", "setTabBarStyle", "setTabBarItem", "setTabBarBadge"),
  ...same("removeTabBarBadge", "showTabBarRedDot", "hideTabBarRedDot", "startPullDownRefresh", "stopPullDownRefresh", "pageScrollTo", "hideKeyboard"),
  ...same("setBackgroundColor", "setBackgroundTextStyle", "loadFontFace", "connectSocket", "sendSocketMessage", "closeSocket", "authorize"),
  hideBackHome: { to: "hideHomeButton" },
};

export const rules: Record<string, Rule> = { ...dialogs, ...device, ...files, ...account, ...pages };
