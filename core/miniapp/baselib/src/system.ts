/** What a mini-program may know of where it runs. */
import { immediate } from "./convention";
import type { LaunchOptions, Setup } from "./native";
import type { Namespace } from "./capability";

/** The size of text that users have not changed. */
const FONT_SIZE = 16;

type Info = Record<string, unknown>;

const windowKeys = [
  "pixelRatio",
  "screenWidth",
  "screenHeight",
  "windowWidth",
  "windowHeight",
  "statusBarHeight",
  "safeArea",
  "screenTop",
];
const deviceKeys = ["abi", "benchmarkLevel", "brand", "model", "system", "platform", "cpuType", "memorySize"];
const baseKeys = ["SDKVersion", "enableDebug", "host", "language", "version", "theme", "fontSizeSetting", "fontSizeScaleFactor"];
const settingKeys = ["bluetoothEnabled", "locationEnabled", "wifiEnabled", "deviceOrientation"];

function pick(info: Info, keys: string[]): Info {
  const out: Info = {};
  for (const key of keys) if (key in info) out[key] = copy(info[key]);
  return out;
}

function copy<T>(value: T): T {
  return typeof value === "object" && value !== null ? (JSON.parse(JSON.stringify(value)) as T) : value;
}

/** The present state of the system as the actor tells it. */
export class System {
  enter: LaunchOptions;

  constructor(readonly setup: Setup) {
    this.enter = setup.launch;
  }

  /** Takes over what is different now: the window has another size. */
  change(now: Info): void {
    Object.assign(this.setup.system, now);
  }

  theme(theme: string): void {
    this.setup.system["theme"] = theme;
  }
}

export function addSystem(space: Namespace, system: System): void {
  const { setup } = system;
  const info = setup.system;
  // What hosts say nothing of.
  for (const [key, value] of Object.entries({ enableDebug: false, bluetoothEnabled: false, locationEnabled: false, wifiEnabled: false, benchmarkLevel: -1 })) info[key] ??= value;
  info["fontSizeScaleFactor"] ??= Number(info["fontSizeSetting"] ?? FONT_SIZE) / FONT_SIZE;
  const shown = (): Info => {
    const { menuButton: _hidden, ...rest } = info;
    return copy(rest);
  };
  space["getSystemInfoSync"] = shown;
  space["getSystemInfo"] = immediate("getSystemInfo", shown);
  space["getSystemInfoAsync"] = immediate("getSystemInfoAsync", shown);
  space["getWindowInfo"] = () => pick(info, windowKeys);
  space["getDeviceInfo"] = () => pick(info, deviceKeys);
  space["getAppBaseInfo"] = () => pick(info, baseKeys);
  space["getSystemSetting"] = () => pick(info, settingKeys);
  space["getAppAuthorizeSetting"] = () => authorized(info);
  space["getMenuButtonBoundingClientRect"] = () => menuButton(info);
  space["getAccountInfoSync"] = () => ({ miniProgram: copy(setup.account), plugin: {} });
  space["getLaunchOptionsSync"] = () => copy(setup.launch);
  space["getEnterOptionsSync"] = () => copy(system.enter);
}

const parts = ["album", "bluetooth", "camera", "location", "microphone", "notification", "phoneCalendar"];

/** What the device lets the host app do: where the host does not say, it has not been asked yet. */
function authorized(info: Info): Info {
  const told = (info["authorized"] ?? {}) as Info;
  const out: Info = { locationReducedAccuracy: false };
  for (const part of parts) out[`${part}Authorized`] = told[part] ?? "not determined";
  return out;
}

/** Where the capsule is: as the host says, else where WeChat puts it. */
function menuButton(info: Info): Info {
  if (info["menuButton"]) return copy(info["menuButton"]) as Info;
  const width = 87;
  const height = 32;
  const top = Number(info["statusBarHeight"] ?? 0) + 6;
  const right = Number(info["windowWidth"] ?? 375) - 7;
  return { width, height, top, right, bottom: top + height, left: right - width };
}
