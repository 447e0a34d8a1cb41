const path = () => {
  const pages = getCurrentPages();
  return pages.map((p) => p.route.replace(/^.*\//, "")).join(">");
};

module.exports = [
  {
    title: "opens a page and comes back, with a channel between them",
    proves: ["navigateTo", "navigateBack"],
    async run(t, api) {
      const before = path();
      const query = await t.within("the opened page's event", (done) => {
        api.navigateTo({ url: "/pages/second/second?a=1&b=%E4%BA%8C", events: { opened: done }, fail: (e) => t.fail(e.errMsg) });
      });
      t.equal(query.a, "1", "the query");
      t.equal(path(), `${before}>second`, "the stack");
      t.equal((await api.navigateBack()).errMsg, "navigateBack:ok", "errMsg");
      t.equal(path(), before, "the stack after navigateBack");
      await t.refuses("navigateTo", { url: "/pages/none/none" }, /^navigateTo:fail page "\/?pages\/none\/none" is not found/);
      await t.refuses("navigateTo", { url: "/pages/tab/tab" }, "can not navigateTo a tabbar page");
      await t.refuses("navigateTo", {}, /^navigateTo:fail parameter error: parameter\.url should be String instead of Undefined;/);
    },
  },
  {
    title: "replaces pages",
    proves: ["redirectTo", "reLaunch", "switchTab"],
    only: "headless",
    async run(t, api) {
      await api.navigateTo({ url: "/pages/second/second" });
      await t.works("redirectTo", { url: "../second/second?again=1" });
      t.match(path(), />second$/, "the stack after redirectTo");
      await t.refuses("redirectTo", { url: "/pages/tab/tab" }, "can not redirectTo a tabbar page");
      await t.works("switchTab", { url: "/pages/tab/tab" });
      t.equal(path(), "tab", "the stack after switchTab");
      await t.refuses("switchTab", { url: "/pages/second/second" }, "can not switch to no-tabBar page");
      await t.works("reLaunch", { url: "/pages/second/second?last=1" });
      t.equal(path(), "second", "the stack after reLaunch");
      t.equal(getApp().second, { last: "1" }, "the query");
      await t.refuses("navigateBack", {}, /^navigateBack:fail cannot navigate back at first page/);
    },
  },
  {
    title: "tells of routes when they begin and when they are done",
    proves: ["onAppRoute", "offAppRoute", "onAppRouteDone", "offAppRouteDone"],
    async run(t, api) {
      const heard = [];
      const begun = ({ path: to, openType, query }) => heard.push(["route", to, openType, query.n]);
      const done = ({ path: to, openType }) => heard.push(["done", to, openType]);
      api.onAppRoute(begun);
      api.onAppRouteDone(done);
      await api.navigateTo({ url: "/pages/second/second?n=1" });
      await t.until("the route to be done", () => heard.length === 2);
      t.equal(heard, [["route", "pages/second/second", "navigateTo", "1"], ["done", "pages/second/second", "navigateTo"]], "what was told");
      api.offAppRoute(begun);
      api.offAppRouteDone(done);
      await api.navigateBack();
      await t.pause(50);
      t.equal(heard.length, 2, "what is told after off");
    },
  },
  {
    title: "asks before a page is left",
    proves: ["enableAlertBeforeUnload", "disableAlertBeforeUnload"],
    only: "headless",
    async run(t, api) {
      await t.refuses("enableAlertBeforeUnload", {}, /^enableAlertBeforeUnload:fail parameter error: parameter\.message should be String/);
      const before = path();
      await api.navigateTo({ url: "/pages/second/second" });
      await t.works("enableAlertBeforeUnload", { message: "leave without saving?" });
      await t.host("back, but stay", "leave without saving?");
      t.equal(path(), `${before}>second`, "the stack after the user stayed");
      await t.works("disableAlertBeforeUnload");
      await t.host("back");
      await t.pause(50);
      t.equal(path(), before, "the stack after the page was left without being asked");
    },
  },
];
