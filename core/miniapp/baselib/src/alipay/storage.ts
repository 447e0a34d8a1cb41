/** Storage, whose synchronous forms take and give objects. */
import type { Namespace } from "../capability";
import { adapt, alipayError, text } from "./adapt";

type Sync = (...args: unknown[]) => any;

const nothing = (data: unknown): unknown => (data === "" || data === undefined ? null : data);

export function addStorage(my: Namespace, wx: Namespace): void {
  if (typeof wx["getStorageSync"] !== "function") return;
  const call = (name: string, ...args: unknown[]): any => {
    try {
      return (wx[name] as Sync)(...args);
    } catch (error) {
      throw alipayError(error as { errMsg?: string });
    }
  };
  const key = (p: { key?: unknown } | undefined): string => text(p?.key);
  my["getStorageSync"] = (p?: { key?: unknown }) => ({ data: nothing(call("getStorageSync", key(p))), success: true });
  my["setStorageSync"] = (p?: { key?: unknown; data?: unknown }) => {
    call("setStorageSync", key(p), p?.data ?? null);
    return { success: true };
  };
  my["removeStorageSync"] = (p?: { key?: unknown }) => {
    call("removeStorageSync", key(p));
    return { success: true };
  };
  my["clearStorageSync"] = () => {
    call("clearStorageSync");
    return { success: true };
  };
  my["getStorageInfoSync"] = () => ({ ...call("getStorageInfoSync"), success: true });
  const rules = {
    getStorage: { args: (p: any) => ({ key: key(p) }), result: (r: any) => ({ data: nothing(r.data) }), recover: (f: { errMsg?: string }) => (/not found/.test(text(f.errMsg)) ? { data: null } : undefined) },
    setStorage: { args: (p: any) => ({ key: key(p), data: p.data ?? null }), result: () => ({ success: true }) },
    removeStorage: { args: (p: any) => ({ key: key(p) }) },
    clearStorage: {},
    getStorageInfo: {},
  };
  for (const name of Object.keys(rules)) {
    const made = adapt(wx, name, rules[name as keyof typeof rules]);
    if (made) my[name] = made;
  }
}
