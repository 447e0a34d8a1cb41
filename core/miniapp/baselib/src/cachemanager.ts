/**
 * wx.createCacheManager: answers of requests that rules name are kept, and given again when the network is weak or gone, or
 * whenever the mode says so. What is kept is the mini-program's own storage of it, in memory, for as long as it is open.
 */
import { ApiError, type Options } from "./convention";
import type { Namespace } from "./capability";
import { Listeners } from "./listeners";
import { native } from "./native";
import { typeOf } from "./mistake";

type Mode = "weakNetwork" | "always" | "none";

interface Rule {
  id: string;
  method: string;
  url: unknown;
  maxAge: number;
  dataSchema?: { name: string; schema: unknown }[] | undefined;
}

interface Kept {
  rule: string;
  data: unknown;
  at: number;
}

/** How long an answer is kept, and how many. */
const MAX_AGE = 7 * 24 * 3600 * 1000;
const MAX_KEPT = 500;

/** A mini-program has one manager. */
let current: CacheManager | undefined;

export function addCacheManager(space: Namespace): void {
  space["createCacheManager"] = (options?: Options) => {
    current ??= new CacheManager();
    current.configure(options ?? {});
    return current.handle;
  };
  const request = space["request"];
  if (typeof request !== "function") return;
  space["request"] = (options?: Options) => (current?.running ? current.request(request as Call, options ?? {}) : (request as Call)(options));
}

type Call = (options?: Options) => unknown;

const fail = (method: string, message: string): ApiError => new ApiError(`CacheManager.${method}`, { message });

class CacheManager {
  readonly handle: Record<string, unknown>;
  running = false;
  private mode: Mode = "weakNetwork";
  private origin = "";
  private maxAge = MAX_AGE;
  private weak = false;
  private watch: number | undefined;
  private rules: Rule[] = [];
  private readonly kept = new Map<string, Kept>();
  private readonly events: Record<string, Listeners> = { request: new Listeners(), enterWeakNetwork: new Listeners(), exitWeakNetwork: new Listeners() };
  private count = 0;

  constructor() {
    this.handle = {
      addRule: (rule: unknown) => this.add(rule),
      addRules: (rules: unknown[]) => rules.map((rule) => this.add(rule)),
      deleteRule: (id: unknown) => this.remove([String(id)]),
      deleteRules: (ids: unknown[]) => this.remove(ids.map(String)),
      clearRules: () => this.remove(this.rules.map(({ id }) => id)),
      clearCaches: () => this.kept.clear(),
      deleteCache: (id: unknown) => void this.kept.delete(String(id)),
      deleteCaches: (ids: unknown[]) => ids.forEach((id) => this.kept.delete(String(id))),
      match: (asked: Options) => this.match(asked),
      start: () => this.start(),
      stop: () => this.stop(),
      on: (event: unknown, listener: unknown) => this.heard(event).add(listener),
      off: (event: unknown, listener?: unknown) => this.heard(event).remove(listener),
    };
    Object.defineProperty(this.handle, "state", { get: () => (this.running ? 1 : 0), enumerable: true });
    Object.defineProperty(this.handle, "mode", { get: () => this.mode, enumerable: true });
  }

  configure(options: Options): void {
    if (options["mode"] !== undefined) {
      if (!["weakNetwork", "always", "none"].includes(options["mode"])) throw new ApiError("createCacheManager", { message: "parameter error: parameter.mode should be weakNetwork, always or none" });
      this.mode = options["mode"] as Mode;
    }
    if (typeof options["origin"] === "string") this.origin = options["origin"].replace(/\/$/, "");
    if (typeof options["maxAge"] === "number") this.maxAge = options["maxAge"];
  }

  private heard(event: unknown): Listeners {
    const listeners = this.events[String(event)];
    if (!listeners) throw fail("on", `there is no event ${String(event)}; known are ${Object.keys(this.events).join(", ")}`);
    return listeners;
  }

  private add(given: unknown): string {
    const rule = typeof given === "string" || given instanceof RegExp ? { url: given } : (given as Options | null);
    const url = rule?.["url"];
    if (typeof url !== "string" && !isRegExp(url)) throw fail("addRule", `parameter error: parameter.url should be String or RegExp instead of ${typeOf(url)};`);
    const id = String(rule?.["id"] ?? `rule-${++this.count}`);
    this.rules = [...this.rules.filter((r) => r.id !== id), {
      id, url, method: String(rule?.["method"] ?? "").toUpperCase(), dataSchema: rule?.["dataSchema"] as Rule["dataSchema"],
      maxAge: typeof rule?.["maxAge"] === "number" ? rule["maxAge"] : this.maxAge,
    }];
    return id;
  }

  /** Rules go, and what was kept by them. */
  private remove(ids: string[]): void {
    this.rules = this.rules.filter(({ id }) => !ids.includes(id));
    for (const [key, { rule }] of this.kept) if (ids.includes(rule)) this.kept.delete(key);
  }

