import { Code, Context } from "./context";
import { now } from "./imports";
import { Payload, Value } from "./value";
import { addPayload, Reader } from "./wire";
import { Writer } from "./write";

type Method = (ctx: Context, args: Value) => Value | null;
type RawMethod = (ctx: Context, args: Payload) => Payload | null;
type Configure = (ctx: Context, config: Value) => bool;
type Close = (ctx: Context) => void;

/** The methods of a capability. One of a task is named "method.taskMethod". */
export class Methods {
  names: string[] = [];
  typed: Map<string, Method> = new Map();
  unread: Map<string, RawMethod> = new Map();

  /** One more method. It returns its result; null is null, or the failure that ctx has. */
  add(name: string, f: Method): Methods {
    this.names.push(name);
    this.typed.set(name, f);
    return this;
  }

  /** One more method, which passes payloads on without reading them. */
  raw(name: string, f: RawMethod): Methods {
    this.names.push(name);
    this.unread.set(name, f);
    return this;
  }
}

/** What a vendor registers: identity, methods by capability, hooks. State lives in variables of the module: an instance carries out one call at a time. */
export class Plugin {
  private capabilities: Map<string, Methods> = new Map();
  private configure: Configure | null = null;
  private close: Close | null = null;

  /** The id and the version are those of plugin.yaml. */
  constructor(private id: string, private version: string) {}

  provide(capability: string, methods: Methods): Plugin {
    this.capabilities.set(capability, methods);
    return this;
  }

  /** Sets the hook that receives the configuration, before the first call and on each change. false refuses it. */
  onConfigure(f: Configure): Plugin {
    this.configure = f;
    return this;
  }

  /** Sets the hook that runs once, at the end. */
  onClose(f: Close): Plugin {
    this.close = f;
    return this;
  }

  describe(): Value {
    const capabilities = Value.object();
    const keys = this.capabilities.keys();
    for (let i = 0; i < keys.length; i++) {
      const list = Value.array();
      const names = this.capabilities.get(keys[i]).names;
      for (let k = 0; k < names.length; k++) list.push(Value.text(names[k]));
      capabilities.set(keys[i], list);
    }
    return Value.object().setText("id", this.id).setText("version", this.version).set("capabilities", capabilities);
  }

  /** Carries out one operation; null: ctx has the failure. */
  operate(op: u64, ctx: Context, args: Payload): Payload | null {
    if (op == 1) return ctx.payload(this.describe(), "the description");
    if (op == 2) return this.apply(ctx, args);
    if (op == 3) return this.call(ctx, args);
    if (op != 4) {
      ctx.fail(Code.Unsupported, "unsupported", "operation " + op.toString() + " is not known to this plugin");
      return null;
    }
    const close = this.close;
    if (close !== null) close(ctx);
    return new Payload();
  }

  private apply(ctx: Context, config: Payload): Payload | null {
    const configure = this.configure;
    if (configure === null) return new Payload();
    const v = ctx.parse(config);
    if (v !== null && configure(ctx, v)) return new Payload();
    if (!ctx.failed || ctx.code == Code.Internal) {
      ctx.fail(Code.Config, "config", ctx.failed ? ctx.message : "the plugin refuses its configuration");
    }
    return null;
  }

  private call(ctx: Context, args: Payload): Payload | null {
    const capability = ctx.info.capability;
    const method = ctx.info.method;
    if (!this.capabilities.has(capability)) return this.unsupported(ctx, "does not provide " + capability);
    const methods = this.capabilities.get(capability);
    if (methods.unread.has(method)) {
      const raw = methods.unread.get(method);
      return raw(ctx, args);
    }
    if (!methods.typed.has(method)) return this.unsupported(ctx, 'has no method "' + method + '" in ' + capability);
    const v = ctx.parse(args);
    if (v === null) return null;
    const f = methods.typed.get(method);
    const result = f(ctx, v);
    if (result !== null) return ctx.payload(result, "the result");
    return ctx.failed ? null : new Payload();
  }

  private unsupported(ctx: Context, what: string): Payload | null {
    ctx.fail(Code.Unsupported, "unsupported", 'plugin "' + this.id + '" ' + what);
    return null;
  }
}

let registered: Plugin | null = null;

/** Sets the plugin that the host calls. */
export function register(plugin: Plugin): void {
  registered = plugin;
}

/** Carries out a request and returns the reply. */
export function serve(request: usize, size: usize): Writer {
  const ctx = new Context();
  const r = new Reader(request, size, "request");
  const op = r.number(1, "operation");
  r.take(2, "padding");
  const left = r.number(4, "deadline");
  const i = ctx.info;
  i.task = r.number(8, "task");
  const sizes = r.take(16, "sizes of the names");
  i.capability = r.text(sizeAt(sizes, 0), "names");
  i.method = r.text(sizeAt(sizes, 1), "names");
  i.app = r.text(sizeAt(sizes, 2), "names");
  i.user = r.text(sizeAt(sizes, 3), "names");
  i.page = r.text(sizeAt(sizes, 4), "names");
  i.trace = r.text(sizeAt(sizes, 5), "names");
  i.caller = r.text(sizeAt(sizes, 6), "names");
  const args = r.payload();
  if (left > 0) ctx.deadline = now() + left * 1_000_000;
  let out: Payload | null = null;
  const plugin = registered;
  if (!r.end()) ctx.fail(Code.Internal, "wire", r.error);
  else if (plugin === null) ctx.fail(Code.Internal, "internal", "the module registers no plugin; its entry file has to call register");
  else out = plugin.operate(op, ctx, args);
  return reply(ctx, out);
}

function sizeAt(sizes: usize, n: usize): usize {
  return sizes == 0 ? 0 : <usize>load<u16>(sizes + 2 * n);
}

function reply(ctx: Context, out: Payload | null): Writer {
  const w = new Writer();
  if (out !== null) {
    w.u32(1);
    addPayload(w, out);
    return w;
  }
  if (!ctx.failed) ctx.fail(Code.Internal, "internal", ctx.info.method + " failed without a reason; call ctx.fail before");
  w.u32(0x0101);
  w.u32(ctx.code);
  w.u32(<u32>String.UTF8.byteLength(ctx.name));
  w.u32(<u32>String.UTF8.byteLength(ctx.message));
  w.u32(<u32>ctx.data.byteLength);
  w.text(ctx.name);
  w.text(ctx.message);
  w.bytes(ctx.data.dataStart, <usize>ctx.data.byteLength);
  return w;
}
