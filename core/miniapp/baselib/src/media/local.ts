/** Media APIs that need more than one capability or the client. */
import { asking, asynchronous, need, type Options } from "../convention";
import type { Namespace } from "../capability";

type Call = (options: Options) => unknown;

/** Addresses that only the network knows. Temporary files may be written as http://tmp/…, as WeChat's tools do. */
const foreign = (src: string): boolean => /^https?:\/\//i.test(src) && !/^http:\/\/(tmp|usr|store)(\/|$)/i.test(src);

interface Failed {
  errMsg: string;
  errno?: number;
}

/** Completes what capabilities provide: getImageInfo of an address downloads it first, under the allow-list for that. */
export function addMedia(space: Namespace): void {
  const local = space["getImageInfo"];
  if (typeof local === "function") space["getImageInfo"] = imageInfo(space, local as Call);
  space["previewMedia"] = asking("previewMedia", "previewMedia", (p) => {
    need(p, "sources", "array");
    const sources = (p["sources"] as Options[]).map((s) => ({
      url: String(s["url"] ?? ""),
      type: s["type"] === "video" ? "video" : "image",
      poster: String(s["poster"] ?? ""),
    }));
    const current = typeof p["current"] === "number" ? p["current"] : 0;
    return { sources, current: Math.max(0, Math.min(current, sources.length - 1)) };
  });
}

function imageInfo(space: Namespace, local: Call): unknown {
  return asynchronous("getImageInfo", (options, settle) => {
    const fail = (error: Failed): void =>
      settle({ ...(error.errno === undefined ? {} : { code: error.errno }), message: error.errMsg.replace(/^\w+:fail /, "") });
    const look = (src: unknown): void =>
      void local({ src, success: (result: unknown) => settle(null, result), fail });
    const src = String(options["src"] ?? "");
    const download = space["downloadFile"];
    if (!foreign(src) || typeof download !== "function") {
      look(options["src"]);
      return;
    }
    (download as Call)({
      url: src,
      success: ({ statusCode, tempFilePath }: { statusCode: number; tempFilePath: string }) =>
        statusCode === 200 ? look(tempFilePath) : settle({ message: `download image failed, status code ${statusCode}` }),
      fail,
    });
  });
}