  private ruleFor(asked: Options): Rule | undefined {
    const url = String(asked["url"] ?? "");
    const [path = ""] = url.split(/[?#]/);
    const method = String(asked["method"] ?? "GET").toUpperCase();
    return this.rules.find((rule) => {
      if (rule.method && rule.method !== method) return false;
      if (rule.dataSchema && !rule.dataSchema.every(({ name, schema }) => fits((asked["data"] as Options | undefined)?.[name], schema))) return false;
      if (isRegExp(rule.url)) return (rule.url as RegExp).test(url);
      const wanted = String(rule.url);
      return wanted.includes("://") ? wanted === path || wanted === url : path === this.origin + wanted || (!this.origin && path.replace(/^[a-z]+:\/\/[^/]+/i, "") === wanted);
    });
  }

  /** What is kept for a request: the rule that names it, and the answer if there is one. */
  private match(asked: Options): { ruleId: string; cacheId: string; data: unknown; createTime: number; maxAge: number } | null {
    const rule = this.ruleFor(asked);
    const cacheId = keyOf(asked);
    const found = rule && this.kept.get(cacheId);
    if (!rule || !found) return null;
    if (Date.now() - found.at > rule.maxAge) {
      this.kept.delete(cacheId);
      return null;
    }
    return { ruleId: rule.id, cacheId, data: found.data, createTime: found.at, maxAge: rule.maxAge };
  }

  /** Makes a request, or answers it with what is kept. Its listeners may answer it themselves, too. */
  request(call: Call, options: Options): unknown {
    const rule = this.ruleFor(options);
    if (!rule || this.mode === "none") return call(options);
    if (this.mode === "always" || this.weak) {
      const found = this.match(options);
      if (found) return this.answer(options, found.data);
    }
    const success = options.success as ((result: unknown) => void) | undefined;
    return call({
      ...options,
      success: (result: { statusCode: number }) => {
        if (result.statusCode >= 200 && result.statusCode < 300) this.keep(rule, options, result);
        success?.(result);
      },
      fail: (error: unknown) => {
        const found = this.match(options); // the network is gone, whatever was said of it
        if (found && this.mode === "weakNetwork") this.tell(options, found.data);
        else {
          options.fail?.(error);
          options.complete?.(error);
        }
      },
      complete: (result: { errMsg: string }) => {
        if (result.errMsg.endsWith(":ok")) options.complete?.(result);
      },
    });
  }

  private keep(rule: Rule, options: Options, result: object): void {
    const key = keyOf(options);
    this.kept.delete(key);
    this.kept.set(key, { rule: rule.id, data: JSON.parse(JSON.stringify(result)), at: Date.now() });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MAX_KEPT) break;
      this.kept.delete(oldest);
    }
  }

  private answer(options: Options, data: unknown): unknown {
    native.defer(() => this.tell(options, data));
    const nothing = (): void => undefined;
    return { abort: nothing, onHeadersReceived: nothing, offHeadersReceived: nothing, onChunkReceived: nothing, offChunkReceived: nothing };
  }

  private tell(options: Options, data: unknown): void {
    const result = { ...(JSON.parse(JSON.stringify(data)) as object), fromCache: true, errMsg: "request:ok" };
    this.events["request"]!.call({ url: options["url"], data: options["data"], method: options["method"] ?? "GET", fromCache: true });
    options.success?.(result);
    options.complete?.(result);
  }

  private start(): void {
    if (this.running) return;
    this.running = true;
    this.watch = native.sense("networkStatus", "normal", (failure, report) => {
      const state = report as { isConnected?: boolean; networkType?: string; weakNet?: boolean } | null | undefined;
      if (!failure && state) this.network(state.isConnected === false || state.weakNet === true || /^(none|2g)$/.test(state.networkType ?? ""));
    });
  }

  private network(weak: boolean): void {
    if (weak === this.weak) return;
    this.weak = weak;
    this.events[weak ? "enterWeakNetwork" : "exitWeakNetwork"]!.call({});
  }

  private stop(): void {
    this.running = false;
    if (this.watch !== undefined) native.unsense(this.watch);
    this.watch = undefined;
    this.weak = false;
  }
}

function isRegExp(value: unknown): boolean {
  return typeOf(value) === "RegExp";
}

/** Whether a part of the data is as a rule wants it: a value, a regular expression, or an object of such. */
function fits(value: unknown, schema: unknown): boolean {
  if (isRegExp(schema)) return (schema as RegExp).test(String(value));
  if (typeof schema === "object" && schema !== null) {
    return typeof value === "object" && value !== null && Object.entries(schema).every(([key, part]) => fits((value as Options)[key], part));
  }
  return schema === undefined || value === schema;
}

/** What tells requests apart. */
function keyOf({ url, method, data }: Options): string {
  return JSON.stringify([String(method ?? "GET").toUpperCase(), url, data ?? null]);
}
