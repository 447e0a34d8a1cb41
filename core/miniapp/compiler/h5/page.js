// The mini-program around pages of the web: what they ask for is asked by it, so that the same permissions hold.

/** Where localStorage of the pages is kept: by the storage capability, for this app and user alone. */
const KEPT = "dougong:h5:localStorage";

/** Names that are no calls with an answer, or concern pages that the pages of the web do not have. */
const refused = /^(create|get(FileSystemManager|LogManager|RealtimeLogManager|UpdateManager|BackgroundAudioManager|RecorderManager)|navigateTo$|navigateBack$|redirectTo$|switchTab$|reLaunch$|off|invoke|constructor$|nextTick$)|Sync$/;

Page({
  data: { src: "", init: "" },

  onLoad(query) {
    this.listening = new Set();
    const show = (kept) => this.setData({ init: JSON.stringify({ kept, query, launch: wx.getEnterOptionsSync() }), src: "h5:index.html" });
    if (typeof wx.getStorage !== "function") return show("");
    wx.getStorage({ key: KEPT, success: ({ data }) => show(typeof data === "string" ? data : ""), fail: () => show("") });
  },

  /** A page of the web asks for something. */
  heard({ detail }) {
    const { n, api, args, kept, title } = detail || {};
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
    try {
      call({
        ...plain,
        success: (value) => this.answer({ n, ok: true, value }),
        fail: (value) => this.answer({ n, ok: false, value }),
        complete: undefined,
      });
    } catch (e) {
      this.answer({ n, ok: false, value: { errMsg: `${api}:fail ${e && e.message}` } });
    }
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
