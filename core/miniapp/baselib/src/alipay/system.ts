/** What a mini-program for Alipay may know of where it runs. */
import type { Namespace } from "../capability";
import { made, type Surroundings } from "./adapt";

/** The version of Alipay's base library whose APIs are followed here. */
export const SDK_VERSION = "2.9.40";

type Info = Record<string, any>;

export function addSystem(my: Namespace, wx: Namespace, around: Surroundings): void {
  const info = (): Info => {
    const known = (wx["getSystemInfoSync"] as () => Info)();
    return {
      ...known,
      app: "alipay",
      platform: /ios|iphone|ipad/i.test(`${known["platform"]} ${known["model"]}`) ? "iOS" : "Android",
      language: String(known["language"] ?? "zh_CN").replace(/_(\w+)$/, (_m, region: string) => `-${region}`),
      titleBarHeight: 44,
      storage: "",
      currentBattery: "100%",
      apiLevel: 1,
      transparentTitle: false,
    };
  };
  my["getSystemInfoSync"] = info;
  my["getSystemInfo"] = made(info);
  my["getWindowInfo"] = wx["getWindowInfo"];
  my["getDeviceBaseInfo"] = wx["getDeviceInfo"];
  my["getAppBaseInfo"] = wx["getAppBaseInfo"];
  my["getSystemSetting"] = wx["getSystemSetting"];
  my["getMenuButtonBoundingClientRect"] = wx["getMenuButtonBoundingClientRect"];
  my["getLaunchOptionsSync"] = wx["getLaunchOptionsSync"];
  my["getEnterOptionsSync"] = wx["getEnterOptionsSync"];
  my["getAppIdSync"] = () => ({ appId: around.appId });
  my["getAccountInfoSync"] = wx["getAccountInfoSync"];
  my["getRunScene"] = made(() => ({ envVersion: around.envVersion }));
  my["getServerTime"] = made(() => ({ time: Date.now() }));
  my["SDKVersion"] = SDK_VERSION;
  my["isIDE"] = false;
  const now = info();
  my["env"] = { USER_DATA_PATH: "wxfile://usr", appXVersion: SDK_VERSION, clientName: "ap", clientVersion: String(now["version"] ?? ""), clientEnv: "prod", language: now["language"], platform: now["platform"] };
}
