// What glass-easel's own tests see of us: its way of defining and creating components, on our runtime. What a mini-program
// cannot do, because it belongs to the framework below, throws Inapplicable with its name.
"use strict";
class Inapplicable extends Error {}
const no = (what) => { throw new Inapplicable("inapplicable: " + what) };
const strict = (name, known) => new Proxy(known, { get: (o, key) => key === "__esModule" || key in o || typeof key === "symbol" ? key === "__esModule" || o[key] : no(name + "." + key) });

// ---- jest
const same = (a, b, loose) => {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = (o) => Object.keys(o).filter((k) => !loose || o[k] !== undefined);
  return keys(a).length === keys(b).length && keys(a).every((k) => same(a[k], b[k], loose));
};
const matches = (a, b) => Object.keys(b).every((k) => typeof b[k] === "object" && b[k] ? a[k] && matches(a[k], b[k]) : Object.is(a[k], b[k]));
const show = (v) => { try { return typeof v === "string" ? v : JSON.stringify(v) } catch (_) { return String(v) } };
const expect = (got) => {
  const checks = (want) => {
    const check = (name, test) => (...args) => {
      if (!!test(...args) !== want) throw new Error(`expect(${show(got)})${want ? "" : ".not"}.${name}(${args.map(show).join()})`);
    };
    return {
      toBe: check("toBe", (v) => Object.is(got, v)), toEqual: check("toEqual", (v) => same(got, v, true)),
      toStrictEqual: check("toStrictEqual", (v) => same(got, v)), toMatchObject: check("toMatchObject", (v) => matches(got, v)),
      toBeUndefined: check("toBeUndefined", () => got === undefined), toBeNull: check("toBeNull", () => got === null),
      toBeTruthy: check("toBeTruthy", () => got), toBeFalsy: check("toBeFalsy", () => !got), toBeInstanceOf: check("toBeInstanceOf", (c) => got instanceof c),
      toBeDefined: check("toBeDefined", () => got !== undefined), toContain: check("toContain", (v) => got.includes(v)),
      toThrow: () => no("the text of the framework's own errors"), toThrowError: () => no("the text of the framework's own errors"),
      toBeCalledTimes: check("toBeCalledTimes", (n) => got.calls.length === n), toHaveBeenCalledTimes: check("toHaveBeenCalledTimes", (n) => got.calls.length === n),
    };
  };
  return strict("expect", { ...checks(true), not: strict("expect.not", checks(false)) });
};
const jest = strict("jest", { fn: (f) => { const mock = function (...args) { mock.calls.push(args); return f && f.apply(this, args) }; mock.calls = []; mock.mock = { calls: mock.calls }; return mock } });
const tests = [], around = [];
let group = [], hooks = [];
const describe = (name, body) => {
  const outer = hooks;
  group.push(name);
  hooks = [...hooks];
  body();
  group.pop();
  hooks = outer;
};
const test = (name, body) => tests.push({ name: [...group, name].join(" > "), body, hooks });
test.skip = describe.skip = () => {};
const hook = (kind) => (body) => hooks.push({ kind, body, done: false });
const beforeAll = hook("all"), beforeEach = hook("each"), afterEach = hook("after"), afterAll = () => {};

