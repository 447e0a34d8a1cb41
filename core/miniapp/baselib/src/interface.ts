/** Dialogs and other things that the shell shows: wx.showToast and its kin. */
import { asking, asynchronous, check, checkAll, immediate, need, type Options } from "./convention";
import { native } from "./native";
import type { Namespace } from "./capability";

const text = (value: unknown, fallback = ""): string => (value === undefined || value === null ? fallback : String(value));

/** An ask that wants no answer: it has worked once it is sent. */
function tell(name: string, kind: string, prepare: (params: Options) => unknown): unknown {
  return immediate(name, (params) => native.ask(kind, prepare(params)));
}

export function addInterface(space: Namespace): void {
  space["showToast"] = tell("showToast", "toast", (p) => {
    // As in WeChat: what is not given has a default, what is given has to be right, undefined too.
    check({ title: "string", duration: "number" }, p, true);
    return {
      title: text(p["title"]),
      icon: text(p["icon"], "success"),
      image: text(p["image"]),
      duration: typeof p["duration"] === "number" ? p["duration"] : 1500,
      mask: p["mask"] === true,
    };
  });
  space["hideToast"] = tell("hideToast", "hideToast", () => null);
  space["showLoading"] = tell("showLoading", "loading", (p) => {
    check({ title: "string" }, p, true);
    return { title: text(p["title"]), icon: "loading", mask: p["mask"] === true };
  });
  space["hideLoading"] = tell("hideLoading", "hideLoading", () => null);
  space["showModal"] = asking("showModal", "modal", modal);
  space["showActionSheet"] = asking("showActionSheet", "actionSheet", (p) => {
    need(p, "itemList", "array");
    const items = p["itemList"] as unknown[];
    checkAll(items, "itemList", "string");
    check({ itemColor: "string" }, p, true);
    if (items.length === 0) throw new Error("parameter error: parameter.itemList should have at least 1 item;");
    if (items.length > 6) throw new Error("parameter error: itemList should not be large than 6");
    return { alertText: text(p["alertText"]), itemList: items, itemColor: text(p["itemColor"], "#000000") };
  });
  space["previewImage"] = asking("previewImage", "previewImage", preview);
  space["hideKeyboard"] = tell("hideKeyboard", "hideKeyboard", () => null);
  space["startPullDownRefresh"] = tell("startPullDownRefresh", "startPullDownRefresh", () => null);
  space["stopPullDownRefresh"] = tell("stopPullDownRefresh", "stopPullDownRefresh", () => null);
  space["nextTick"] = (fn: () => void) => native.nextTick(fn);
  space["getSelectedTextRange"] = asking("getSelectedTextRange", "selectedText", () => null);
  space["getRendererUserAgent"] = asking("getRendererUserAgent", "userAgent", () => null);
  space["loadFontFace"] = asking("loadFontFace", "loadFontFace", (p) => {
    need(p, "family", "string");
    need(p, "source", "string");
    const { style, weight, variant } = (p["desc"] ?? {}) as Options;
    return { family: p["family"], source: p["source"], style: text(style), weight: text(weight), variant: text(variant) };
  });
  space["enableAlertBeforeUnload"] = immediate("enableAlertBeforeUnload", (p) => {
    need(p, "message", "string");
    native.alertBeforeUnload(p["message"]);
  });
  space["disableAlertBeforeUnload"] = immediate("disableAlertBeforeUnload", () => native.alertBeforeUnload(""));
  // Pages need no web view of their own, so there is none to prepare.
  space["preloadWebview"] = immediate("preloadWebview", () => undefined);
  space["restartMiniProgram"] = immediate("restartMiniProgram", (p) => {
    check({ path: "string" }, p, true);
    const failure = native.restart(text(p["path"]));
    if (failure) throw new Error(failure);
  });
  space["exitMiniProgram"] = tell("exitMiniProgram", "exit", () => null);
}

/** How many characters a button's text may have. */
const BUTTON = 4;

function modal(p: Options): unknown {
  check({ title: "string", content: "string", confirmText: "string", cancelText: "string", confirmColor: "string", cancelColor: "string" }, p, true);
  for (const key of ["confirmText", "cancelText"]) {
    if ([...text(p[key])].length > BUTTON) throw new Error(`${key} length should not larger than ${BUTTON} Chinese characters`);
  }
  return {
    title: text(p["title"]),
    content: text(p["content"]),
    showCancel: p["showCancel"] !== false,
    cancelText: text(p["cancelText"]),
    cancelColor: text(p["cancelColor"], "#000000"),
    confirmText: text(p["confirmText"]),
    confirmColor: text(p["confirmColor"], "#576B95"),
    editable: p["editable"] === true,
    placeholderText: text(p["placeholderText"]),
  };
}

function preview(p: Options): unknown {
  need(p, "urls", "array");
  checkAll(p["urls"], "urls", "string");
  const urls = p["urls"] as string[];
  const current = typeof p["current"] === "number" ? p["current"] : urls.indexOf(text(p["current"], urls[0]));
  return { urls, current: Math.max(0, current) };
}

/** Scrolling of the page, logs and statistics. */
export function addReports(space: Namespace): void {
  space["reportEvent"] = report("reportEvent");
  space["reportAnalytics"] = report("reportAnalytics");
  space["reportMonitor"] = report("reportMonitor");
  space["getLogManager"] = () => logManager();
  space["getRealtimeLogManager"] = () => logManager();
  space["pageScrollTo"] = asynchronous("pageScrollTo", (p, settle) => {
    native.route(
      "pageScrollTo",
      {
        scrollTop: typeof p["scrollTop"] === "number" ? p["scrollTop"] : 0,
        selector: text(p["selector"]),
        offsetTop: typeof p["offsetTop"] === "number" ? p["offsetTop"] : 0,
        duration: typeof p["duration"] === "number" ? p["duration"] : 300,
      },
      settle,
    );
  });
}

/** A log manager writes to the mini-program's log, with its filter words before each line. */
function logManager(): Record<string, (...args: unknown[]) => void> {
  let filter = "";
  const writer =
    (level: string) =>
    (...args: unknown[]): void =>
      native.log(level, [filter, ...args.map((a) => (typeof a === "string" ? a : JSON.stringify(a)))].filter(Boolean).join(" "));
  return {
    debug: writer("debug"),
    log: writer("log"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
    setFilterMsg: (word) => {
      filter = text(word);
    },
    addFilterMsg: (word) => {
      filter = filter ? `${filter} ${text(word)}` : text(word);
    },
  };
}

/** Statistics go to the log: no call leaves the house unless a plugin takes them. */
function report(name: string): unknown {
  return (event: unknown, data?: unknown) => native.log("info", `${name} ${text(event)} ${JSON.stringify(data ?? {})}`);
}
