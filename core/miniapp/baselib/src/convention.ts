/** WeChat's calling conventions: success, fail and complete, or a promise when none of them is given. */
import { calls } from "./calls";
import { messageOf, numberOf, typeOf } from "./mistake";
import { native, type Failure, type Settle } from "./native";

export interface Options {
  success?: (result: any) => void;
  fail?: (error: any) => void;
  complete?: (result: any) => void;
  [param: string]: any;
}

/** The error that fail gets, that a promise rejects with, and that sync methods throw. */
export class ApiError extends Error {
  errMsg: string;
  errno: number;
  errCode?: number;

  constructor(name: string, failure: Failure) {
    const errMsg = `${name}:fail ${messageOf(name, failure)}`;
    super(errMsg);
    this.errMsg = errMsg;
    this.errno = numberOf(failure);
    if (failure.errCode !== undefined) this.errCode = failure.errCode;
    // Says how a rejection that nobody handles is to be reported: by default as the mini-program's own, whose call it was.
    const mark = failure.origin ? { id: `${failure.origin}-fail`, origin: failure.origin } : { origin: "app" };
    Object.defineProperty(this, "__dougong", { value: mark });
  }
}

const callbacks = ["success", "fail", "complete"] as const;

/** True if options holds a callback, so that no promise is wanted. */
export function hasCallback(options: Options): boolean {
  return callbacks.some((name) => typeof options[name] === "function");
}

/** The options without their callbacks: what the capability gets. */
export function paramsOf(options: Options): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const key of Object.keys(options)) {
    if (typeof options[key] !== "function") params[key] = options[key];
  }
  return params;
}

/** The same without what is null, which WeChat's optional parameters take for nothing; null is a value only as data. */
export function givenOf(options: Options): Record<string, unknown> {
  const params = paramsOf(options);
  for (const key of Object.keys(params)) if (params[key] === null && key !== "data") delete params[key];
  return params;
}

/** The parameters of a call that gives them by position. */
export function byName(names: string[], args: unknown[]): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  names.forEach((name, i) => {
    if (args[i] !== undefined) params[name] = args[i];
  });
  return params;
}

/** Calls back as WeChat does: success or fail, then complete, even if the former throws. */
export function settleWith(name: string, options: Options): Settle {
  const began = Date.now();
  return (failure, result) => {
    const outcome = failure ? new ApiError(name, failure) : succeed(name, result);
    calls.end(outcome.errMsg, began);
    const callback = failure ? options.fail : options.success;
    try {
      if (typeof callback === "function") callback(outcome);
    } finally {
      if (typeof options.complete === "function") options.complete(outcome);
    }
  };
}

function succeed(name: string, result: unknown): { errMsg: string } {
  const errMsg = `${name}:ok`;
  return typeof result === "object" && result !== null && !Array.isArray(result)
    ? { ...(result as object), errMsg }
    : { errMsg };
}

/** What an asynchronous API does: start, and settle once, in a later turn. */
export type Start = (params: Options, settle: Settle) => void;

/** Wraps start into an API of the conventions. */
export function asynchronous(name: string, start: Start): (options?: Options) => Promise<unknown> | undefined {
  return (options) => {
    const given = options ?? {};
    if (hasCallback(given)) {
      start(given, settleWith(name, given));
      return undefined;
    }
    const place = new Error(); // where it is called; the answer comes in a later turn, which knows nothing of that
    return new Promise((resolve, reject) => {
      const fail = (error: ApiError) => {
        error.stack = `${error}${(place.stack ?? "").slice(String(place).length)}`;
        reject(error);
      };
      start(given, settleWith(name, { success: resolve, fail }));
    });
  };
}

/** Wraps a function that acts at once and returns its result or throws into an asynchronous API. */
export function immediate(name: string, act: (params: Options) => unknown): ReturnType<typeof asynchronous> {
  return asynchronous(name, (params, settle) => {
    let failure: Failure | null = null;
    let result: unknown;
    try {
      result = act(params);
    } catch (error) {
      failure = { message: error instanceof Error ? error.message : String(error) };
    }
    native.defer(() => settle(failure, result));
  });
}

/** An API that asks the shell and passes on its answer; done hears of it first if it is a success. */
export function asking(
  name: string,
  kind: string,
  prepare: (params: Options) => unknown,
  done?: (params: Options) => void,
): ReturnType<typeof asynchronous> {
  return asynchronous(name, (params, settle) => {
    let args: unknown;
    try {
      args = prepare(params);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      native.defer(() => settle({ message }));
      return;
    }
    native.ask(kind, args, done ? (failure, result) => {
      if (!failure) done(params);
      settle(failure, result);
    } : settle);
  });
}

/** Types as WeChat's messages name them. */
type TypeName = "string" | "number" | "boolean" | "array" | "object" | "function";

/** Throws unless params[key] is of the type; the text is WeChat's. */
export function need(params: Options, key: string, type: TypeName): void {
  check({ [key]: type }, params);
}

/** Throws unless every parameter named is of its type; one text for all that are not, as WeChat has it. */
export function check(types: Record<string, TypeName>, params: Options, optional = false): void {
  let wrong = "";
  for (const [key, type] of Object.entries(types)) {
    if (optional && !(key in params)) continue;
    const want = type.charAt(0).toUpperCase() + type.slice(1);
    const actual = typeOf(params[key]);
    if (actual !== want && !(type === "function" && actual.endsWith("Function"))) wrong += `parameter.${key} should be ${want} instead of ${actual};`;
  }
  if (wrong) throw new Error(`parameter error: ${wrong}`);
}

/** Throws unless every item of a list is of the type. */
export function checkAll(list: unknown[], name: string, type: TypeName): void {
  const fields = list.map((item, i) => [`${name}[${i}]`, item] as const);
  check(Object.fromEntries(fields.map(([key]) => [key, type])), Object.fromEntries(fields));
}
