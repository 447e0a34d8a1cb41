/** wx.setEnableDebug: whether the shell shows what the mini-program logs and calls. */
import { asking, need } from "./convention";
import { calls } from "./calls";
import type { Namespace } from "./capability";
import type { Setup } from "./native";

export function addDebug(space: Namespace, { system }: Setup): void {
  calls.told = system["enableDebug"] === true;
  const become = (on: boolean): void => {
    calls.told = on;
    system["enableDebug"] = on;
  };
  space["setEnableDebug"] = asking("setEnableDebug", "setEnableDebug", (p) => {
    need(p, "enableDebug", "boolean");
    return { enableDebug: p["enableDebug"] };
  }, ({ enableDebug }) => become(enableDebug as boolean));
}
