/**
 * The base library: builds wx and ft before the mini-program's first module runs.
 *
 * Both are plain objects whose functions are enumerable own properties, because mini-programs spread and enumerate them.
 * A capability that no plugin provides is simply not there.
 */
import { addAnimation } from "./animation";
import { addBars } from "./bar";
import { addBase64 } from "./base64";
import { addCanIUse } from "./caniuse";
import { addCapabilities, type Namespace } from "./capability";
import { addDevice, addInterface } from "./interface";
import { addMedia } from "./media";
import { native, type Setup } from "./native";
import { addQueries, SelectorQuery } from "./query";
import { addRoutes } from "./route";
import { addGlobalSocket } from "./socket";
import { addSubscriptions, addUpdateManager } from "./subscribe";
import { addSystem, System } from "./system";

const wx: Namespace = {};
const ft: Namespace = {};

function build(setup: Setup): void {
  const system = new System(setup);
  for (const add of [addInterface, addDevice, addBars, addRoutes, addQueries, addAnimation, addBase64, addUpdateManager]) {
    add(wx);
  }
  addSystem(wx, system);
  addSubscriptions(wx, system);
  wx["env"] = { USER_DATA_PATH: "wxfile://usr" };
  Object.assign(ft, wx);
  addCapabilities(setup.apis, { wx, ft });
  for (const space of [wx, ft]) {
    addGlobalSocket(space);
    addMedia(space);
    addCanIUse(space, setup);
  }
  native.provided([...Object.keys(wx).map((name) => `wx.${name}`), ...Object.keys(ft).map((name) => `ft.${name}`)]);
}

native.on("setup", build);
Object.assign(globalThis, { wx, ft });
/** For component instances: this.createSelectorQuery(). */
Object.assign(native, { createSelectorQuery: (scope: unknown) => new SelectorQuery(scope) });
