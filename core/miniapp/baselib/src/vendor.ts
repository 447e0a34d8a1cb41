/** Vendors' APIs by the names that other platforms' mini-programs have for them: FinClip's extApi list, and
 * wx.invokeNativePlugin. Both reach what superapp.yaml claims, and nothing else. */
import { method, type Namespace } from "./capability";
import { ApiError, asynchronous, need, paramsOf } from "./convention";
import { native, type API, type Failure, type Setup } from "./native";

/** pdk.CodeUnsupported. */
const UNSUPPORTED = 4;

/** What stands in for APIs that the mini-program declares and nobody provides. */
const missing: unknown[] = [];

/** True for the function of an API that nobody provides. */
export function isMissing(fn: unknown): boolean {
  return missing.includes(fn);
}

/** Gives ft what the mini-program declares in FinClipConf.js. A name that ft has already keeps its meaning. */
export function addExtApis(ft: Namespace, setup: Setup): void {
  for (const { name, sync } of setup.extApis) {
    const api = setup.apis.find((a) => a.vendor && a.name === `ft.${name}`);
    if (!api) {
      if (!(name in ft)) missing.push((ft[name] = unsupported(name, sync === true)));
    } else if (sync && api.mode === "async") {
      ft[name] = method({ ...api, mode: "sync" }, name);
    } else if (!sync && api.mode === "sync") {
      ft[name] = method({ ...api, mode: "async" }, name);
    }
  }
}

/** ft.loadExtApi({extApi: […]}): the same, declared at run time. */
export function addLoadExtApi(wx: Namespace, ft: Namespace, setup: Setup): void {
  wx["loadExtApi"] = ft["loadExtApi"] = (config: unknown) => {
    const list = Array.isArray(config) ? config : ((config ?? {}) as { extApi?: unknown }).extApi;
    if (!Array.isArray(list)) throw new ApiError("loadExtApi", { message: "parameter error: want {extApi: [{name, sync}]}" });
    const extApis = list.map((api: { name?: unknown; sync?: unknown }) => ({ name: String(api?.name), sync: api?.sync === true }));
    addExtApis(ft, { ...setup, extApis });
  };
}

function unsupported(name: string, sync: boolean): unknown {
  const failure: Failure = {
    code: UNSUPPORTED,
    message: `not supported: no plugin of this super-app provides ft.${name}; install one whose contract names it, and claim the name in superapp.yaml: plugins[].apis: [ft.${name}]`,
  };
  if (sync) {
    return () => {
      throw new ApiError(name, failure);
    };
  }
  return asynchronous(name, (_, settle) => native.defer(() => settle(failure)));
}

/** wx.invokeNativePlugin({api_name, data, success, fail, complete}): calls a vendor's API by its name. */
export function addInvokeNativePlugin(space: Namespace, apis: API[]): void {
  space["invokeNativePlugin"] = asynchronous("invokeNativePlugin", (options, settle) => {
    const refuse = (failure: Failure) => native.defer(() => settle(failure));
    try {
      need(options, "api_name", "string");
      if (options["data"] !== undefined && options["data"] !== null) need(options, "data", "object");
    } catch (error) {
      return refuse({ code: 2, message: (error as Error).message });
    }
    const name = options["api_name"] as string;
    const api = apis.find((a) => a.vendor && (a.name === `wx.${name}` || a.name === `ft.${name}`));
    if (!api) {
      return refuse({
        code: UNSUPPORTED,
        message: `not supported: no plugin of this super-app provides "${name}"; install one whose contract names wx.${name}, and claim the name in superapp.yaml: plugins[].apis: [wx.${name}]`,
      });
    }
    if (api.mode !== "async" && api.mode !== "sync") {
      return refuse({ code: UNSUPPORTED, message: `"${name}" is no call that answers once: use ${api.name} itself` });
    }
    native.call({ capability: api.capability, method: api.method, params: paramsOf(options["data"] ?? {}) }, settle);
  });
}
