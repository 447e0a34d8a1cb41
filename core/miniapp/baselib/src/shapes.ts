/**
 * What a capability cannot carry, because it is no data: objects with methods in results, buffers that are filled in place.
 * Each is keyed by the contract's method, so that whoever provides the capability gets it.
 */
import type { API } from "./native";

export interface Shape {
  /** What the capability gets for the options given. */
  params(options: Record<string, unknown>): Record<string, unknown>;
  /** What the mini-program gets for the capability's result. */
  result(result: unknown, options: Record<string, unknown>): unknown;
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

const shapes: Record<string, Shape> = {
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
