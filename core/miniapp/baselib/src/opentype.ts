/** What a <button open-type> does: the API of that name, whose outcome is the event's detail. */
import type { Options } from "./convention";
import type { Namespace } from "./capability";
import { native } from "./native";

type Done = (detail: Record<string, unknown>) => void;

export function addOpenTypes(space: Namespace): void {
  const call = (name: string, api: string, params: Options, done: Done): void => {
    const fn = space[api];
    if (typeof fn !== "function") {
      done({ errMsg: `${name}:fail not supported` });
      return;
    }
    fn({
      ...params,
      success: (result: Record<string, unknown>) => done({ ...result, errMsg: `${name}:ok` }),
      fail: (error: { errMsg: string }) => done({ errMsg: error.errMsg.replace(/^\w+/, name) }),
    });
  };
  const acts: Record<string, (done: Done) => void> = {
    getuserinfo: (done) => call("getUserInfo", "getUserInfo", {}, done),
    opensetting: (done) => call("openSetting", "openSetting", {}, done),
    chooseavatar: (done) =>
      call("chooseAvatar", "chooseImage", { count: 1 }, (r) => done({ avatarUrl: (r["tempFilePaths"] as string[])?.[0] ?? "", errMsg: r["errMsg"] })),
    agreeprivacyauthorization: (done) => done({ errMsg: "agreePrivacyAuthorization:ok" }),
    // A telephone number that the platform vouches for is the telephone company's to give.
    getphonenumber: (done) => done({ errMsg: "getPhoneNumber:fail no permission", errno: 102 }),
  };
  native.on("navigator", (number: number, o: Options) => {
    const done = (type: string) => (detail: Record<string, unknown>): void =>
      native.opened(number, { ...detail, errMsg: String(detail["errMsg"]).replace(/^\w+/, "navigator") }, [type, "complete"]);
    (space["navigateToMiniProgram"] as (o: Options) => void)({
      appId: o["appId"], path: o["path"], extraData: o["extraData"], envVersion: o["version"], success: done("success"), fail: done("fail"),
    });
  });
  native.on("openType", (number: number, event: string) => {
    const done: Done = (detail) => native.opened(number, detail);
    const act = acts[event];
    if (act) act(done);
    else done({ errMsg: `${event}:fail not supported` });
  });
}
