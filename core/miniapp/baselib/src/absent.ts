/**
 * What there cannot be outside WeChat. Mini-programs call these without asking, so they are there to fail as WeChat fails
 * where it has nothing to give; wx.canIUse says that they are not there.
 */
import { asynchronous } from "./convention";
import { Listeners } from "./listeners";
import { native } from "./native";
import type { Namespace } from "./capability";

const failing = [
  "requestSubscribeMessage", "requestSubscribeDeviceMessage", "getBackgroundFetchData", "getBackgroundFetchToken", "setBackgroundFetchToken",
];
const ads = ["createInterstitialAd", "createRewardedVideoAd", "createBannerAd"];

/** WeChat's code of "there is no fitting advertisement". */
const NO_AD = 1004;

/** The names that wx.canIUse denies though they can be called. */
export const absent: ReadonlySet<string> = new Set([...failing, ...ads]);

export function addAbsent(space: Namespace): void {
  for (const name of failing) {
    space[name] = asynchronous(name, (_params, settle) => native.defer(() => settle({ message: "not supported" })));
  }
  for (const name of ads) space[name] = ad;
}

/** An advertisement that never loads. */
function ad(): Record<string, unknown> {
  const errors = new Listeners();
  const refuse = (method: string) => (): Promise<never> => {
    const error = { errMsg: `${method}:fail no advertisement`, errCode: NO_AD };
    native.defer(() => errors.call(error));
    return Promise.reject(error);
  };
  native.defer(() => errors.call({ errMsg: "no advertisement", errCode: NO_AD }));
  const handle: Record<string, unknown> = {
    load: refuse("load"),
    show: refuse("show"),
    hide: () => undefined,
    destroy: () => errors.remove(),
    onError: (listener: unknown) => errors.add(listener),
    offError: (listener?: unknown) => errors.remove(listener),
    style: {},
  };
  // What never happens may be listened to.
  for (const name of ["onLoad", "offLoad", "onClose", "offClose", "onResize", "offResize"]) handle[name] = () => undefined;
  return handle;
}

/** No experiment is ever running. */
export function addExperiments(space: Namespace): void {
  space["getExptInfoSync"] = () => ({});
}