// ---- components
const definitions = new Map(); // path → options as given
let count = 0;
const template = (t) => t === undefined ? undefined : typeof t === "object" && t.wxml !== undefined ? t : no("a template engine of one's own");
const optionNames = ["multipleSlots", "dynamicSlots", "virtualHost", "pureDataPattern", "writeFieldsToNode", "writeIdToDOM", "styleScope", "reflectToAttributes", "dataDeepCopy", "propertyPassingDeepCopy", "useMethodCallerListeners", "idPrefixGenerator"];
const ignored = ["writeFieldsToNode", "writeIdToDOM", "useMethodCallerListeners"];
const fields = ["is", "options", "properties", "data", "methods", "observers", "lifetimes", "pageLifetimes", "relations", "externalClasses", "generics", "behaviors", "template", "using", "usingComponents", "created", "attached", "ready", "moved", "detached", "error", "definitionFilter", "export"];
const optionsOf = (options) => {
  for (const key of Object.keys(options || {})) {
    if (!optionNames.includes(key)) no("option " + key);
    if (["styleScope", "reflectToAttributes", "dataDeepCopy", "propertyPassingDeepCopy", "idPrefixGenerator"].includes(key)) no("option " + key);
  }
  return options;
};
const property = (name, p) => {
  if (p && typeof p === "object") for (const key of Object.keys(p)) if (!["type", "optionalTypes", "value", "observer"].includes(key)) no("property field " + key);
  return p;
};
const observersOf = (o) => Array.isArray(o) ? no("observers as a list") : o;
class Definition {
  constructor(path, opts) { this.path = path; this.is = path; this.opts = opts }
  general() { return this }
}
const own = (source) => {
  const out = {};
  for (const key of Object.keys(source)) {
    if (!fields.includes(key)) no("definition field " + key);
    if (!["template", "using", "usingComponents", "generics", "is"].includes(key)) out[key] = source[key];
  }
  optionsOf(source.options);
  if (typeof source.data === "function") out.data = source.data();
  if (source.data && JSON.stringify(source.data) === undefined) no("data that is no data");
  for (const name of Object.keys(source.properties || {})) property(name, source.properties[name]);
  if (source.observers) out.observers = observersOf(source.observers);
  for (const key of Object.keys(source.relations || {})) {
    const r = out.relations[key];
    if (/common/.test(r.type)) no("relation type " + r.type);
    if (r.target instanceof Definition) out.relations = { ...out.relations, [key]: { ...r, target: "/" + r.target.path } };
  }
  return out;
};
class Space {
  constructor() {
    Object.assign(this, { known: new Map(), global: {}, behaviors: new Map(), options: {} });
    return strict("componentSpace", this);
  }
  updateComponentOptions(options) { optionsOf(options); this.options = { ...this.options, ...options } }
  defineBehavior(opts) {
    const b = host.behavior({ ...own(opts), behaviors: this.behaviorsOf(opts) });
    if (opts.is !== undefined) this.behaviors.set(opts.is, b);
    return b;
  }
  behaviorsOf(opts) { return (opts.behaviors || []).map((b) => typeof b === "string" ? this.behaviors.get(b) || no("a behavior that is not known yet") : b) }
  defineComponent(opts) {
    const path = opts.is || "component-" + ++count, tmpl = template(opts.template);
    const using = {};
    for (const [tag, c] of Object.entries({ ...opts.using, ...opts.usingComponents })) using[tag] = typeof c === "string" ? c : c instanceof Definition ? c.path : no("native nodes in place of components");
    const generics = {};
    for (const [name, g] of Object.entries(opts.generics || {})) generics[name] = g === true || !g.default ? "" : typeof g.default === "string" ? g.default : g.default.path;
    const def = { ...own(opts), behaviors: this.behaviorsOf(opts), options: { ...this.options, ...opts.options } };
    for (const name of ignored) delete def.options[name];
    host.define(path, def, tmpl ? tmpl.wxml : "<slot/>", using, this.global, generics, opts.properties ? Object.keys(opts.properties) : []);
    const out = new Definition(path, opts);
    this.known.set(opts.is === "" ? "" : path, out);
    return out;
  }
  getComponent(path) { return this.known.get(path) || null }
  setGlobalUsingComponent(tag, def) { this.global[tag] = def.path }
  getGlobalUsingComponent(tag) { return this.known.get(this.global[tag]) || null }
  define(is) { return builder(this, is) }
  createComponentByUrl() { return no("creating by URL") }
}
function builder(space, is) {
  const opts = { is, properties: {}, observers: {}, methods: {}, lifetimes: {}, behaviors: [] };
  if (is === undefined) delete opts.is;
  const b = strict("define()", {
    property: (name, p) => (opts.properties[name] = p, b), data: (f) => (opts.data = f(), b), template: (t) => (opts.template = t, b),
    methods: (m) => (Object.assign(opts.methods, m), b), observer: (keys, f) => (opts.observers[[].concat(keys).join(",")] = f, b),
    lifetime: (name, f) => (opts.lifetimes[name] = f, b), usingComponents: (u) => (opts.using = { ...opts.using, ...u }, b),
    options: (o) => (opts.options = o, b), behavior: (x) => (opts.behaviors.push(x), b), externalClasses: (l) => (opts.externalClasses = l, b),
    pageLifetime: (name, f) => ((opts.pageLifetimes = opts.pageLifetimes || {})[name] = f, b), generics: (x) => (opts.generics = x, b),
    definition: (d) => { for (const k of Object.keys(d)) opts[k] = typeof d[k] === "object" && !Array.isArray(d[k]) && opts[k] ? { ...opts[k], ...d[k] } : d[k]; return b },
    registerComponent: () => space.defineComponent(opts), registerBehavior: () => space.defineBehavior(opts), then: undefined,
  });
  return b;
}
const defaultSpace = new Space();
const lacking = ["appendChild", "insertBefore", "removeChild", "replaceChild", "childNodes", "parentNode", "parentIndex", "getComposedChildren", "getComposedParent", "selfReplaceWith", "classList", "ownerShadowRoot", "spliceArrayDataOnPath", "groupUpdates",
  "addListener", "removeListener", "setNodeClass", "setNodeStyle", "getSlotElementFromName", "setSlotElement", "slot", "attributes", "traitBehavior", "getRootBehavior", "getInnerData", "dataset_", "getBackendContext", "destroyBackendElement", "createIntersectionObserver", "getBoundingClientRect", "containingSlot", "slotNodes", "toggleNodeClass", "$$native", "style", "setListenerStats", "forEachComposedChild", "iterComposedChild", "getListeners", "setExternalClass", "getExternalClasses", "hasExternalClass", "listChangedPropertyIdentifiers", "$slot", "listeners", "callMethod", "triggerWorklet", "innerHTML", "textContent", "_$slotName", "forEachNodeInSlot", "matchSelector", "dynamicAddObserver", "querySelector", "querySelectorAll", "setAvailable", "scheduleAttached", "asNativeNode", "asTextNode", "asVirtualNode", "asGeneralComponent", "toJSON", "getAttribute", "setAttribute", "updateAttribute", "removeAttribute", "tagName", "class", "_$placeholderHandler", "_$wxTmplDevArgs"];
