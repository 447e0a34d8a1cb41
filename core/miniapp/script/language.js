// What the language has and the engine lacks. It runs in every realm, before anything else: keep it small.
const { expandRegexp, captureStack } = __dougong;

const define = (o, methods) => {
  for (const k of Reflect.ownKeys(methods)) {
    if (!(k in o)) Object.defineProperty(o, k, { value: methods[k], writable: true, configurable: true });
  }
};

// Compiled code asks for Symbol.asyncIterator by this name if there is none; it must be the same one.
define(Symbol, { asyncIterator: Symbol.for("Symbol.asyncIterator") });

const Native = RegExp;
function RegExpWithClasses(pattern, flags) {
  if (typeof pattern === "string" && typeof flags === "string" && flags.indexOf("u") >= 0 && /\\p\{/i.test(pattern)) pattern = expandRegexp(pattern);
  if (new.target) return Reflect.construct(Native, [pattern, flags], new.target === RegExpWithClasses ? Native : new.target);
  return flags === undefined ? Native(pattern) : Native(pattern, flags);
}
Object.defineProperty(RegExpWithClasses, "name", { value: "RegExp", configurable: true });
Object.defineProperty(RegExpWithClasses, "prototype", { value: Native.prototype, writable: false });
Object.defineProperty(RegExpWithClasses, Symbol.species, { get: () => Native, configurable: true });
Object.defineProperty(Native.prototype, "constructor", { value: RegExpWithClasses, writable: true, configurable: true });
Object.defineProperty(globalThis, "RegExp", { value: RegExpWithClasses, writable: true, configurable: true });

define(Error, {
  captureStackTrace(target) { captureStack(target); },
  stackTraceLimit: 10,
});

const resolved = Promise.resolve();
const then = resolved.then;
return { queue(fn) { then.call(resolved, () => { fn(); }); } };
