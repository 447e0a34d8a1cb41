/** Navigation between pages. The stack and its rules are the actor's; here are only the conventions. */
import { asynchronous, need, type Options } from "./convention";
import { channelPair, type EventChannel } from "./eventchannel";
import { native, type Settle } from "./native";
import type { Namespace } from "./capability";

export function addRoutes(space: Namespace): void {
  for (const kind of ["redirectTo", "switchTab", "reLaunch"]) {
    space[kind] = asynchronous(kind, (params, settle) => to(kind, params, settle));
  }
  space["navigateTo"] = asynchronous("navigateTo", navigateTo);
  space["navigateBack"] = asynchronous("navigateBack", (params, settle) => {
    native.route("navigateBack", { delta: typeof params["delta"] === "number" ? params["delta"] : 1 }, settle);
  });
}

function to(kind: string, params: Options, settle: Settle, channel?: EventChannel): void {
  try {
    need(params, "url", "string");
  } catch (error) {
    native.defer(() => settle({ message: (error as Error).message }));
    return;
  }
  native.route(kind, { url: params["url"], channel }, settle);
}

function navigateTo(params: Options, settle: Settle): void {
  const [opener, opened] = channelPair();
  const events = params["events"] ?? {};
  for (const name of Object.keys(events)) opener.on(name, events[name]);
  to("navigateTo", params, (failure) => settle(failure, { eventChannel: opener }), opened);
}
