/** How an API of Alipay's is made of one of the base library's: other names for arguments, results and failures. */
import type { Options } from "../convention";
import type { Namespace } from "../capability";

/** What my needs to know beside the APIs that it is made of. */
export interface Surroundings {
  appId: string;
  envVersion: string;
  /** Tells whether there is a built-in component of this name. */
  builtin: (name: string) => boolean;
}

/** A failure as WeChat's conventions give it. */
export interface Failure {
  errMsg?: string;
  errno?: number;
}

/** A failure as Alipay's conventions give it. */
export interface AlipayError {
  error: number;
  errorMessage: string;
  [more: string]: unknown;
}

export interface Rule {
  /** The base library's name; the same if absent. */
  to?: string;
  args?: (params: Options) => Options;
  result?: (result: any, params: Options) => unknown;
  /** The number of a failure; Alipay has its own for each API. */
  error?: (failure: Failure) => number;
  /** A failure that Alipay calls a success: what it gives then. */
  recover?: (failure: Failure, params: Options) => unknown;
}

/** The number that Alipay gives when nothing else is known. */
export const UNKNOWN = 3;

/** Makes the API of a rule; undefined if nobody provides what it stands on. */
export function adapt(wx: Namespace, name: string, rule: Rule): unknown {
  const base = wx[rule.to ?? name];
  if (typeof base !== "function") return undefined;
  return (options?: Options) => run(base as (o: Options) => unknown, rule, options ?? {});
}

/** True if options holds a callback, so that no promise is wanted. */
export function hasCallback(options: Options): boolean {
  return ["success", "fail", "complete"].some((name) => typeof options[name] === "function");
}

/** Makes an API of a function that may wait; what it throws is the failure. */
export function made(act: (params: Options) => unknown): (options?: Options) => unknown {
  return (options) => {
    const given = options ?? {};
    const outcome = Promise.resolve().then(() => act(withoutCallbacks(given)));
    if (!hasCallback(given)) return outcome;
    const to = settler(given);
    outcome.then(
      (result) => to.success(result ?? {}),
      (failure: Failure) => to.fail(alipayError({ errMsg: failure.errMsg ?? String((failure as Error).message) })),
    );
    return undefined;
  };
}

function run(base: (o: Options) => unknown, rule: Rule, given: Options): unknown {
  if (hasCallback(given)) return start(base, rule, given, settler(given));
  return new Promise((resolve, reject) => {
    start(base, rule, given, { success: resolve, fail: reject });
  });
}

interface Settler {
  success: (result: unknown) => void;
  fail: (error: AlipayError) => void;
}

function start(base: (o: Options) => unknown, rule: Rule, given: Options, to: Settler): unknown {
  const fail = (failure: Failure): void => {
    const recovered = rule.recover?.(failure, given);
    if (recovered !== undefined) to.success(recovered);
    else to.fail(alipayError(failure, rule.error));
  };
  try {
    return base({
      ...(rule.args ? rule.args(given) : withoutCallbacks(given)),
      success: (result: Record<string, unknown>) => {
        let made: unknown;
        try {
          made = rule.result ? rule.result(result, given) : withoutMessage(result);
        } catch (error) {
          to.fail(error as AlipayError);
          return;
        }
        to.success(made);
      },
      fail,
    });
  } catch (error) {
    fail({ errMsg: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** Calls back as Alipay does: success or fail, then complete with the same. */
function settler(given: Options): Settler {
  const call = (fn: unknown, outcome: unknown): void => {
    try {
      if (typeof fn === "function") fn(outcome);
    } finally {
      given.complete?.(outcome);
    }
  };
  return { success: (result) => call(given.success, result), fail: (error) => call(given.fail, error) };
}

export function withoutCallbacks(given: Options): Options {
  const { success: _s, fail: _f, complete: _c, ...params } = given;
  return params;
}

export function withoutMessage(result: Record<string, unknown>): Record<string, unknown> {
  const { errMsg: _m, ...rest } = result ?? {};
  return rest;
}

/** The error of a failure: a number and a text without WeChat's "name:fail". */
export function alipayError(failure: Failure, code?: (failure: Failure) => number): AlipayError {
  const errorMessage = String(failure.errMsg ?? failure).replace(/^\w+:fail ?/, "");
  const error = code?.(failure) ?? (/^parameter error/.test(errorMessage) ? 2 : UNKNOWN);
  const made = new Error(errorMessage) as Error & AlipayError;
  made.error = error;
  made.errorMessage = errorMessage;
  return made;
}

export const text = (value: unknown, fallback = ""): string => (value === undefined || value === null ? fallback : String(value));
