// What the engine lacks and programs rarely use: loaded when first asked for.
const { encode, decode, formatDate, formatNumber } = __dougong;

class TextEncoder {
  get encoding() { return "utf-8"; }
  encode(text = "") { return new Uint8Array(encode(String(text))); }
}

class TextDecoder {
  constructor(label = "utf-8") {
    if (!/^utf-?8$/i.test(label)) throw new RangeError(`TextDecoder: the encoding ${label} is not supported, only utf-8`);
  }
  get encoding() { return "utf-8"; }
  decode(bytes) {
    if (bytes === undefined) return "";
    return decode(bytes);
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

const pickLocale = (locales) => (Array.isArray(locales) ? locales[0] : locales) || "zh-CN";

class DateTimeFormat {
  #locale;
  #options;
  constructor(locales, options = {}) {
    this.#locale = pickLocale(locales);
    this.#options = options;
    this.format = (date) => formatDate(date === undefined ? Date.now() : +date, this.#locale, this.#options, "date");
  }
  resolvedOptions() {
    return { locale: this.#locale, calendar: "gregory", numberingSystem: "latn", timeZone: formatDate(0, "", {}, "zone"), ...this.#options };
  }
  static supportedLocalesOf(locales) { return [].concat(locales); }
}

class NumberFormat {
  #locale;
  #options;
  constructor(locales, options = {}) {
    this.#locale = pickLocale(locales);
    this.#options = options;
    this.format = (n) => formatNumber(Number(n), this.#locale, this.#options);
  }
  resolvedOptions() { return { locale: this.#locale, numberingSystem: "latn", ...this.#options }; }
  static supportedLocalesOf(locales) { return [].concat(locales); }
}

class Collator {
  constructor(locales) {
    const locale = pickLocale(locales);
    this.compare = (a, b) => String(a).localeCompare(String(b), locale);
  }
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

return { TextEncoder, TextDecoder, URL, URLSearchParams, Intl: { DateTimeFormat, NumberFormat, Collator }, WeakRef, FinalizationRegistry };
