// The mini-program around pages of the web: what they ask for is asked by it, so that the same permissions hold.

/** Where localStorage of the pages is kept: by the storage capability, for this app and user alone. */
const KEPT = "dougong:h5:localStorage";

/** Names that are no calls with an answer, or concern pages that the pages of the web do not have. */
const refused = /^(create|get(FileSystemManager|LogManager|RealtimeLogManager|UpdateManager|BackgroundAudioManager|RecorderManager)|navigateTo$|navigateBack$|redirectTo$|switchTab$|reLaunch$|off|invoke|constructor$|nextTick$)|Sync$/;

/** What a page has at hand of what is stored: more than this it has to ask for. */
const AT_HAND = 256 * 1024;

/** Bytes go to the pages as text and come so from them. */
const packed = (data) => (data instanceof ArrayBuffer ? { $base64: wx.arrayBufferToBase64(data) } : data);
const unpacked = (data) => (data && typeof data.$base64 === "string" ? wx.base64ToArrayBuffer(data.$base64) : data);

/** Tells what a call returned from a task, which has methods, and from nothing. */
function isData(value) {
  if (value === undefined || typeof value === "function") return false;
  return value === null || typeof value !== "object" || (typeof value.then !== "function" && Object.values(value).every((v) => typeof v !== "function"));
}

/** Everything that is stored, for calls that answer at once. */
function allStored() {
  if (typeof wx.getStorageInfoSync !== "function") return { stored: {} };
  const stored = {};
  let size = 0;
  for (const key of wx.getStorageInfoSync().keys) {
    if (key === KEPT) continue;
    stored[key] = wx.getStorageSync(key);
    size += JSON.stringify(stored[key] ?? null).length;
    if (size > AT_HAND) return { stored: {}, storedAll: false };
  }
  return { stored };
}

/** What the host says of the system at once. */
function atOnce() {
  const out = {};
  for (const name of ["getSystemInfoSync", "getWindowInfo", "getDeviceInfo", "getAppBaseInfo", "getAccountInfoSync", "getEnterOptionsSync", "getLaunchOptionsSync"]) {
    if (typeof wx[name] === "function") out[name] = wx[name]();
  }
  return out;
}

Page({
  data: { src: "", init: "" },

  onLoad(query) {
    this.listening = new Set();
    this.sockets = new Map();
    const show = (kept) => this.setData({ init: JSON.stringify({ kept, query, launch: wx.getEnterOptionsSync(), system: atOnce(), ...allStored() }), src: "h5:index.html" });
    if (typeof wx.getStorage !== "function") return show("");
    wx.getStorage({ key: KEPT, success: ({ data }) => show(typeof data === "string" ? data : ""), fail: () => show("") });
  },

  /** A page of the web asks for something. */
  heard({ detail }) {
    const { n, api, args, kept, title, socket, fresh } = detail || {};
    if (fresh === true) {
      for (const task of this.sockets.values()) task.close({});
      this.sockets.clear();
      return;
    }
    if (typeof socket === "object" && socket !== null) {
      this.socket(socket);
      return;
    }
    if (typeof kept === "string") {
      if (typeof wx.setStorage === "function") wx.setStorage({ key: KEPT, data: kept, fail: ({ errMsg }) => console.warn("localStorage is not kept:", errMsg) });
      return;
    }
    if (typeof title === "string") {
      wx.setNavigationBarTitle({ title });
      return;
    }
    if (typeof api !== "string") return;
    if (/^on[A-Z]/.test(api)) this.listen(n, api);
    else if (api === "canIUse") this.answer({ n, ok: true, value: wx.canIUse(String((args || {}).schema || "")) });
    else this.carryOut(n, api, args);
  },

  carryOut(n, api, args) {
    const call = Object.prototype.hasOwnProperty.call(wx, api) ? wx[api] : undefined;
    if (typeof call !== "function" || refused.test(api)) {
      this.answer({ n, ok: false, value: { errMsg: `${api}:fail not supported in an H5 app` } });
      return;
    }
    const plain = typeof args === "object" && args !== null && !Array.isArray(args) ? args : {};
    let answered = false;
    const answer = (ok, value) => {
      if (!answered) this.answer({ n, ok, value: ok && value && value.data !== undefined ? { ...value, data: packed(value.data) } : value });
      answered = true;
    };
    try {
      const value = call({
        ...plain,
        ...("data" in plain ? { data: unpacked(plain.data) } : {}),
        success: (value) => answer(true, value),
        fail: (value) => answer(false, value),
        complete: undefined,
      });
      // Some call nobody back: what they say they return, or they say nothing at all.
      if (/^report[A-Z]/.test(api)) answer(true, { errMsg: `${api}:ok` });
      else if (isData(value)) answer(true, value);
    } catch (e) {
      answer(false, { errMsg: `${api}:fail ${e && e.message}` });
    }
  },

  /** A socket of the pages is one of the mini-program's: the same allow-list and quotas hold. */
  socket({ id, open, send, close }) {
    if (typeof id !== "number") return;
    const tell = (type, more) => this.answer({ socket: id, type, ...more });
    const lost = (errMsg) => {
      this.sockets.delete(id);
      tell("error", { message: errMsg });
      tell("close", { code: 1006, reason: "" });
    };
    const task = this.sockets.get(id);
    if (open && !task) {
      if (typeof wx.connectSocket !== "function") return lost("connectSocket:fail not supported here");
      if (this.sockets.size >= 32) return lost("connectSocket:fail 32 sockets are open");
      const fresh = wx.connectSocket({ url: String(open.url), protocols: Array.isArray(open.protocols) ? open.protocols.map(String) : [], fail: ({ errMsg }) => lost(errMsg) });
      if (!fresh || typeof fresh.onOpen !== "function") return;
      this.sockets.set(id, fresh);
      fresh.onOpen(() => tell("open"));
      fresh.onMessage(({ data }) => tell("message", { data: packed(data) }));
      fresh.onError(({ errMsg }) => tell("error", { message: errMsg }));
      fresh.onClose(({ code, reason }) => {
        this.sockets.delete(id);
        tell("close", { code: code || 1006, reason: reason || "" });
      });
    } else if (task && send !== undefined) task.send({ data: unpacked(send), fail: ({ errMsg }) => tell("error", { message: errMsg }) });
    else if (task && close) task.close({ code: typeof close.code === "number" ? close.code : 1000, reason: String(close.reason || "") });
  },

  /** Events go to the pages, which know who listens. */
  listen(n, api) {
    const on = Object.prototype.hasOwnProperty.call(wx, api) ? wx[api] : undefined;
    if (typeof on !== "function") {
      this.answer({ n, ok: false, value: { errMsg: `${api}:fail not supported in an H5 app` } });
      return;
    }
    if (!this.listening.has(api)) {
      this.listening.add(api);
      on((value) => this.answer({ event: api, value }));
    }
    this.answer({ n, ok: true, value: { errMsg: `${api}:ok` } });
  },

  answer(message) {
    this.context = this.context || wx.createWebViewContext("h5", this);
    this.context.post({ message });
  },
});
