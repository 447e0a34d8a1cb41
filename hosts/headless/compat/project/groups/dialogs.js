module.exports = [
  {
    title: "shows and hides toasts and loading",
    proves: ["showToast", "hideToast", "showLoading", "hideLoading"],
    async run(t) {
      await t.works("showToast", { title: "toast", icon: "none", duration: 5000 });
      await t.host("sees", "toast");
      await t.works("hideToast");
      await t.works("showLoading", { title: "loading" });
      await t.host("sees", "loading");
      await t.works("hideLoading");
      await t.host("sees", "");
    },
  },
  {
    title: "asks, and tells what the user answers",
    proves: ["showModal"],
    async run(t) {
      const got = await t.works("showModal", { title: "sure?", content: "really?" });
      t.equal([got.confirm, got.cancel], [true, false], "the answer");
    },
  },
  {
    title: "offers a list to choose from",
    proves: ["showActionSheet"],
    async run(t) {
      t.equal((await t.works("showActionSheet", { itemList: ["one", "two"] })).tapIndex, 0, "tapIndex");
      await t.refuses("showActionSheet", { itemList: "one" }, /^showActionSheet:fail parameter error: parameter\.itemList should be Array/);
      await t.refuses("showActionSheet", { itemList: ["1", "2", "3", "4", "5", "6", "7"] }, "parameter error: itemList should not be large than 6");
    },
  },
  {
    title: "starts and ends pulling down",
    proves: ["startPullDownRefresh", "stopPullDownRefresh"],
    async run(t) {
      const before = t.page.pulled || 0;
      await t.works("startPullDownRefresh");
      await t.until("onPullDownRefresh", () => t.page.pulled > before);
      await t.works("stopPullDownRefresh");
    },
  },
  {
    title: "runs after the view has what was set",
    proves: ["nextTick"],
    async run(t, api) {
      const order = [];
      await t.within("nextTick", (done) => {
        api.nextTick(() => {
          order.push("tick");
          done();
        });
        order.push("now");
      });
      t.equal(order, ["now", "tick"], "order");
    },
  },
  {
    title: "asks to be closed",
    proves: ["exitMiniProgram"],
    only: "headless",
    async run(t) {
      await t.works("exitMiniProgram");
      await t.host("closed");
    },
  },
  {
    title: "hides the keyboard",
    proves: ["hideKeyboard"],
    only: "headless",
    async run(t) {
      await t.works("hideKeyboard");
    },
  },
];
