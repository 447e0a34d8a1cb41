// Newer parts of the language, which few programs use and every realm would pay for: it runs when a module is loaded that
// speaks of one of them. language.go has the names.
const define = (o, methods) => {
  for (const k of Reflect.ownKeys(methods)) {
    if (!(k in o)) Object.defineProperty(o, k, { value: methods[k], writable: true, configurable: true });
  }
};

const group = (items, key, add) => {
  let i = 0;
  for (const item of items) add(key(item, i++), item);
};
define(Object, {
  groupBy(items, key) {
    const out = Object.create(null);
    group(items, key, (k, item) => (out[k] ? out[k].push(item) : (out[k] = [item])));
    return out;
  },
});
define(Map, {
  groupBy(items, key) {
    const out = new Map();
    group(items, key, (k, item) => (out.has(k) ? out.get(k).push(item) : out.set(k, [item])));
    return out;
  },
});
define(Array, {
  async fromAsync(items, map) {
    const out = [];
    const asyncIterator = items[Symbol.asyncIterator];
    if (asyncIterator) {
      for (let it = asyncIterator.call(items), step; !(step = await it.next()).done; ) out.push(map ? await map(step.value, out.length) : step.value);
      return out;
    }
    for (const item of items[Symbol.iterator] ? items : Array.from(items)) {
      const v = await item;
      out.push(map ? await map(v, out.length) : v);
    }
    return out;
  },
});
define(Promise, {
  withResolvers() {
    let resolve, reject;
    const promise = new this((a, b) => { resolve = a; reject = b; });
    return { promise, resolve, reject };
  },
  try(fn, ...args) { return new this((ok) => ok(fn(...args))); },
});

const wellFormed = (text) => {
  let out = "";
  for (const c of text) out += c.length === 1 && c >= "\ud800" && c <= "\udfff" ? "\ufffd" : c;
  return out;
};
define(String.prototype, {
  isWellFormed() { return wellFormed(String(this)) === String(this); },
  toWellFormed() { return wellFormed(String(this)); },
});
const tag = (name, attribute) => ({
  [name](value) {
    const text = attribute ? ` ${attribute}="${String(value).replace(/"/g, "&quot;")}"` : "";
    const element = { anchor: "a", link: "a", bold: "b", italics: "i", fixed: "tt", fontcolor: "font", fontsize: "font" }[name] || name;
    return `<${element}${text}>${this}</${element}>`;
  },
}[name]);
for (const [name, attribute] of [["anchor", "name"], ["big"], ["bold"], ["fixed"], ["fontcolor", "color"], ["fontsize", "size"], ["italics"], ["link", "href"], ["small"], ["strike"], ["sub"], ["sup"]]) {
  define(String.prototype, { [name]: tag(name, attribute) });
}
define(Date.prototype, {
  getYear() { return this.getFullYear() - 1900; },
  setYear(y) { return this.setFullYear(y >= 0 && y <= 99 ? 1900 + Math.trunc(y) : y); },
  toGMTString() { return this.toUTCString(); },
});
const Typed = Object.getPrototypeOf(Uint8Array);
const from = Typed.from;
Object.defineProperty(Typed, "from", {
  value: { from(items, ...rest) { return from.call(this, typeof items === "string" ? [...items] : items, ...rest); } }.from,
  writable: true, configurable: true,
});

// Iterator helpers.
const Iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
define(Iterators, {
  *map(fn) { let i = 0; for (const x of this) yield fn(x, i++); },
  *filter(fn) { let i = 0; for (const x of this) if (fn(x, i++)) yield x; },
  *take(n) { if (n > 0) for (const x of this) { yield x; if (--n <= 0) return; } },
  *drop(n) { for (const x of this) if (n > 0) n--; else yield x; },
  *flatMap(fn) { let i = 0; for (const x of this) yield* fn(x, i++); },
  toArray() { return [...this]; },
  forEach(fn) { let i = 0; for (const x of this) fn(x, i++); },
  some(fn) { let i = 0; for (const x of this) if (fn(x, i++)) return true; return false; },
  every(fn) { let i = 0; for (const x of this) if (!fn(x, i++)) return false; return true; },
  find(fn) { let i = 0; for (const x of this) if (fn(x, i++)) return x; },
  reduce(fn, ...init) {
    let i = 0, sum = init[0], started = init.length > 0;
    for (const x of this) { sum = started ? fn(sum, x, i) : x; started = true; i++; }
    if (!started) throw new TypeError("Reduce of a done iterator with no initial value");
    return sum;
  },
});
