// An Extism plugin written with the AssemblyScript PDK, as a vendor would.
import { Config, Host, LogLevel, Var } from "@extism/as-pdk/lib/pdk";
import { alloc, error_set, http_request, length, load_u8, store_u8 } from "@extism/as-pdk/lib/env";

function onAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  unreachable();
}

function answer(s: string): void {
  Host.output(Uint8Array.wrap(String.UTF8.encode(s)));
}

function put(s: string): u64 {
  const bytes = Uint8Array.wrap(String.UTF8.encode(s));
  const at = alloc(bytes.length);
  for (let i = 0; i < bytes.length; i++) store_u8(at + i, bytes[i]);
  return at;
}

export function echo(): i32 {
  Host.output(Host.input());
  return 0;
}

export function upper(): i32 {
  answer(Host.inputString().toUpperCase());
  return 0;
}

export function config(): i32 {
  const value = Config.get(Host.inputString().slice(1, -1));
  answer(value === null ? "null" : '"' + value + '"');
  return 0;
}

export function vars_set(): i32 {
  Var.set("v", Host.input());
  return 0;
}

export function vars_get(): i32 {
  const value = Var.get("v");
  if (value === null) answer("null");
  else Host.output(value);
  return 0;
}

export function vars_remove(): i32 {
  Var.remove("v");
  return 0;
}

export function log(): i32 {
  Host.log(LogLevel.Info, "at info: 信息");
  Host.log(LogLevel.Error, "at error");
  return 0;
}

export function fail(): i32 {
  error_set(put(Host.inputString()));
  return 1;
}

export function fetch(): i32 {
  const url = Host.inputString();
  const body = http_request(put('{"url":' + url + ',"method":"GET"}'), 0);
  let text = "";
  for (let i: u64 = 0; i < length(body); i++) text += String.fromCharCode(load_u8(body + i));
  answer('"' + text + '"');
  return 0;
}

export function spin(): i32 {
  let n = 0;
  while (true) n++;
  return n;
}

export function bomb(): i32 {
  while (true) {
    const at = alloc(1 << 20);
    store_u8(at, 1);
  }
  return 0;
}

export function crash(): i32 {
  unreachable();
  return 0;
}
