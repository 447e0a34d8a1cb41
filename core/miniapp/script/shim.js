// What the engine lacks and programs rarely use: loaded when first asked for.
const {
  encode, decode, encodingName, canonical, compare, plural, numberParts, dateParts, listParts, relativeParts, resolveNumber, resolveDate,
} = __dougong;

class TextEncoder {
  get encoding() { return "utf-8"; }
  encode(text = "") { return new Uint8Array(encode(String(text))); }
}

class TextDecoder {
  #options;
  #rest = [];
  constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
    this.#options = { fatal, ignoreBOM, encoding: encodingName(String(label).trim().toLowerCase()) };
  }
  get encoding() { return this.#options.encoding; }
  get fatal() { return this.#options.fatal; }
  get ignoreBOM() { return this.#options.ignoreBOM; }
  decode(bytes = new Uint8Array(0), { stream = false } = {}) {
    const { encoding, fatal, ignoreBOM } = this.#options;
    const [text, rest] = decode(this.#rest, bytes, encoding, fatal, stream);
    this.#rest = rest;
    return !ignoreBOM && text[0] === "\ufeff" ? text.slice(1) : text;
  }
}

const encodePart = (text) => encodeURIComponent(text).replace(/%20/g, "+").replace(/[!'()~]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
const decodePart = (text) => {
  const spaced = text.replace(/\+/g, " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
};

class URLSearchParams {
  #pairs = [];
  #changed;
  constructor(init = "", changed) {
    this.#changed = changed;
    if (typeof init === "string") this.#parse(init);
    else if (typeof init[Symbol.iterator] === "function") for (const [k, v] of init) this.#pairs.push([String(k), String(v)]);
    else for (const k of Object.keys(init)) this.#pairs.push([k, String(init[k])]);
  }
  #parse(text) {
    for (const part of text.replace(/^\?/, "").split("&")) {
      if (part === "") continue;
      const at = part.indexOf("=");
      this.#pairs.push(at < 0 ? [decodePart(part), ""] : [decodePart(part.slice(0, at)), decodePart(part.slice(at + 1))]);
    }
  }
  #done() { if (this.#changed) this.#changed(this.toString()); }
  append(k, v) { this.#pairs.push([String(k), String(v)]); this.#done(); }
  delete(k) { this.#pairs = this.#pairs.filter((p) => p[0] !== String(k)); this.#done(); }
  get(k) { const p = this.#pairs.find((p) => p[0] === String(k)); return p ? p[1] : null; }
  getAll(k) { return this.#pairs.filter((p) => p[0] === String(k)).map((p) => p[1]); }
  has(k) { return this.#pairs.some((p) => p[0] === String(k)); }
  set(k, v) {
    const i = this.#pairs.findIndex((p) => p[0] === String(k));
    if (i < 0) return this.append(k, v);
    this.#pairs = this.#pairs.filter((p, j) => j <= i || p[0] !== String(k));
    this.#pairs[i][1] = String(v);
    this.#done();
  }
  sort() { this.#pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)); this.#done(); }
  forEach(fn, self) { for (const [k, v] of this.#pairs) fn.call(self, v, k, this); }
  keys() { return this.#pairs.map((p) => p[0])[Symbol.iterator](); }
  values() { return this.#pairs.map((p) => p[1])[Symbol.iterator](); }
  entries() { return this.#pairs.map((p) => [p[0], p[1]])[Symbol.iterator](); }
  [Symbol.iterator]() { return this.entries(); }
  get size() { return this.#pairs.length; }
  toString() { return this.#pairs.map(([k, v]) => encodePart(k) + "=" + encodePart(v)).join("&"); }
}

const ports = { "http:": "80", "https:": "443", "ws:": "80", "wss:": "443", "ftp:": "21" };
const shape = /^([a-z][a-z0-9+.-]*:)(?:\/\/(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?)?([^?#]*)(\?[^#]*)?(#.*)?$/i;

const resolvePath = (path) => {
  const out = [];
  const parts = path.split("/");
  parts.forEach((part, i) => {
    if (part === "..") out.length > 1 && out.pop();
    else if (part !== ".") out.push(part);
    if ((part === "." || part === "..") && i === parts.length - 1) out.push("");
  });
  return out.join("/");
};

class URL {
  constructor(text, base) {
    text = String(text).trim();
    let m = shape.exec(text);
    if (!m && base !== undefined) m = shape.exec(URL.#join(text, new URL(base)));
    if (!m) throw new TypeError(`Invalid URL: ${text}`);
    const [user = "", pass = ""] = (m[2] || "").split(":");
    this.protocol = m[1].toLowerCase();
    this.username = user;
    this.password = pass;
    this.hostname = (m[3] || "").toLowerCase();
    this.port = m[4] && m[4] !== ports[this.protocol] ? m[4] : "";
    const hierarchical = this.protocol in ports;
    if (hierarchical && !this.hostname) throw new TypeError(`Invalid URL: ${text}`);
    this.pathname = m[3] !== undefined ? resolvePath(m[5] || "/") : m[5];
    this.search = m[6] && m[6] !== "?" ? m[6] : "";
    this.hash = m[7] && m[7] !== "#" ? m[7] : "";
    Object.defineProperty(this, "searchParams", {
      value: new URLSearchParams(this.search, (s) => { this.search = s && "?" + s; }),
    });
  }
  static #join(text, base) {
    if (text.startsWith("//")) return base.protocol + text;
    if (text.startsWith("/")) return base.origin + text;
    if (text.startsWith("?")) return base.origin + base.pathname + text;
    if (text.startsWith("#")) return base.origin + base.pathname + base.search + text;
    return base.origin + base.pathname.replace(/[^/]*$/, "") + text;
  }
  static canParse(text, base) { try { new URL(text, base); return true; } catch { return false; } }
  get host() { return this.hostname + (this.port && ":" + this.port); }
  get origin() { return this.protocol in ports ? this.protocol + "//" + this.host : "null"; }
  get href() {
    const user = this.username ? this.username + (this.password && ":" + this.password) + "@" : "";
    const slashes = this.hostname || this.protocol === "file:" ? "//" : "";
    return this.protocol + slashes + user + this.host + this.pathname + this.search + this.hash;
  }
  toString() { return this.href; }
  toJSON() { return this.href; }
}

const join = (parts) => parts.map((p) => p.value).join("");

// A formatter may be called without new, and remembers its locale and options as they were.
function formatter(name, build) {
  function Format(locales, options) {
    const self = new.target ? this : Object.create(Format.prototype);
    build.call(self, canonical(locales), options === undefined ? {} : { ...Object(options) });
    return self;
  }
  Object.defineProperty(Format, "name", { value: name, configurable: true });
  Object.defineProperty(Format.prototype, Symbol.toStringTag, { value: "Intl." + name, configurable: true });
  Format.supportedLocalesOf = (locales) => [].concat(locales === undefined ? [] : locales).map((l) => canonical(l));
  return Format;
}

const hide = (self, methods) => {
  for (const k of Object.keys(methods)) Object.defineProperty(self, k, { value: methods[k], writable: true, configurable: true });
};

const time = (d) => (d === undefined ? Date.now() : Number(d));

const DateTimeFormat = formatter("DateTimeFormat", function (locale, options) {
  resolveDate(locale, options);
  const format = (d) => join(dateParts(time(d), locale, options));
  hide(this, {
    format,
    formatToParts: (d) => dateParts(time(d), locale, options),
    formatRange: (a, b) => { const from = format(a), to = format(b); return from === to ? from : from + (locale.startsWith("en") ? "\u2009–\u2009" : " – ") + to; },
    resolvedOptions: () => resolveDate(locale, options),
  });
});

const NumberFormat = formatter("NumberFormat", function (locale, options) {
  resolveNumber(locale, options);
  const number = (n) => (typeof n === "bigint" ? n : Number(n));
  hide(this, {
    format: (n) => join(numberParts(number(n), locale, options)),
    formatToParts: (n) => numberParts(number(n), locale, options),
    resolvedOptions: () => resolveNumber(locale, options),
  });
});

const Collator = formatter("Collator", function (locale, options) {
  hide(this, {
    compare: (a, b) => compare(String(a), String(b), locale, options),
    resolvedOptions: () => ({ locale, usage: "sort", sensitivity: "variant", ignorePunctuation: false, collation: "default", numeric: false, caseFirst: "false", ...options }),
  });
});

const PluralRules = formatter("PluralRules", function (locale, options) {
  const type = options.type || "cardinal";
  hide(this, {
    select: (n) => plural(Number(n), locale, type),
    resolvedOptions: () => ({ locale, type }),
  });
});

const RelativeTimeFormat = formatter("RelativeTimeFormat", function (locale, options) {
  const parts = (n, unit) => relativeParts(Number(n), String(unit), locale, options);
  hide(this, {
    format: (n, unit) => join(parts(n, unit)),
    formatToParts: (n, unit) => parts(n, unit).map((p) => (p.type === "literal" ? p : { ...p, unit: String(unit).replace(/s$/, "") })),
    resolvedOptions: () => ({ locale, style: "long", numeric: "always", numberingSystem: "latn", ...options }),
  });
});

const ListFormat = formatter("ListFormat", function (locale, options) {
  hide(this, {
    format: (list) => join(listParts([...list], locale, options)),
    formatToParts: (list) => listParts([...list], locale, options),
    resolvedOptions: () => ({ locale, type: "conjunction", style: "long", ...options }),
  });
});

const Intl = {};
hide(Intl, {
  DateTimeFormat, NumberFormat, Collator, PluralRules, RelativeTimeFormat, ListFormat,
  getCanonicalLocales: (locales) => (locales === undefined ? [] : [].concat(locales).map((l) => canonical(l))),
});
Object.defineProperty(Intl, Symbol.toStringTag, { value: "Intl", configurable: true });

// structuredClone, with the types that the algorithm knows; a class's instance becomes a plain object.
function structuredClone(value) {
  const seen = new Map();
  const cannot = (v) => {
    const e = new Error(`${typeof v === "function" ? v : String(v)} could not be cloned.`);
    Object.defineProperty(e, "name", { value: "DataCloneError", configurable: true, writable: true });
    e.code = 25;
    throw e;
  };
  const copyFields = (from, to) => {
    for (const k of Object.keys(from)) to[k] = copy(from[k]);
    return to;
  };
  const make = (v) => {
    const type = Object.prototype.toString.call(v).slice(8, -1);
    if (v instanceof Date) return new Date(v.getTime());
    if (v instanceof RegExp) return new RegExp(v.source, v.flags);
    if (v instanceof ArrayBuffer) return v.slice(0);
    if (v instanceof DataView) return new DataView(copy(v.buffer), v.byteOffset, v.byteLength);
    if (ArrayBuffer.isView(v)) return new v.constructor(copy(v.buffer), v.byteOffset, v.length);
    if (v instanceof Number || v instanceof String || v instanceof Boolean || type === "BigInt") return Object(v.valueOf());
    if (v instanceof Promise || v instanceof WeakMap || v instanceof WeakSet) cannot(v);
  };
  const copy = (v) => {
    if (typeof v === "function" || typeof v === "symbol") cannot(v);
    if (v === null || typeof v !== "object") return v;
    if (seen.has(v)) return seen.get(v);
    let out = make(v);
    if (out) {
      seen.set(v, out);
      return out;
    }
    if (v instanceof Error) {
      out = Object.create({ EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }[v.name]?.prototype || Error.prototype);
      out = Object.assign(new out.constructor(v.message), "cause" in v ? { cause: copy(v.cause) } : {});
    } else if (v instanceof Map) out = new Map();
    else if (v instanceof Set) out = new Set();
    else if (Array.isArray(v)) out = new Array(v.length);
    else out = {};
    seen.set(v, out);
    if (v instanceof Map) for (const [k, x] of [...v]) out.set(copy(k), copy(x));
    else if (v instanceof Set) for (const x of [...v]) out.add(copy(x));
    else if (!(v instanceof Error)) copyFields(v, out);
    return out;
  };
  return copy(value);
}

// A weak reference keeps its target here: allowed by the language, and programs use it as a hint only.
class WeakRef {
  #target;
  constructor(target) { this.#target = target; }
  deref() { return this.#target; }
}

class FinalizationRegistry {
  register() {}
  unregister() { return false; }
}

return { TextEncoder, TextDecoder, URL, URLSearchParams, Intl, WeakRef, FinalizationRegistry, structuredClone };
