/**
 * Alipay's App, Page, Component and my on top of WeChat's, for projects that `dougong convert alipay` wrote.
 *
 * It is bundled on its own (dist/alipay.js) and goes into the converted project, which then runs wherever WeChat's projects
 * do. Here, projects for Alipay run as they are and need none of it.
 */
import type { Namespace } from "../capability";
import { alipayNamespace } from "./my";

type Any = any;
type Options = Record<string, Any>;
type Method = (this: Any, ...args: Any[]) => Any;

declare const wx: Namespace;
declare function App(options: Options): void;
declare function Page(options: Options): void;
declare function Component(options: Options): void;
declare function getCurrentPages(): Any[];

const account = (): Options => {
  try {
    return (wx["getAccountInfoSync"] as () => Options)()["miniProgram"] ?? {};
  } catch {
    return {};
  }
};

export const my = alipayNamespace(wx, {
  appId: String(account()["appId"] ?? ""),
  envVersion: String(account()["envVersion"] ?? "release"),
  builtin: (name) => (wx["canIUse"] as (n: string) => boolean)(name),
});

/** Marks the detail of an event that stands for the call of a function that a component was given. */
const CALL = "__alipayCall";

const isHandler = (name: string): boolean => /^(on|catch)[A-Z]/.test(name);

/** A method that takes the arguments of such a call, or an event. */
function receiving(fn: Method): Method {
  return function (this: Any, ...args: Any[]) {
    const call = args[0]?.detail?.[CALL];
    return fn.apply(this, Array.isArray(call) ? call : args);
  };
}

function receivingAll(methods: Options): Options {
  const out: Options = {};
  for (const name of Object.keys(methods)) out[name] = typeof methods[name] === "function" ? receiving(methods[name] as Method) : methods[name];
  return out;
}

/** What instances have in Alipay beside WeChat's methods. */
const extras: Options = {
  $spliceData(this: Any, edits: Record<string, Any[]>, done?: () => void) {
    const changes: Options = {};
    for (const path of Object.keys(edits)) {
      const list = [...read(this.data, path)];
      list.splice(...(edits[path] as [number, number, ...Any[]]));
      changes[path] = list;
    }
    this.setData(changes, done);
  },
  $batchedUpdates(this: Any, act: () => void) {
    if (typeof this.groupSetData === "function") this.groupSetData(act);
    else act();
  },
};

function read(data: Any, path: string): Any {
  return path.split(/[.[\]]/).filter(Boolean).reduce((at, step) => at?.[step], data) ?? [];
}

/** WeChat leaves out what is undefined; null is as near as it gets. */
function defined(data: Options): Options {
  const out: Options = {};
  for (const key of Object.keys(data)) out[key] = data[key] === undefined ? null : data[key];
  return out;
}

function definedSetData(instance: Any): void {
  const set = instance.setData as Method;
  instance.setData = (data: Options, done?: () => void) => set.call(instance, defined(data), done);
}

export function app(options: Options): void {
  App(options);
}

export function page(options: Options): void {
  const { events = {}, onLoad, ...own } = options;
  const made = { ...extras, ...receivingAll(own) };
  for (const name of Object.keys(events)) {
    const after = made[name] as Method | undefined;
    made[name] = function (this: Any, ...args: Any[]) {
      const result = (events[name] as Method).apply(this, args);
      return after ? after.apply(this, args) : result;
    };
  }
  made["onLoad"] = function (this: Any, query: Any) {
    definedSetData(this);
    return onLoad?.call(this, query);
  };
  Page(made);
}

export const mixin = (options: Options): Options => options;

/** A component's options with those of its mixins: functions of both run, for the rest the component's own count. */
interface Merged {
  props: Options;
  data: Options;
  methods: Options;
  rest: Options;
  times: Record<string, Method[]>;
}

const times = ["onInit", "deriveDataFromProps", "didMount", "didUpdate", "didUnmount", "onError"];

