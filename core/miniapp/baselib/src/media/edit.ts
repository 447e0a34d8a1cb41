/** Pictures that the user edits and films that are made smaller: the client does it, the result becomes a file. */
import { saveTemp } from "../canvas/tempfile";
import { asynchronous, check, need, type Options, type Start } from "../convention";
import { native, type Settle } from "../native";
import type { Namespace } from "../capability";

/** message.MediaFile. */
interface Made {
  type: string;
  data: string;
  dataBytes: ArrayBuffer;
}

/** The proportions that WeChat knows. */
const SCALES = ["1:1", "3:4", "4:3", "4:5", "5:4", "16:9", "9:16"];

/** What WeChat's qualities stand for: kbit/s, pictures a second, part of the size. */
const qualities: Record<string, [number, number, number]> = { low: [600, 20, 0.4], medium: [1200, 24, 0.6], high: [2500, 30, 0.8] };

export function addEditing(space: Namespace): void {
  space["editImage"] = asynchronous("editImage", edits(space, false));
  space["cropImage"] = asynchronous("cropImage", edits(space, true));
  space["compressVideo"] = asynchronous("compressVideo", (p, settle) => {
    const wish = prepared(settle, () => ({ src: source(p), ...strength(p) }));
    if (wish) made(space, "compressVideo", wish, settle, ({ dataBytes }) => ({ size: (dataBytes.byteLength / 1024).toFixed(2) }));
  });
}

function edits(space: Namespace, cropOnly: boolean): Start {
  return (p, settle) => {
    const wish = prepared(settle, () => {
      check({ cropScale: "string" }, p, true);
      const scale = p["cropScale"] as string | undefined;
      if (scale !== undefined && !SCALES.includes(scale)) throw new Error(`parameter error: parameter.cropScale should be one of ${SCALES.join(", ")}`);
      return { src: source(p), cropOnly, scale: cropOnly ? scale ?? "" : "" };
    });
    if (wish) made(space, "editImage", wish, settle, () => ({}));
  };
}

function source(p: Options): string {
  need(p, "src", "string");
  return p["src"] as string;
}

/** How strongly a film is compressed: by a quality, or by numbers of its own. */
function strength(p: Options): Record<string, number> {
  check({ quality: "string", bitrate: "number", fps: "number", resolution: "number" }, p, true);
  const [bitrate, fps, resolution] = qualities[String(p["quality"] ?? "medium")] ?? [0, 0, 0];
  if (!bitrate) throw new Error("parameter error: parameter.quality should be low, medium or high");
  const own = p["quality"] === undefined; // as WeChat has it, a quality stands over the numbers
  const within = (value: unknown, fallback: number | undefined, low: number, high: number): number =>
    own && typeof value === "number" ? Math.max(low, Math.min(high, value)) : fallback ?? low;
  return { bitrate: within(p["bitrate"], bitrate, 50, 20000), fps: within(p["fps"], fps, 1, 60), resolution: within(p["resolution"], resolution, 0.05, 1) };
}

/** The arguments, or undefined once they were refused. */
function prepared<T>(settle: Settle, prepare: () => T): T | undefined {
  try {
    return prepare();
  } catch (error) {
    native.defer(() => settle({ message: (error as Error).message }));
    return undefined;
  }
}

function made(space: Namespace, kind: string, wish: object, settle: Settle, more: (file: Made) => object): void {
  native.ask(kind, wish, (failure, result) => {
    if (failure) {
      settle(failure);
      return;
    }
    const file = result as Made;
    saveTemp(space, { type: file.type, data: file.data, bytes: file.dataBytes }, (failed, saved) =>
      settle(failed, failed ? undefined : { ...(saved as object), ...more(file) }));
  }, ["data"]);
}
