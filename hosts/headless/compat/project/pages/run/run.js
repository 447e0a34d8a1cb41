const suite = require("../../lib/suite");
const groups = require("../../groups/index");

let answer = null;

/** The host has done what was wished. Without a screen it says so by an event of its own, for any page may be on top. */
function granted(page) {
  const resolve = answer;
  answer = null;
  page.setData({ wish: "" });
  if (resolve) resolve();
}

Page({
  data: { group: "", running: "", wish: "", focus: false, done: false, results: [] },

  onLoad({ group, screen, skip }) {
    this.screen = screen === "1";
    this.skip = Number(skip || 0); // what ran before the mini-program was started anew
    this.setData({ group });
  },

  onReady() {
    if (this.begun || !groups[this.data.group]) return;
    this.begun = true;
    ft.addCustomEventListener("granted", () => granted(this));
    this.run();
  },

  onPageScroll({ scrollTop }) {
    this.scrollTop = scrollTop;
  },

  onPullDownRefresh() {
    this.pulled = (this.pulled || 0) + 1;
  },

  onShareAppMessage() {
    return { title: "shared" };
  },

  async run() {
    const { group } = this.data;
    const ask = (wish, detail) => this.wish(wish, detail);
    for (const one of groups[group]) {
      if (one.only && one.only !== (this.screen ? "browser" : "headless")) continue;
      for (const space of ["wx", "ft"]) {
        if (this.skip-- > 0) continue;
        this.setData({ running: `${space} ${one.title}` });
        let error = "";
        try {
          await suite.run(one, space, ask, this);
        } catch (e) {
          error = e && e.stack ? `${e.message}\n${e.stack}` : JSON.stringify(e);
        }
        console.log("[case] " + JSON.stringify({ space, title: one.title, proves: one.proves, error }));
        this.setData({ [`results[${this.data.results.length}]`]: { text: `${error ? "✗" : "✓"} ${space} ${one.title} ${error}` } });
      }
    }
    this.setData({ done: true });
    console.log("[done]");
  },

  /** Tells the host what it should do, and waits until it says that it has. */
  wish(wish, detail) {
    return new Promise((resolve) => {
      answer = resolve;
      this.wishes = (this.wishes || 0) + 1;
      this.setData({ wish: `${this.wishes} ${wish} ${detail === undefined ? "" : JSON.stringify(detail)}` });
      console.log("[wish] " + JSON.stringify({ wish, detail }));
    });
  },

  granted() {
    granted(this);
  },
});
