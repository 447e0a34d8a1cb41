/**
 * The AssemblyScript kit for Dougong capability plugins (WebAssembly, native ABI). README.md is the manual.
 *
 * A plugin's entry file calls `register` once and exports what the host calls:
 *
 *     import { register, Context, Methods, Plugin, Value } from "./dougong";
 *     export { dg_alloc, dg_call } from "./dougong";
 *
 *     function greet(ctx: Context, args: Value): Value | null {
 *       const name = ctx.text(args, "name");
 *       if (ctx.failed) return null;
 *       return Value.object().setText("greeting", "hello, " + name);
 *     }
 *
 *     register(new Plugin("com.example.hello", "1.0.0").provide("example.hello/v1", new Methods().add("greet", greet)));
 */
export { dg_alloc, dg_call } from "./abi";
export { Code, Context, Header, HttpRequest, HttpResponse, Info, KvValue, Level } from "./context";
export { Methods, Plugin, register } from "./plugin";
export { characters, Kind, Payload, Value } from "./value";
