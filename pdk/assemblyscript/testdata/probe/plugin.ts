/** What the conformance contract does not reach: every service of the host, and JSON read and written again. */
import { Context, Header, HttpRequest, Level, Methods, Plugin, register, Value } from "../../dougong";
export { dg_alloc, dg_call } from "../../dougong";

function bytes(s: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(s));
}

function same(ctx: Context, args: Value): Value | null {
  return Value.array().push(args);
}

function services(ctx: Context, args: Value): Value | null {
  const r = Value.object();
  const present = ctx.kvGet("present");
  if (ctx.failed) return null;
  r.setBytes("present", present.value);
  const absent = ctx.kvGet("absent");
  if (ctx.failed) return null;
  r.setBool("absent", !absent.found);
  if (!ctx.kvSet("k", bytes("v")) || !ctx.kvDelete("k")) return null;
  const keys = ctx.kvList("p");
  if (ctx.failed) return null;
  const list = Value.array();
  for (let i = 0; i < keys.length; i++) list.push(Value.text(keys[i]));
  r.set("keys", list);
  const q = new HttpRequest("https://x.example/");
  q.method = "POST";
  q.headers = [new Header("a", "1"), new Header("b", "2"), new Header("a", "3")];
  q.body = bytes("b");
  q.timeoutMs = 5;
  const page = ctx.http(q);
  if (ctx.failed) return null;
  r.setInt("status", page.status).setText("header", page.header("Content-Type")).setBytes("body", page.body);
  if (!ctx.checkDomain("request", "https://x.example/")) return null;
  r.setInt("button", ctx.confirm("t", "c", ["yes", "no"]));
  if (ctx.failed) return null;
  r.setText("secret", ctx.secret("n"));
  if (ctx.failed) return null;
  r.setBytes("key", ctx.dataKey(16));
  if (ctx.failed) return null;
  r.setText("was", ctx.anchor(u64.MAX_VALUE).toString());
  const data = Value.object().setNumber("x", 1.5);
  if (ctx.failed || !ctx.after(5, "m", data) || ctx.service("x.y", data) === null) return null;
  ctx.log(Level.Debug, "line");
  ctx.log(Level.Error, "行", ["a", "1", "b", ""]);
  if (!ctx.emit("e", data) || !ctx.end("f", Value.nothing())) return null;
  return r;
}

register(new Plugin("dougong.probe.assemblyscript", "1.0.0").provide("dougong.probe/v1", new Methods().add("same", same).add("services", services)));
