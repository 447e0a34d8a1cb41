// What a mini-program finds after it was started anew. The page that runs the cases is loaded again by that.
const MARK = "restarted";

module.exports = [
  {
    title: "starts anew on the page that it names",
    proves: ["restartMiniProgram"],
    only: "headless",
    async run(t, api) {
      if (api.getStorageSync(MARK) !== t.space) {
        api.setStorageSync(MARK, t.space);
        getApp().before = true;
        const skip = t.space === "wx" ? 0 : 1;
        const path = `pages/run/run?group=restart&skip=${skip}&from=${t.space}`;
        const { how, result } = await t.call("restartMiniProgram", { path });
        t.equal([how, result.errMsg], ["success,complete", "restartMiniProgram:ok"], "restartMiniProgram");
        await new Promise(() => {}); // it ends here
      }
      api.removeStorageSync(MARK);
      const launch = api.getLaunchOptionsSync();
      t.equal([launch.path, launch.query.from, getApp().before], ["pages/run/run", t.space, undefined], "how it was started");
      await t.refuses("restartMiniProgram", { path: "pages/none/none" }, 'page "pages/none/none" is not found');
      await t.refuses("restartMiniProgram", { path: 7 }, "parameter error: parameter.path should be String instead of Number;", { errno: 1001 });
    },
  },
];
