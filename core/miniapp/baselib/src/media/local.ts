/** Media APIs that need more than one capability or the client. */
import { saveTemp } from "../canvas/tempfile";
import { asking, asynchronous, immediate, need, type Options } from "../convention";
import { native, type Failure } from "../native";
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
  addFileForms(space);
  // Where the microphone is the browser's, it chooses which.
  if (typeof space["getRecorderManager"] === "function") {
    space["getAvailableAudioSources"] = immediate("getAvailableAudioSources", () => ({ audioSources: ["auto"] }));
  }
  space["previewVideo"] = asking("previewVideo", "previewMedia", (p) => {
    const url = p["url"] ?? p["src"] ?? p["filePath"];
    need({ url }, "url", "string");
    return { sources: [{ url, type: "video", poster: String(p["poster"] ?? "") }], current: 0 };
  });
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

/** FinClip's names for what other APIs do: files as base64 and back, and the choice of files. */
function addFileForms(space: Namespace): void {
  const files = space["getFileSystemManager"];
  if (typeof files === "function") {
    const manager = (files as () => Record<string, Call>)();
    space["fileToBase64"] = asynchronous("fileToBase64", (p, settle) => {
      manager["readFile"]!({
        filePath: p["filePath"] ?? p["path"], encoding: "base64",
        success: ({ data }: { data: string }) => settle(null, { base64: data }),
        fail: (e: Failed) => settle(failure(e)),
      });
    });
    space["base64ToTempFilePath"] = asynchronous("base64ToTempFilePath", (p, settle) => {
      const [, type = "", data = ""] = /^(?:data:([^;,]*)[^,]*,)?([^]*)$/.exec(String(p["base64"] ?? p["base64Data"] ?? "")) ?? [];
      if (!/^[A-Za-z0-9+/\s]+=*\s*$/.test(data)) native.defer(() => settle({ message: "parameter error: base64 is not base64" }));
      else saveTemp(space, { type: type || String(p["type"] ?? "image/png"), data }, settle);
    });
  }
  const choose = space["chooseMessageFile"];
  if (typeof choose !== "function") return;
  space["chooseFile"] = asynchronous("chooseFile", (p, settle) => {
    const { success: _s, fail: _f, complete: _c, ...rest } = p;
    (choose as Call)({
      count: 9, ...rest,
      success: (result: { tempFiles: { path: string }[] }) => settle(null, { ...result, tempFilePaths: result.tempFiles.map((f) => f.path) }),
      fail: (e: Failed) => settle(failure(e)),
    });
  });
}

const failure = (e: Failed): Failure => ({ ...(e.errno === undefined ? {} : { code: e.errno }), message: e.errMsg.replace(/^\w+:fail /, "") });

function imageInfo(space: Namespace, local: Call): unknown {
  return asynchronous("getImageInfo", (options, settle) => {
    const fail = (error: Failed): void => settle(failure(error));
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
