/**
 * Storage of mini-program plugins (plugin://) apart from that of the mini-program that uses them, as in WeChat: neither sees the
 * other's keys, nor clears them. Both are in one place of the host's, so the size that getStorageInfo tells is that of all.
 */
import { asynchronous, type Options } from "./convention";
import { native, type Failure } from "./native";
import type { Namespace } from "./capability";

/** What the key of a plugin begins with in the mini-program's storage. */
const HEAD = "plugin://";

/** Whose keys there are: which of all they are, and how they are called inside. */
interface Owner {
  owns: (key: string) => boolean;
  outer: (key: string) => string;
  inner: (key: string) => string;
}

const host: Owner = { owns: (key) => !key.startsWith(HEAD), outer: (key) => key, inner: (key) => key };

function plugin(provider: string): Owner {
  const head = `${HEAD}${provider}/`;
  return { owns: (key) => key.startsWith(head), outer: (key) => head + key, inner: (key) => key.slice(head.length) };
}

type Call = (...args: unknown[]) => unknown;

interface Info {
  keys: string[];
  [name: string]: unknown;
}

/** Gives each plugin namespaces of its own, and takes the plugins' keys from the mini-program's. */
export function addPluginSpaces(spaces: Record<string, Namespace>, providers: string[]): void {
  if (providers.length === 0) return;
  const whole: Record<string, Namespace> = {};
  for (const name of Object.keys(spaces)) whole[name] = { ...spaces[name] };
  for (const name of Object.keys(spaces)) Object.assign(spaces[name] as Namespace, listings(whole[name] as Namespace, host));
  const made: Record<string, Record<string, Namespace>> = {};
  Object.assign(native, {
    pluginSpaces: (provider: string) => {
      const own = (made[provider] ??= {});
      for (const name of Object.keys(whole)) {
        const all = whole[name] as Namespace;
        own[name] ??= { ...all, ...keyed(all, plugin(provider)), ...listings(all, plugin(provider)) };
      }
      return own;
    },
  });
}

/** The APIs that name keys. */
function keyed(all: Namespace, owner: Owner): Namespace {
  const outer = (key: unknown): unknown => (typeof key === "string" && key !== "" ? owner.outer(key) : key);
  const inItem = (item: unknown): unknown => (typeof item === "object" && item !== null ? { ...item, key: outer((item as Options)["key"]) } : item);
  const list = (items: unknown, each: (item: unknown) => unknown): unknown => (Array.isArray(items) ? items.map(each) : items);
  const out: Namespace = {};
  const wrap = (name: string, change: (first: unknown) => unknown): void => {
    const call = all[name] as Call | undefined;
    if (call) out[name] = (first: unknown, ...rest: unknown[]) => call(change(first), ...rest);
  };
  for (const name of ["setStorage", "getStorage", "removeStorage"]) {
    wrap(name, inItem);
    wrap(`${name}Sync`, outer);
  }
  wrap("batchSetStorage", (p) => ({ ...(p as Options), kvList: list((p as Options | undefined)?.["kvList"], inItem) }));
  wrap("batchSetStorageSync", (items) => list(items, inItem));
  wrap("batchGetStorage", (p) => ({ ...(p as Options), keyList: list((p as Options | undefined)?.["keyList"], outer) }));
  wrap("batchGetStorageSync", (keys) => list(keys, outer));
  return out;
}

/** The APIs that concern all keys. */
function listings(all: Namespace, owner: Owner): Namespace {
  if (!all["getStorageInfoSync"]) return {};
  const info = (): Info => {
    const told = (all["getStorageInfoSync"] as () => Info)();
    return { ...told, keys: told.keys.filter(owner.owns).map(owner.inner) };
  };
  const clear = (): void => {
    for (const key of info().keys) (all["removeStorageSync"] as Call)(owner.outer(key));
  };
  const later = (name: string, act: () => unknown): unknown =>
    asynchronous(name, (_params, settle) => {
      native.defer(() => {
        let failure: Failure | null = null;
        let result: unknown;
        try {
          result = act();
        } catch (error) {
          failure = { message: String((error as Error).message) };
        }
        settle(failure, result);
      });
    });
  return { getStorageInfoSync: info, clearStorageSync: clear, getStorageInfo: later("getStorageInfo", info), clearStorage: later("clearStorage", clear) };
}
