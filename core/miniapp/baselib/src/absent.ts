/**
 * What there cannot be outside WeChat, or on a device without the part. Mini-programs call these without asking, so they are
 * there to fail as WeChat fails where it has nothing to give; wx.canIUse says that they are not there.
 */
import { ApiError, asynchronous } from "./convention";
import { Listeners } from "./listeners";
import { native, type Failure } from "./native";
import type { Namespace } from "./capability";

const UNSUPPORTED: Failure = { message: "not supported" };

/** How calls fail by callback or promise, and which. */
const failing: [Failure, string][] = [
  [UNSUPPORTED, `requestSubscribeMessage requestSubscribeDeviceMessage getBackgroundFetchData getBackgroundFetchToken setBackgroundFetchToken
    checkIsOpenAccessibility chooseInvoiceTitle getLocalIPAddress getScreenRecordingState
    getShareInfo getSuperviseInfo navigateToWechatMiniProgram openAppAuthorizeSetting openPrivacyContract openSystemBluetoothSetting
    sendWebviewEvent setTopBarText setVisualEffectOnCapture setWindowSize`],
  [{ message: "not available", errCode: 10001 }, "openBluetoothAdapter"],
  // Bluetooth that could not be opened is not there for any call that needs it.
  [{ message: "not init", errCode: 10000 }, `closeBLEConnection closeBluetoothAdapter createBLEConnection createBLEPeripheralServer
    getBLEDeviceCharacteristics getBLEDeviceRSSI getBLEDeviceServices getBluetoothAdapterState getBluetoothDevices
    getConnectedBluetoothDevices makeBluetoothPair notifyBLECharacteristicValueChange readBLECharacteristicValue setBLEMTU
    startBluetoothDevicesDiscovery stopBluetoothDevicesDiscovery writeBLECharacteristicValue`],
  [{ message: "unsupport", errCode: 11000 }, "getBeacons startBeaconDiscovery stopBeaconDiscovery"],
];
/** Events that never happen. */
const silent = `BLECharacteristicValueChange BLEConnectionStateChange BLEPeripheralConnectionStateChanged BeaconServiceChange BeaconUpdate
  BluetoothAdapterStateChange BluetoothDeviceFound ScreenRecordingStateChanged MenuButtonBoundingClientRectWeightChange`;
const ads = ["createInterstitialAd", "createRewardedVideoAd", "createBannerAd"];
const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** WeChat's code of "there is no fitting advertisement". */
const NO_AD = 1004;
const NO_NFC: Failure = { message: "the current device does not support NFC", errCode: 13000 };

/** The names that wx.canIUse denies though they can be called. */
export const absent: ReadonlySet<string> = new Set([
  ...failing.flatMap(([, names]) => words(names)),
  ...words(silent).flatMap((event) => [`on${event}`, `off${event}`]),
  ...ads,
  "onBackgroundFetchData", "createLivePlayerContext", "createLivePusherContext", "getNFCAdapter", "getUserCryptoManager", "createTCPSocket",
  "createUDPSocket", "worklet",
]);

export function addAbsent(space: Namespace): void {
  for (const [failure, names] of failing) for (const name of words(names)) space[name] = refusing(name, failure);
  for (const event of words(silent)) {
    space[`on${event}`] = space[`off${event}`] = () => undefined;
  }
  space["onBackgroundFetchData"] = () => undefined;
  for (const name of ads) space[name] = ad;
  space["getNFCAdapter"] = () => handle(["startDiscovery", "stopDiscovery"], NO_NFC);
  space["getUserCryptoManager"] = () => handle(["getLatestUserKey", "getRandomValues"], UNSUPPORTED);
  for (const name of ["createTCPSocket", "createUDPSocket"]) space[name] = throwing(name);
}

function refusing(name: string, failure: Failure): unknown {
  return asynchronous(name, (_params, settle) => native.defer(() => settle(failure)));
}

function throwing(name: string): unknown {
  return () => {
    throw new ApiError(name, UNSUPPORTED);
  };
}

/** An object whose methods fail, and whose events never happen. */
function handle(methods: string[], failure: Failure): Record<string, unknown> {
  const made: Record<string, unknown> = { onDiscovered: () => undefined, offDiscovered: () => undefined };
  for (const method of methods) made[method] = refusing(method, failure);
  return made;
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
  const made: Record<string, unknown> = {
    load: refuse("load"),
    show: refuse("show"),
    hide: () => undefined,
    destroy: () => errors.remove(),
    onError: (listener: unknown) => errors.add(listener),
    offError: (listener?: unknown) => errors.remove(listener),
    style: {},
  };
  // What never happens may be listened to.
  for (const name of ["onLoad", "offLoad", "onClose", "offClose", "onResize", "offResize"]) made[name] = () => undefined;
  return made;
}

/** No experiment is ever running. */
export function addExperiments(space: Namespace): void {
  space["getExptInfoSync"] = () => ({});
}
