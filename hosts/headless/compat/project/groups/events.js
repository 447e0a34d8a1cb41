const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

module.exports = [
  {
    title: "hears that the mini-program goes and comes back",
    proves: ["onAppShow", "offAppShow", "onAppHide", "offAppHide", "getEnterOptionsSync"],
    only: "headless",
    async run(t, api) {
      const heard = [];
      const shown = ({ scene }) => heard.push(`show ${scene}`);
      const hidden = () => heard.push("hide");
      api.onAppShow(shown);
      api.onAppHide(hidden);
      await t.host("leave and come back");
      t.equal(heard, ["hide", "show 1089"], "what was heard");
      t.equal(api.getEnterOptionsSync().scene, 1089, "scene of getEnterOptionsSync");
      api.offAppShow(shown);
      api.offAppHide(hidden);
      await t.host("leave and come back");
      t.equal(heard.length, 2, "what is heard after off");
    },
  },
  {
    title: "hears of errors that nobody catches",
    proves: ["onError", "offError", "onUnhandledRejection", "offUnhandledRejection"],
    async run(t, api) {
      const error = await t.heard("onError", () => void setTimeout(() => {
        throw new Error("thrown on purpose");
      }));
      t.match(String(error && error.message ? error.message : error), /thrown on purpose/, "the error");
      api.offError();
      const rejection = await t.heard("onUnhandledRejection", () => void Promise.reject(new Error("rejected on purpose")));
      t.match(String(rejection.reason && rejection.reason.message ? rejection.reason.message : rejection.reason), /rejected on purpose/, "the reason");
      api.offUnhandledRejection();
    },
  },
  {
    title: "hears of another size and another theme",
    proves: ["onWindowResize", "offWindowResize", "onThemeChange", "offThemeChange"],
    only: "headless",
    async run(t, api) {
      const resized = await t.heard("onWindowResize", () => t.host("resize"));
      t.ok(resized.size.windowWidth > 0, "windowWidth");
      t.equal(api.getWindowInfo().windowWidth, resized.size.windowWidth, "windowWidth of getWindowInfo");
      const dark = await t.heard("onThemeChange", () => t.host("theme", "dark"));
      t.equal(dark, { theme: "dark" }, "the theme");
      t.equal(api.getAppBaseInfo().theme, "dark", "theme of getAppBaseInfo");
      api.offWindowResize();
      api.offThemeChange();
      await t.host("theme", "light");
    },
  },
  {
    title: "hears of a page that is not there",
    proves: ["onPageNotFound", "offPageNotFound"],
    only: "headless",
    async run(t, api) {
      const lost = await t.heard("onPageNotFound", () => t.host("open", "pages/none/none"));
      t.equal([lost.path, lost.isEntryPage], ["pages/none/none", true], "what was not found");
      api.offPageNotFound();
    },
  },
  {
    title: "hears of memory that runs short and of captures of the screen",
    proves: ["onMemoryWarning", "offMemoryWarning", "onUserCaptureScreen", "offUserCaptureScreen"],
    only: "headless",
    async run(t, api) {
      const warning = await t.heard("onMemoryWarning", () => t.host("report", { memoryWarning: { level: 10 } }));
      t.equal(warning.level, 10, "level");
      await t.heard("onUserCaptureScreen", () => t.host("report", { userCaptureScreen: {} }));
      api.offMemoryWarning();
      api.offUserCaptureScreen();
      await later(0);
    },
  },
  {
    title: "hears what the host app tells it",
    proves: ["onCustomEvent", "offCustomEvent", "addCustomEventListener", "removeCustomEventListener"],
    only: "headless",
    async run(t, api) {
      const named = [];
      const hear = (data) => named.push(data);
      api.addCustomEventListener("paid", hear);
      const any = await t.within("onCustomEvent", (done) => {
        api.onCustomEvent((e) => e.event === "paid" && done(e));
        return t.host("tell", { name: "paid", data: { order: 7 } });
      });
      t.equal(any, { event: "paid", data: { order: 7 } }, "what onCustomEvent hears");
      t.equal(named, [{ event: "paid", data: { order: 7 } }], "what the event's own listener hears");
      await t.host("tell", { name: "other", data: 1 });
      t.equal(named.length, 1, "other events");
      api.removeCustomEventListener("paid", hear);
      api.offCustomEvent();
      await t.host("tell", { name: "paid", data: 2 });
      t.equal(named.length, 1, "after it was removed");
    },
  },
];
