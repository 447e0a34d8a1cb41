/**
 * What a capability cannot carry, because it is no data: objects with methods in results, buffers that are filled in place.
 * Each is keyed by the contract's method, so that whoever provides the capability gets it.
 */
import { keep, kept } from "./kept";
import { Lane } from "./lane";
import type { API, Failure } from "./native";

export interface Shape {
  /** What the capability gets for the options given. */
  params(options: Record<string, unknown>): Record<string, unknown>;
  /** What the mini-program gets for the capability's result. */
  result(result: unknown, options: Record<string, unknown>): unknown;
  /** Why the call is not even made. */
  refuse?(params: Record<string, unknown>): Failure | undefined;
  /** The tasks that it starts wait for their turn in this. */
  lane?: Lane;
  /** The method returns nothing: there is no promise whose rejection nobody would handle. */
  quiet?: boolean;
}

type Fields = Record<string, any>;

const plain: Shape = { params: (options) => options, result: (result) => result };

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

/** Gives what stat tells WeChat's methods. They are not enumerable, so that it prints and compares as data. */
function withKind(stats: unknown): unknown {
  if (typeof stats !== "object" || stats === null) return stats;
  const kind = Number((stats as Fields)["mode"]) & S_IFMT;
  const method = (value: unknown): PropertyDescriptor => ({ value, enumerable: false });
  return Object.defineProperties(stats, {
    isDirectory: method(() => kind === S_IFDIR),
    isFile: method(() => kind === S_IFREG),
  });
}

const stat: Shape = {
  ...plain,
  result: (result) => {
    const stats = (result as Fields | null)?.["stats"];
    if (Array.isArray(stats)) for (const entry of stats) withKind((entry as Fields)["stats"]);
    else withKind(stats);
    return result;
  },
};

/** read fills the buffer that it is given; the buffer itself stays here. */
const read: Shape = {
  params: ({ arrayBuffer, ...rest }) => {
    const room = arrayBuffer instanceof ArrayBuffer ? arrayBuffer.byteLength - offsetOf(rest) : 0;
    const wanted = typeof rest["length"] === "number" ? rest["length"] : room;
    return { fd: rest["fd"], position: rest["position"], length: Math.max(0, Math.min(room, wanted)) };
  },
  result: (result, options) => {
    const { data, ...rest } = result as Fields;
    const arrayBuffer = options["arrayBuffer"];
    if (arrayBuffer instanceof ArrayBuffer && data instanceof ArrayBuffer) {
      new Uint8Array(arrayBuffer).set(new Uint8Array(data), offsetOf(options));
    }
    return { ...rest, arrayBuffer };
  },
};

function offsetOf(options: Fields): number {
  return typeof options["offset"] === "number" ? options["offset"] : 0;
}

const quiet: Shape = { ...plain, quiet: true };

/** Header fields are text: numbers and booleans are written as such, and what is no value as WeChat writes it. */
function headerOf(header: unknown): unknown {
  if (typeof header !== "object" || header === null) return header;
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(header)) {
    if (value === undefined) continue;
    out[name] = typeof value === "object" ? Object.prototype.toString.call(value) : String(value);
  }
  return out;
}

/** Switches and the like, which WeChat takes as it takes any value in a condition. */
const switches = /^(enable|force|use|tcp|perMessage)[A-Z]/;

/** The network's code of an address that is none. */
const INVALID_URL = 600009;

/** Refuses what is no address, before a list is asked whether it has it. */
function addressed({ url }: Record<string, unknown>): Failure | undefined {
  return typeof url === "string" && !/^[a-z][a-z0-9+.-]*:/i.test(url) ? { code: INVALID_URL, message: `invalid url "${url}"` } : undefined;
}

/** Requests as programs write them: options that are nothing, header fields that are no text, times as text. */
const request: Shape = {
  result: (result) => ({ ...(result as Fields), cookies: (result as Fields)["cookies"] ?? [] }),
  refuse: addressed,
  params: (options) => {
    const out: Fields = {};
    for (const [key, value] of Object.entries(options)) {
      if (switches.test(key)) out[key] = Boolean(value);
      else if (key === "timeout") {
        if (Number(value) >= 0) out[key] = Number(value);
      } else if (key === "responseType") {
        if (value === "arraybuffer") out[key] = value;
      } else if (key === "header") out[key] = headerOf(value);
      else if (key === "method" && typeof value === "string") out[key] = value.toUpperCase();
      else out[key] = value;
    }
    return out;
  },
};

const shapes: Record<string, Shape> = {
  "dougong.network/v1.request": { ...request, lane: new Lane() },
  "dougong.network/v1.uploadFile": { ...request, lane: new Lane() },
  "dougong.network/v1.downloadFile": { ...request, lane: new Lane() },
  "dougong.network/v1.connectSocket": { ...request, result: plain.result },
  "dougong.storage/v1.setStorage": { ...plain, params: ({ data, ...rest }) => ({ ...rest, data: keep(data) }) },
  // Subscriptions to messages are WeChat's: there are none.
  "dougong.permission/v1.getSetting": {
    ...plain,
    result: (result, options) => (options["withSubscriptions"] === true ? { ...(result as Fields), subscriptionsSetting: { mainSwitch: false, itemSettings: {} } } : result),
  },
  "dougong.storage/v1.batchSetStorage": {
    ...plain,
    params: ({ kvList, ...rest }) => ({ ...rest, kvList: Array.isArray(kvList) ? kvList.map((e) => (e instanceof Object ? { ...e, value: keep((e as Fields)["value"]) } : e)) : kvList }),
  },
  "dougong.storage/v1.batchGetStorage": { ...plain, result: (result) => ({ ...(result as Fields), dataList: (result as Fields)["dataList"].map(kept) }) },
  "dougong.storage/v1.getStorage": { ...plain, result: (result) => ({ ...(result as Fields), data: kept((result as Fields)["data"]) }) },
  "dougong.file/v1.stat": stat,
  "dougong.file/v1.fstat": stat,
  "dougong.file/v1.read": read,
  "dougong.media/v1.recorderStart": quiet,
  "dougong.media/v1.recorderPause": quiet,
  "dougong.media/v1.recorderResume": quiet,
  "dougong.media/v1.recorderStop": quiet,
};

export function shapeOf(api: API): Shape {
  return shapes[`${api.capability}.${api.method}`] ?? plain;
}