const extend = (proto) => {
  for (const name of lacking) Object.defineProperty(proto, name, { configurable: true, get: () => no("the tree's " + name), set: () => no("the tree's " + name) });
  const root = (self) => strict("shadowRoot", {
    getElementById: (id) => host.find(self, "#" + id), querySelector: (s) => host.find(self, s), querySelectorAll: (s) => host.findAll(self, s), getHostNode: () => self, get childNodes() { return (host.roots(self) || no("nodes for slots and conditions")).map((n) => n || no("text nodes")) }, then: undefined, toJSON: undefined,
  });
  const get = (name, f) => Object.defineProperty(proto, name, { configurable: true, get: f });
  const method = (name, f) => Object.defineProperty(proto, name, { configurable: true, writable: true, value: f });
  get("shadowRoot", function () { return root(this) });
  method("getShadowRoot", function () { return root(this) });
  get("$", function () { return new Proxy({}, { get: (_, id) => typeof id === "symbol" ? undefined : host.find(this, "#" + id) }) });
  const back = (self) => strict("back end", { get innerHTML() { return host.html(self) }, then: undefined });
  get("$$", function () { return back(this) });
  method("getBackendElement", function () { return back(this) });
  method("asInstanceOf", function (def) { return host.is(this, def.path) ? this : null });
  // What waits for applyDataUpdates is one setData.
  const waiting = new WeakMap();
  const wait = (self, data) => waiting.set(self, { ...waiting.get(self), ...data });
  method("updateData", function (data) { wait(this, data) });
  method("replaceDataOnPath", function (path, value) { wait(this, { [path.map((step, i) => typeof step === "number" ? `[${step}]` : (i ? "." : "") + step).join("")]: value }) });
  const { setData } = proto;
  method("setData", function (data, ...rest) { const first = waiting.get(this); waiting.delete(this); return setData.call(this, first ? { ...first, ...data } : data, ...rest) });
  method("applyDataUpdates", function () { this.setData() });
  method("asElement", function () { return this });
  method("general", function () { return this });
  method("getMethodCaller", function () { return this });
  method("getComponentDefinition", function () { return defaultSpace.getComponent(this.is) || no("definitions of another space") });
  method("triggerLifetime", function (name) { host.lifetime(this, name) });
  method("triggerPageLifetime", function (name, args) { host.pageLifetime(this, name, args) });
  method("isInnerDataExcluded", () => no("inner data"));
};
const create = (def) => host.create((def || no("a component whose definition is inapplicable")).path);
const easel = strict("glassEasel", {
  ComponentSpace: Space, Component: strict("Component", { createWithContext: (_, def) => create(def), create: (_, def) => create(def), listProperties: () => no("Component.listProperties"), isComponent: () => no("isComponent"), getMethodCaller: (c) => c, hasBehavior: (c, b) => c.hasBehavior(b), prototype: {} }),
  Element: strict("Element", { pretendAttached: (e) => host.attach(e), pretendDetached: (e) => host.detach(e), prototype: {} }), TextNode: { prototype: {} },
  registerElement: (opts) => defaultSpace.defineComponent(opts), registerBehavior: (opts) => defaultSpace.defineBehavior(opts), createElement: (_, def) => def ? create(def) : no("createElement by name"),
  getDefaultComponentSpace: () => defaultSpace, globalOptions: { throwGlobalError: true },
  triggerEvent: (target, name, detail, options) => host.event(target, name, detail, options || {}),
  Event: strict("Event", { triggerEvent: (target, name, detail, options) => host.event(target, name, detail, options || {}), triggerExternalEvent: () => no("external components") }),
  NormalizedPropertyType: new Proxy({}, { get: () => no("property types by number") }), DeepCopyKind: new Proxy({}, { get: () => no("deep copy levels") }),
});
const env = strict("env", {
  tmpl: (src, options, filters) => options && Object.keys(options).length || filters ? no("template options") : /<wxs/.test(src) ? no("template scripts, which the shim leaves out") : { wxml: src }, multiTmpl: () => no("templates of several files"),
  execWithWarn: (_, f) => f(), execWithError: () => no("the text of the framework's own errors"),
  domBackend: strict("back end", {}), shadowBackend: strict("back end", {}), composedBackend: strict("back end", {}), getCustomExternalTemplateEngine: () => no("a template engine of one's own"),
});
const match = strict("match", { virtual: () => {}, native: () => no("the tree of external components"), virtualWithSlot: () => {} });

