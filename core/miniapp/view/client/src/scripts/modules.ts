/** A template script as the host gives it: CommonJS, with what the dialect has beside the language. */
type ModuleBody = (
  require: (path: string) => unknown,
  module: { exports: unknown },
  exports: unknown,
  getDate: (...args: unknown[]) => Date,
  getRegExp: (...args: unknown[]) => RegExp,
  constructorName: (v: unknown) => unknown,
) => void;

/** A function of a template script. */
export type ScriptFunction = (...args: unknown[]) => unknown;

/** A function's module and where it is in what the module exports. */
export type ScriptRef = [module: string, ...member: string[]];

/** The template scripts of a mini-program: loaded when first needed, shared by all pages. */
export class Modules {
  private readonly loaded = new Map<string, { exports: unknown }>();

  constructor(private readonly bodies: Record<string, ModuleBody>) {}

  /** The function a template names; undefined if there is none. */
  find([path, ...member]: ScriptRef): ScriptFunction | undefined {
    let value: unknown;
    try {
      value = this.load(path);
    } catch (err) {
      console.error(`template script ${path}:`, err);
      return undefined;
    }
    for (const name of member) value = (value as Record<string, unknown> | null | undefined)?.[name];
    return typeof value === "function" ? (value as ScriptFunction) : undefined;
  }

  has(path: string): boolean {
    return Object.hasOwn(this.bodies, path);
  }

  private load(path: string): unknown {
    let module = this.loaded.get(path);
    if (!module) {
      const body = this.has(path) ? this.bodies[path] : undefined;
      if (!body) throw new Error(`there is no template script ${path}`);
      module = { exports: {} };
      this.loaded.set(path, module);
      try {
        body((name) => this.load(join(path, String(name))), module, module.exports, makeDate, makeRegExp, constructorName);
      } catch (err) {
        this.loaded.delete(path);
        throw err;
      }
    }
    return module.exports;
  }
}

/** Takes the scripts that the host put before the client, so that nobody else finds them. */
export function takeModules(): Modules | undefined {
  const global = globalThis as { __dgScripts?: Record<string, ModuleBody> };
  const bodies = global.__dgScripts;
  delete global.__dgScripts;
  return bodies && new Modules(bodies);
}

/** A path as require resolves it: relative to the module, or from the root. */
function join(from: string, name: string): string {
  const parts = name.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function makeDate(...args: unknown[]): Date {
  return new (Date as new (...args: unknown[]) => Date)(...args);
}

function makeRegExp(...args: unknown[]): RegExp {
  return new (RegExp as unknown as new (...args: unknown[]) => RegExp)(...args);
}

/** x.constructor in the dialect: the name of x's type. */
function constructorName(v: unknown): unknown {
  if (v === null || v === undefined) return undefined;
  const name = Object.prototype.toString.call(v).slice(8, -1);
  return ["Array", "Date", "RegExp", "Function", "Number", "String", "Boolean"].includes(name) ? name : "Object";
}
