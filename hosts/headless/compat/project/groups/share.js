module.exports = [
  {
    title: "offers to forward the page, or does not",
    proves: ["showShareMenu", "hideShareMenu", "updateShareMenu"],
    async run(t) {
      await t.works("hideShareMenu");
      await t.works("showShareMenu", { menus: ["shareAppMessage"] });
      await t.works("updateShareMenu", { withShareTicket: true });
      await t.refuses("updateShareMenu", { isUpdatableMessage: true }, "not supported");
    },
  },
  {
    title: "opens other mini-programs of the same super-app, and no others",
    proves: ["navigateToMiniProgram", "openEmbeddedMiniProgram", "navigateBackMiniProgram"],
    async run(t) {
      await t.refuses("navigateToMiniProgram", { appId: "dougong.none" }, /^navigateToMiniProgram:fail /);
      await t.refuses("openEmbeddedMiniProgram", { appId: "dougong.none" }, /^openEmbeddedMiniProgram:fail /);
      await t.refuses("navigateBackMiniProgram", {}, "not opened by another mini-program");
      await t.refuses("navigateToMiniProgram", { shortLink: "#小程序://没有这个/AbCdEf" }, /^navigateToMiniProgram:fail /);
      await t.refuses("navigateToMiniProgram", { shortLink: 1 }, /^navigateToMiniProgram:fail parameter error: parameter\.shortLink should be String instead of Number/);
      await t.refuses("navigateToMiniProgram", {}, /^navigateToMiniProgram:fail parameter error: parameter\.appId should be String/);
    },
  },
];
