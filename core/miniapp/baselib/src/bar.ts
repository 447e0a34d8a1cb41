/** The navigation bar and the tab bar. */
import { check, immediate, type Options } from "./convention";
import { native } from "./native";
import type { Namespace } from "./capability";

const names = [
  "setNavigationBarTitle",
  "setNavigationBarColor",
  "showNavigationBarLoading",
  "hideNavigationBarLoading",
  "hideHomeButton",
  "setBackgroundColor",
  "setBackgroundTextStyle",
  "setTabBarBadge",
  "removeTabBarBadge",
  "showTabBarRedDot",
  "hideTabBarRedDot",
  "setTabBarItem",
  "setTabBarStyle",
  "showTabBar",
  "hideTabBar",
  "showShareMenu",
  "hideShareMenu",
];

/** What has to be given, and of which type. */
const needs: Record<string, Parameters<typeof check>[0]> = {
  setNavigationBarTitle: { title: "string" },
  setNavigationBarColor: { frontColor: "string", backgroundColor: "string" },
  setTabBarBadge: { index: "number", text: "string" },
  removeTabBarBadge: { index: "number" },
  showTabBarRedDot: { index: "number" },
  hideTabBarRedDot: { index: "number" },
  setTabBarItem: { index: "number" },
};

export function addBars(space: Namespace): void {
  space["updateShareMenu"] = immediate("updateShareMenu", (params: Options) => {
    // Cards that change after they were sent, or that one person alone may open, need WeChat's own messages.
    if (params["isUpdatableMessage"] || params["isPrivateMessage"]) throw new Error("not supported");
  });
  for (const name of names) {
    space[name] = immediate(name, (params: Options) => {
      check(needs[name] ?? {}, params);
      const { success: _s, fail: _f, complete: _c, ...args } = params;
      const failure = native.bar(name, args);
      if (failure) throw new Error(failure);
    });
  }
}
