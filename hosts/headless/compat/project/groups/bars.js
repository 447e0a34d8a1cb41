module.exports = [
  {
    title: "changes the navigation bar",
    proves: [
      "setNavigationBarTitle", "setNavigationBarColor", "showNavigationBarLoading", "hideNavigationBarLoading", "hideHomeButton",
    ],
    async run(t) {
      await t.works("setNavigationBarTitle", { title: "new title" });
      await t.works("setNavigationBarColor", { frontColor: "#ffffff", backgroundColor: "#112233" });
      await t.works("showNavigationBarLoading");
      await t.host("bar", { title: "new title", frontColor: "#ffffff", backgroundColor: "#112233", loading: true });
      await t.works("hideNavigationBarLoading");
      await t.works("hideHomeButton");
      await t.host("bar", { title: "new title", loading: false });
      await t.refuses("setNavigationBarColor", { frontColor: "red", backgroundColor: "#112233" }, /^setNavigationBarColor:fail /);
    },
  },
  {
    title: "changes the background behind the page",
    proves: ["setBackgroundColor", "setBackgroundTextStyle"],
    only: "headless",
    async run(t) {
      await t.works("setBackgroundColor", { backgroundColor: "#ddeeff" });
      await t.works("setBackgroundTextStyle", { textStyle: "dark" });
      await t.host("bar", { pageBackground: "#ddeeff", textStyle: "dark" });
      await t.refuses("setBackgroundTextStyle", { textStyle: "blue" }, /^setBackgroundTextStyle:fail /);
    },
  },
  {
    title: "changes the tab bar where there is one",
    proves: [
      "setTabBarBadge", "removeTabBarBadge", "showTabBarRedDot", "hideTabBarRedDot", "setTabBarItem", "setTabBarStyle", "showTabBar",
      "hideTabBar", "switchTab",
    ],
    only: "headless",
    async run(t, api) {
      await t.refuses("setTabBarBadge", { index: 0, text: "1" }, "not TabBar page");
      await api.switchTab({ url: "/pages/tab/tab" });
      await t.works("setTabBarBadge", { index: 0, text: "3" });
      await t.works("showTabBarRedDot", { index: 1 });
      await t.works("setTabBarItem", { index: 1, text: "Changed" });
      await t.works("setTabBarStyle", { selectedColor: "#ff0000" });
      await t.works("hideTabBar");
      await t.works("showTabBar");
      await t.works("removeTabBarBadge", { index: 0 });
      await t.works("hideTabBarRedDot", { index: 1 });
      await t.refuses("setTabBarBadge", { index: 9, text: "1" }, /^setTabBarBadge:fail /);
      await api.reLaunch({ url: "/pages/second/second" });
    },
  },
];