// ---- the mini-program adapter
class CodeSpace {
  constructor() {
    Object.assign(this, { space: new Space(), templates: {}, configs: {} });
    return strict("codeSpace", this);
  }
  addCompiledTemplate(path, t) { this.templates[path] = t }
  addComponentStaticConfig(path, config) { this.configs[path] = config }
  addStyleSheet() {}
  getComponentSpace() { return this.space }
  component(path) { return this.build(path, false) }
  behavior() { return this.build(undefined, true) }
  build(path, behavior) {
    const b = this.space.define(), config = this.configs[path] || {};
    const { registerComponent, registerBehavior } = b;
    const resolve = (to) => to.startsWith("/") ? to.slice(1) : [...path.split("/").slice(0, -1), ...to.split("/")].reduce((l, s) => (s === ".." ? l.pop() : s !== "." && l.push(s), l), []).join("/");
    const out = strict("component()", {
      register: () => {
        if (behavior) return registerBehavior();
        const using = {}, generics = {};
        for (const key of Object.keys(config)) if (!["usingComponents", "component", "componentGenerics", "pureDataPattern"].includes(key)) no("config " + key);
        for (const tag of Object.keys(config.usingComponents || {})) using[tag] = resolve(config.usingComponents[tag]);
        for (const name of Object.keys(config.componentGenerics || {})) generics[name] = config.componentGenerics[name].default ? { default: resolve(config.componentGenerics[name].default) } : true;
        b.usingComponents(using).generics(generics).definition({ is: path });
        if (config.pureDataPattern) b.options({ pureDataPattern: new RegExp(config.pureDataPattern) });
        if (this.templates[path]) b.template(this.templates[path]);
        return registerComponent();
      }, then: undefined,
    });
    for (const name of ["property", "data", "methods", "lifetime", "options", "behavior", "externalClasses", "pageLifetime", "definition", "template"]) out[name] = (...args) => (b[name](...args), out);
    out.observer = (...args) => (b.observer(...args), out);
    return out;
  }
  componentEnv(path, f) {
    const Behavior = (def) => this.behavior().definition(def).register();
    Behavior.trait = () => no("trait behaviors");
    return f({ Component: (def) => def ? this.component(path).definition(def).register() : this.component(path), Behavior, Page: () => no("Page() of the adapter") });
  }
  globalComponentEnv(global, path, f) { return this.componentEnv(path, (env) => { Object.assign(global, env); return f() }) }
  importCodeSpace() { no("several code spaces") }
  setOverallBehavior() { no("overall behaviors") }
}
class MiniProgramEnv {
  createCodeSpace(id, main, shared) { if (shared || !main) no("several code spaces"); return new CodeSpace() }
  associateBackend() {
    return strict("back end", { registerStyleSheetContent() {}, createRoot: (tag, space, url, generics) => {
      if (generics || url.includes("?")) no("a root with a query or generics");
      const c = host.create(url);
      return strict("root", { getComponent: () => c, get: () => c, attach: () => no("a document"), release: () => no("a document") });
    } });
  }
  getGlobalCodeSpace() { return no("several code spaces") }
}
const adapter = strict("adapter", { MiniProgramEnv, types: strict("types", {}) });
const modules = { "../base/env": env, "./base/env": env, "../base/match": match, "../../src": easel, "glass-easel": easel, "../src": adapter };
extend(host.prototype);
lacking.forEach((name) => Object.defineProperty(host.elements, name, { configurable: true, get: () => no("the tree's " + name), set: () => no("the tree's " + name) }));
for (const name of ["shadowRoot", "getShadowRoot", "setData", "data", "matchSelector", "querySelector", "$", "getBackendElement", "$$", "contains", "addEventListener", "getComposedParent"]) Object.defineProperty(host.elements, name, { configurable: true, get: () => no("a built-in element's " + name) });
Object.assign(host.elements, { triggerEvent(name, detail, options) { host.event(this, name, detail, options && options.handleListenerReturn ? no("what handlers return") : options || {}) }, asElement() { return this }, asInstanceOf() { return null } });
Object.defineProperty(host.elements, "dataset", { get() { return host.dataset(this) } });
Object.defineProperty(host.elements, "id", { get() { return host.id(this) } });

const run = (body, name) => {
  try {
    const out = body();
    return out && typeof out.then === "function" ? no("a test that waits") : "";
  } catch (e) {
    return e instanceof Inapplicable ? e.message : String(e && e.stack || e);
  }
};
host.tests(tests.length === 0 ? (load) => {
  const failed = run(() => load((name) => name in modules ? modules[name] : no("module " + name), expect, jest, describe, test, test, beforeAll, beforeEach, afterEach, afterAll));
  return { failed, names: tests.map((t) => t.name) };
} : undefined, (i) => {
  const t = tests[i];
  for (const h of t.hooks) {
    if (h.kind === "after" || h.kind === "all" && h.done) continue;
    h.done = true;
    const failed = run(h.body);
    if (failed) return failed;
  }
  return run(t.body);
});
