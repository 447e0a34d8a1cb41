/** my.request and its kin. */
import type { Options } from "../convention";
import type { Namespace } from "../capability";
import { adapt, alipayError, hasCallback, text, type Failure, type Rule } from "./adapt";

/** Alipay's numbers: 11 no right to the address, 12 network, 13 timeout, 14 what came cannot be decoded, 19 HTTP status. */
function networkError(failure: Failure): number {
  const message = text(failure.errMsg);
  if (/timeout|timed out/i.test(message)) return 13;
  if (/domain|not allowed|not in/i.test(message)) return 11;
  return 12;
}

const DECODE = 14;
const STATUS = 19;

const request: Rule = {
  to: "request",
  args: (p) => ({
    url: text(p["url"]),
    method: text(p["method"], "GET").toUpperCase(),
    header: { ...headersOf(p) },
    ...(p["data"] === undefined ? {} : { data: p["data"] }),
    ...(typeof p["timeout"] === "number" ? { timeout: p["timeout"] } : {}),
    // Decoding is done here, so that what is no JSON fails as Alipay says.
    dataType: "text",
    responseType: p["dataType"] === "arraybuffer" || p["dataType"] === "base64" ? "arraybuffer" : "text",
  }),
  result: (r, p) => answer(r, p),
  error: networkError,
};

function headersOf(p: Options): Record<string, unknown> {
  const headers: Record<string, unknown> = p["headers"] ?? p["header"] ?? {};
  const named = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  return named ? headers : { "content-type": "application/json", ...headers };
}

function answer(r: any, p: Options): unknown {
  const response = { data: decode(r.data, text(p["dataType"], "json")), status: r.statusCode, statusCode: r.statusCode, headers: r.header, header: r.header };
  if (r.statusCode >= 400) throw Object.assign(alipayError({ errMsg: `http status error ${r.statusCode}` }, () => STATUS), response);
  return response;
}

function decode(data: unknown, type: string): unknown {
  if (type === "base64") return base64(data);
  if (type !== "json" || typeof data !== "string") return data;
  if (data === "") return data;
  try {
    return JSON.parse(data);
  } catch {
    throw Object.assign(alipayError({ errMsg: "parse json data error" }, () => DECODE), { data });
  }
}

let encode: (data: ArrayBuffer) => string = () => "";

function base64(data: unknown): unknown {
  return data instanceof ArrayBuffer ? encode(data) : data;
}

/** A request gives its task back even where a promise is wanted, so that it can be aborted. */
function task(wx: Namespace, name: string, rule: Rule): unknown {
  const start = adapt(wx, name, rule) as ((o: Options) => unknown) | undefined;
  if (!start) return undefined;
  return (options?: Options) => {
    const given = options ?? {};
    if (hasCallback(given)) return start(given);
    let handle: unknown;
    const promise = new Promise((success, fail) => {
      handle = start({ ...given, success, fail });
    });
    return Object.assign(promise, handle);
  };
}

export function addNetwork(my: Namespace, wx: Namespace): void {
  if (typeof wx["arrayBufferToBase64"] === "function") encode = wx["arrayBufferToBase64"] as typeof encode;
  const rules: Record<string, Rule> = {
    request,
    httpRequest: request,
    uploadFile: {
      args: (p) => ({ url: text(p["url"]), filePath: text(p["filePath"]), name: text(p["fileName"], text(p["name"])), header: p["header"] ?? p["headers"] ?? {}, formData: p["formData"] ?? {} }),
      result: (r) => ({ data: r.data, statusCode: text(r.statusCode), header: r.header }),
      error: networkError,
    },
    downloadFile: {
      args: (p) => ({ url: text(p["url"]), header: p["header"] ?? p["headers"] ?? {} }),
      result: (r) => ({ apFilePath: r.tempFilePath, tempFilePath: r.tempFilePath, statusCode: r.statusCode }),
      error: networkError,
    },
  };
  for (const name of Object.keys(rules)) {
    const made = task(wx, name, rules[name] as Rule);
    if (made) my[name] = made;
  }
}
