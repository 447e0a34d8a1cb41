/**
 * The base library: builds wx and ft before the mini-program's first module runs.
 *
 * Both are plain objects whose functions are enumerable own properties, because mini-programs spread and enumerate them.
 * A capability that no plugin provides is simply not there.
 */
import { addAbsent, addExperiments } from "./absent";
import { alipayNamespace } from "./alipay/my";
import { addAnimation, animateNodes, clearAnimatedNodes } from "./animation";
import { addBars } from "./bar";
import { addBase64 } from "./base64";
import { addCacheManager } from "./cachemanager";
import { addCanIUse } from "./caniuse";
import { addCanvas } from "./canvas/api";
import { addCapabilities, type Namespace } from "./capability";
import { addAudio } from "./media/audio";
import { addEditing } from "./media/edit";
import { addVideo } from "./media/video";
import { addDebug } from "./debug";
import { addDevice } from "./device";
import { addInterface, addReports } from "./interface";
import { addMedia } from "./media/local";
import { addMiniPrograms } from "./miniprogram";
import { native, type Setup } from "./native";
import { addPerformance } from "./performance";
import { addPluginSpaces } from "./pluginspace";
import { addPrivacy } from "./privacy";
import { addOpenTypes } from "./opentype";
import { addPackages } from "./packages";
import { addQueries, SelectorQuery } from "./query";
import { addRoutes } from "./route";
import { addGlobalSocket } from "./socket";
import { addCustomEvents, addSubscriptions, addUpdateManager } from "./subscribe";
import { addSystem, System } from "./system";
import { addWorkers } from "./worker";
import { addWorklet, applyAnimatedStyle, clearAnimatedStyle } from "./worklet";
import { addExtApis, addInvokeNativePlugin, addLoadExtApi } from "./vendor";

const wx: Namespace = {};
const ft: Namespace = {};

function build(setup: Setup): void {
  const system = new System(setup);
  for (const add of [addInterface, addDevice, addReports, addMiniPrograms, addAbsent, addExperiments, addBars, addRoutes, addQueries, addAnimation, addBase64, addUpdateManager, addCustomEvents, addPerformance, addPrivacy, addWorklet, addCanvas, addVideo, addAudio]) {
    add(wx);
  }
  addSystem(wx, system);
  addDebug(wx, setup);
  addPackages(wx, setup);
  addWorkers(wx);
  addSubscriptions(wx, system);
  wx["env"] = { USER_DATA_PATH: "wxfile://usr" };
  Object.assign(ft, wx);
  addCapabilities(setup.apis, { wx, ft });
  addExtApis(ft, setup);
  addLoadExtApi(wx, ft, setup);
  for (const [prefix, space] of Object.entries({ wx, ft })) {
    addGlobalSocket(space);
    addCacheManager(space);
    addInvokeNativePlugin(space, setup.apis);
    addMedia(space);
    addEditing(space);
    addCanIUse(space, prefix, setup);
  }
  addPluginSpaces({ wx, ft }, setup.plugins);
  addOpenTypes(wx);
  if (setup.dialect === "alipay") becomeAlipay(setup);
  else Object.assign(globalThis, { __wxConfig: wxConfig(setup) });
  native.provided([...Object.keys(wx).map((name) => `wx.${name}`), ...Object.keys(ft).map((name) => `ft.${name}`)]);
}

/** What programs read of the configuration in WeChat's global object, which is not documented: which version they are. */
function wxConfig({ account, pages = [] }: Setup): object {
  const { appId, envVersion } = account;
  return { envVersion, accountInfo: { appId }, pages: [...pages], entryPagePath: pages[0] ?? "" };
}

/** A mini-program for Alipay sees my, and no wx: programs for both tell by that where they are. */
function becomeAlipay(setup: Setup): void {
  const my = alipayNamespace(wx, {
    appId: setup.account.appId,
    envVersion: setup.account.envVersion,
    builtin: (name) => Object.prototype.hasOwnProperty.call(setup.components, name),
  });
  Object.assign(globalThis, { my });
  Reflect.deleteProperty(globalThis, "wx");
  native.provided(Object.keys(my).map((name) => `my.${name}`));
}

native.on("setup", build);
Object.assign(globalThis, { wx, ft });
/** For component instances: this.createSelectorQuery() and its kin. */
Object.assign(native, { createSelectorQuery: (scope: unknown) => new SelectorQuery(scope), animateNodes, clearAnimatedNodes, applyAnimatedStyle, clearAnimatedStyle });