function merge(into: Merged, options: Options, seen: Options[]): Merged {
  if (seen.includes(options)) return into;
  seen.push(options);
  for (const each of (options["mixins"] ?? []) as Options[]) merge(into, each, seen);
  const { mixins: _m, props, data, methods, ...rest } = options;
  Object.assign(into.props, props);
  Object.assign(into.data, typeof data === "function" ? data() : data);
  Object.assign(into.methods, methods);
  for (const name of Object.keys(rest)) {
    if (!times.includes(name)) into.rest[name] = rest[name];
    else if (typeof rest[name] === "function") (into.times[name] ??= []).push(rest[name] as Method);
  }
  return into;
}

let ids = 0;

/** Component for a component that templates give these attributes: WeChat wants to know all properties beforehand. */
export function component(given: string[]): (options: Options) => void {
  return (options) => {
    const merged = merge({ props: {}, data: {}, methods: {}, rest: {}, times: {} }, options, []);
    const names = [...new Set([...Object.keys(merged.props), ...given])];
    Component({
      ...merged.rest,
      options: { multipleSlots: true, virtualHost: true, styleIsolation: "shared", ...merged.rest["options"] },
      properties: Object.fromEntries(names.map((name) => [name, { type: null, value: initial(merged.props[name]) }])),
      data: merged.data,
      methods: { ...extras, ...receivingAll(merged.methods) },
      observers: { ...merged.rest["observers"], ...Object.fromEntries(names.map((name) => [name, observer(merged, names)])) },
      lifetimes: lifetimes(merged, names),
    });
  };
}

const initial = (value: Any): Any => (value === undefined || typeof value === "function" ? null : value);

/** this.props as the instance's properties are now. */
function propsOf(instance: Any, merged: Merged, names: string[]): Options {
  const props: Options = { ...merged.props };
  for (const name of names) {
    const value = instance.data[name];
    if (isHandler(name)) {
      if (value) props[name] = (...args: Any[]) => instance.triggerEvent(name.toLowerCase(), { [CALL]: args });
    } else if (value !== null && value !== undefined) props[name] = value;
  }
  return props;
}

function derive(instance: Any, merged: Merged, next: Options): void {
  const list = merged.times["deriveDataFromProps"];
  if (!list || instance.$deriving) return;
  instance.$deriving = true;
  for (const fn of list) fn.call(instance, next);
  instance.$deriving = false;
}

function told(instance: Any, merged: Merged): void {
  const list = merged.times["didUpdate"];
  if (!list || !instance.$mounted || instance.$told) return;
  const props = instance.props;
  const data = { ...instance.data };
  instance.$told = true;
  instance.$setData({}, () => {
    instance.$told = false;
    for (const fn of list) fn.call(instance, props, data);
  });
}

function observer(merged: Merged, names: string[]): Method {
  return function (this: Any) {
    if (!this.$ready) return;
    const next = propsOf(this, merged, names);
    if (names.every((name) => isHandler(name) || next[name] === this.props[name])) return;
    told(this, merged);
    derive(this, merged, next);
    this.props = next;
  };
}

function lifetimes(merged: Merged, names: string[]): Options {
  const own = (merged.rest["lifetimes"] ?? {}) as Record<string, Method | undefined>;
  const run = (instance: Any, name: string): void => merged.times[name]?.forEach((fn) => fn.call(instance));
  return {
    ...own,
    created(this: Any) {
      definedSetData(this);
      this.$id = ++ids;
      this.props = merged.props;
      this.$setData = this.setData;
      this.setData = (data: Options, done?: () => void) => {
        told(this, merged);
        this.$setData(data, done);
        if (this.$ready) derive(this, merged, this.props);
      };
      own["created"]?.call(this);
    },
    attached(this: Any) {
      this.$page = getCurrentPages().slice(-1)[0];
      this.props = propsOf(this, merged, names);
      run(this, "onInit");
      derive(this, merged, this.props);
      this.$ready = true;
      this.$setData({ $id: this.$id });
      own["attached"]?.call(this);
    },
    ready(this: Any) {
      this.$mounted = true;
      run(this, "didMount");
      own["ready"]?.call(this);
    },
    detached(this: Any) {
      run(this, "didUnmount");
      own["detached"]?.call(this);
    },
  };
}
