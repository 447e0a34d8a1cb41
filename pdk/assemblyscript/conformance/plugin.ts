/** The conformance plugin in AssemblyScript: one method for each thing that the plugin protocol lets a plugin do. */
import { characters, Code, Context, HttpRequest, Level, Methods, Payload, Plugin, register, Value } from "../dougong";
export { dg_alloc, dg_call } from "../dougong";

const NO_SESSION = 70002;

let greeting = "";
let calls: i64 = 0;
const sessions = new Map<u64, i64>(); // how much was sent, by task

function echo(ctx: Context, args: Payload): Payload | null {
  return args;
}

function inspect(ctx: Context, args: Value): Value | null {
  const text = ctx.text(args, "text");
  if (ctx.failed) return null;
  const result = Value.object().setText("text", text).setInt("characters", characters(text));
  if (args.get("data") !== null) result.setBytes("data", ctx.bytes(args, "data").slice().reverse());
  return ctx.failed ? null : result;
}

function whoami(ctx: Context, args: Value): Value | null {
  const i = ctx.info;
  return Value.object()
    .setText("capability", i.capability)
    .setText("method", i.method)
    .setText("app", i.app)
    .setText("user", i.user)
    .setText("page", i.page)
    .setText("trace", i.trace)
    .setText("caller", i.caller);
}

function fail(ctx: Context, args: Value): Value | null {
  const code = ctx.int(args, "code");
  const name = ctx.text(args, "name");
  const message = ctx.text(args, "message");
  return ctx.failed ? null : ctx.fail(<i32>code, name, message);
}

function configured(ctx: Context, args: Value): Value | null {
  return Value.object().setText("greeting", greeting);
}

function count(ctx: Context, args: Value): Value | null {
  calls++;
  return Value.object().setInt("count", calls);
}

function big(ctx: Context, args: Value): Value | null {
  const size = ctx.int(args, "size");
  if (ctx.failed) return null;
  if (size < 0 || size > 64 << 20) return ctx.fail(Code.InvalidParams, "invalidParams", "size: expected 0 to 67108864, found " + size.toString());
  const data = new Uint8Array(<i32>size);
  for (let i = 0; i < min<i32>(251, data.length); i++) data[i] = <u8>i;
  // What is there is copied behind itself, so that it takes few turns of a loop. Copies begin at multiples of 251.
  for (let have = 251; have < data.length; have *= 2) data.copyWithin(have, 0, min<i32>(have, data.length - have));
  return Value.object().setBytes("data", data);
}

function kv(ctx: Context, args: Value): Value | null {
  const key = ctx.text(args, "key");
  const value = ctx.bytes(args, "value");
  if (ctx.failed) return null;
  const before = ctx.kvGet(key);
  if (ctx.failed || !ctx.kvSet(key, value)) return null;
  const result = Value.object().setBool("found", before.found);
  return before.found ? result.setBytes("before", before.value) : result;
}

function fetch(ctx: Context, args: Value): Value | null {
  const url = ctx.text(args, "url");
  if (ctx.failed) return null;
  const page = ctx.http(new HttpRequest(url));
  return ctx.failed ? null : Value.object().setInt("status", page.status).setBytes("body", page.body);
}

function log(ctx: Context, args: Value): Value | null {
  ctx.log(Level.Warn, ctx.text(args, "text"), ["n", "7"]);
  return null;
}

function sleep(ctx: Context, args: Value): Value | null {
  ctx.sleep(ctx.int(args, "ms"));
  return null;
}

function spin(ctx: Context, args: Value): Value | null {
  while (true) calls++;
  return null;
}

function crash(ctx: Context, args: Value): Value | null {
  throw new Error("crash as asked");
}

function countdown(ctx: Context, args: Value): Value | null {
  const from = ctx.int(args, "from");
  for (let left = from - 1; left >= 0; left--) {
    const data = new Uint8Array(1);
    data[0] = <u8>(left % 251);
    if (!ctx.emit("tick", Value.object().setInt("left", left).setBytes("data", data))) return null;
  }
  return Value.object().setInt("ticks", from);
}

function open(ctx: Context, args: Value): Value | null {
  sessions.set(ctx.info.task, 0);
  return null;
}

/** Whether the call's session is open; if not, the call fails. */
function isOpen(ctx: Context): bool {
  const task = ctx.info.task;
  if (sessions.has(task)) return true;
  ctx.fail(NO_SESSION, "no-session", "task " + task.toString() + " is no open session; open one by session");
  return false;
}

function send(ctx: Context, args: Value): Value | null {
  const text = ctx.text(args, "text");
  if (!isOpen(ctx) || ctx.failed || !ctx.emit("message", Value.object().setText("text", text))) return null;
  const sent = sessions.get(ctx.info.task) + 1;
  sessions.set(ctx.info.task, sent);
  return Value.object().setInt("sent", sent);
}

function close(ctx: Context, args: Value): Value | null {
  if (!isOpen(ctx)) return null;
  sessions.delete(ctx.info.task);
  ctx.end("closed", Value.nothing());
  return null;
}

function configure(ctx: Context, config: Value): bool {
  const value = config.get("greeting");
  const text = value === null ? "" : value.asText();
  if (text == "refuse") {
    ctx.fail(Code.Config, "config", 'greeting: "refuse" is refused; give another');
    return false;
  }
  greeting = text;
  return true;
}

register(
  new Plugin("dougong.conformance.assemblyscript", "1.0.0")
    .provide(
      "dougong.conformance/v1",
      new Methods()
        .raw("echo", echo)
        .add("inspect", inspect)
        .add("whoami", whoami)
        .add("fail", fail)
        .add("configured", configured)
        .add("count", count)
        .add("big", big)
        .add("kv", kv)
        .add("fetch", fetch)
        .add("log", log)
        .add("sleep", sleep)
        .add("spin", spin)
        .add("crash", crash)
        .add("countdown", countdown)
        .add("session", open)
        .add("session.send", send)
        .add("session.close", close),
    )
    .onConfigure(configure),
);
