import { emit as hostEmit, log as hostLog, now, pause, reply as hostReply, service as hostService } from "./imports";
import { Parser } from "./parse";
import { Kind, Payload, Value } from "./value";
import { addPayload, fits, Reader } from "./wire";
import { write, Writer } from "./write";

/** The platform's codes. A contract's own are 10000 and above. */
export enum Code {
  Internal = 1,
  InvalidParams = 2,
  InvalidResult = 3,
  Unsupported = 4,
  Denied = 5,
  Domain = 6,
  Quota = 7,
  Timeout = 8,
  Canceled = 9,
  Unavailable = 10,
  TooLarge = 11,
  Vetoed = 12,
  NotFound = 14,
  Busy = 15,
  Corrupt = 16,
  Config = 17,
}

/** How much a line of log matters. */
export enum Level {
  Debug,
  Info,
  Warn,
  Error,
}

/** Who calls. The host fills it in; nobody can forge it. */
export class Info {
  /** "dougong.payment/v1" */
  capability: string = "";
  /** "requestPayment", or "connectSocket.send" for a method of a task */
  method: string = "";
  /** the mini-program's id; empty for a call by the host itself */
  app: string = "";
  user: string = "";
  page: string = "";
  /** 32 hex digits */
  trace: string = "";
  /** empty for a mini-program, else the calling plugin's id */
  caller: string = "";
  /** the task that the call starts or belongs to; 0: none */
  task: u64 = 0;
}

/** What kvGet finds. */
export class KvValue {
  constructor(public found: bool, public value: Uint8Array) {}
}

export class Header {
  constructor(public name: string, public value: string) {}
}

export class HttpRequest {
  method: string = "GET";
  headers: Header[] = [];
  body: Uint8Array = new Uint8Array(0);
  /** 0: the call's deadline */
  timeoutMs: i32 = 0;

  constructor(public url: string) {}
}

export class HttpResponse {
  /** 400 and above is no failure */
  status: i32 = 0;
  headers: Header[] = [];
  body: Uint8Array = new Uint8Array(0);

  /** The first value of a header, whatever the case of its name; or "". */
  header(name: string): string {
    const lower = name.toLowerCase();
    for (let i = 0; i < this.headers.length; i++) {
      if (this.headers[i].name.toLowerCase() == lower) return this.headers[i].value;
    }
    return "";
  }
}

/**
 * A call under way: who calls, the failure if there is one, and the host's services, which plugin.yaml has to require and the operator
 * to grant; else they fail with Code.Denied. Whatever fails sets failed; a method that then returns null fails with that reason.
 */
export class Context {
  info: Info = new Info();
  failed: bool = false;
  code: i32 = 0;
  name: string = "";
  message: string = "";
  /** further detail as JSON, or empty */
  data: Uint8Array = new Uint8Array(0);
  /** of the monotonic clock, in nanoseconds; 0: none */
  deadline: u64 = 0;

  /** Sets the failure and returns null: `return ctx.fail(10001, "no-name", "name is empty; say whom to greet");` */
  fail(code: i32, name: string, message: string): Value | null {
    this.failed = true;
    this.code = code == 0 ? Code.Internal : code;
    this.name = name;
    this.message = message;
    this.data = new Uint8Array(0);
    return null;
  }

  /** Adds data to the failure. */
  failData(data: Value): void {
    const p = write(data);
    if (p !== null) this.data = p.json;
  }

  /** Goes on in spite of a failure. */
  forgetFailure(): void {
    this.failed = false;
  }

  // ---- fields of the arguments; absent or of another type, the call fails with code 2, which names the field ----

  private need(args: Value, name: string, kind: Kind): Value {
    const v = args.get(name);
    const want = new Value(kind).kindName();
    if (v === null) {
      this.fail(Code.InvalidParams, "invalidParams", name + " is missing: expected " + want);
      return Value.nothing();
    }
    if (v.kind != kind) this.fail(Code.InvalidParams, "invalidParams", name + ": expected " + want + ", found " + v.kindName());
    return v;
  }

  text(args: Value, name: string): string {
    return this.need(args, name, Kind.Text).asText();
  }

  bytes(args: Value, name: string): Uint8Array {
    return this.need(args, name, Kind.Bytes).asBytes();
  }

  bool(args: Value, name: string): bool {
    return this.need(args, name, Kind.Bool).asBool(false);
  }

  number(args: Value, name: string): f64 {
    return this.need(args, name, Kind.Number).asNumber(0);
  }

  int(args: Value, name: string): i64 {
    const v = this.need(args, name, Kind.Number);
    if (v.kind == Kind.Number && !v.isWhole()) {
      this.fail(Code.InvalidParams, "invalidParams", name + ": expected a whole number of 64 bits, found " + v.str.slice(0, 40));
    }
    return v.asInt(0);
  }

  // ---- time ----

  /** Milliseconds until the deadline; -1: there is none. */
  timeLeft(): i64 {
    if (this.deadline == 0) return -1;
    const t = now();
    return t < this.deadline ? <i64>((this.deadline - t + 999_999) / 1_000_000) : 0;
  }

  /** Waits. false: the deadline came first. */
  sleep(ms: i64): bool {
    const end = now() + <u64>max<i64>(ms, 0) * 1_000_000;
    for (let t = now(); t < end; t = now()) {
      // The host ends a sleep at the deadline, so the clock is asked again.
      if (this.timeLeft() == 0) {
        this.fail(Code.Timeout, "timeout", "the deadline of " + this.info.method + " passed in a sleep");
        return false;
      }
      pause(end - t);
    }
    return true;
  }

  // ---- the host's services ----

  /** Reads a payload; null: it is malformed. */
  parse(p: Payload): Value | null {
    const parser = new Parser(p);
    const v = parser.parse();
    return v === null ? this.fail(Code.InvalidParams, "invalidParams", parser.error) : v;
  }

  /** The payload of a value; null: it is too deep or too large. */
  payload(v: Value, what: string): Payload | null {
    const p = write(v);
    if (p === null) {
      this.fail(Code.Internal, "internal", what + " is nested more than 512 deep");
      return null;
    }
    if (!fits(p)) {
      this.fail(Code.TooLarge, "tooLarge", what + " has more than 64 MiB or 4096 attachments");
      return null;
    }
    return p;
  }

  /** Fetches the reply, which the host holds until then. */
  private fetch(size: u32): Payload | null {
    const at = heap.alloc(size);
    hostReply(at, size);
    const p = this.readReply(new Reader(at, size, "reply of the host"));
    heap.free(at);
    return p;
  }

  private readReply(r: Reader): Payload | null {
    const status = r.number(1, "status");
    r.take(2, "padding");
    if (status == 0) {
      const p = r.payload();
      if (r.end()) return p;
    } else {
      const code = <i32>r.number(4, "code");
      const name = <usize>r.number(4, "size of the name");
      const message = <usize>r.number(4, "size of the message");
      const data = <usize>r.number(4, "size of the data");
      this.fail(code, r.text(name, "name"), r.text(message, "message"));
      this.data = r.bytes(data, "data");
      if (status != 1 || code == 0) r.malformed("expected the status 0, or 1 and a code");
      if (r.end()) return null;
    }
    this.fail(Code.Internal, "wire", r.error);
    return null;
  }

  /** Any service by its name; null: it failed. */
  service(name: string, args: Value): Value | null {
    const p = this.payload(args, name);
    if (p === null) return null;
    const w = new Writer();
    w.u16(1);
    w.sized(name, 2);
    addPayload(w, p);
    const answer = this.fetch(hostService(w.start, <u32>w.size));
    w.free();
    return answer === null ? null : this.parse(answer);
  }

  /** Says that the host's answer is not what the protocol promises. */
  private odd(service: string): void {
    this.fail(Code.InvalidResult, "invalidResult", "the host's answer to " + service + " lacks what it has to have");
  }

  kvGet(key: string): KvValue {
    const answer = this.service("kv.get", Value.object().setText("key", key));
    const found = answer !== null && member(answer, "found").asBool(false);
    return new KvValue(found, found ? member(answer!, "value").asBytes() : new Uint8Array(0));
  }

  kvSet(key: string, value: Uint8Array): bool {
    return this.service("kv.set", Value.object().setText("key", key).setBytes("value", value)) !== null;
  }

  kvDelete(key: string): bool {
    return this.service("kv.delete", Value.object().setText("key", key)) !== null;
  }

  /** All keys that begin with prefix, in byte order. */
  kvList(prefix: string): string[] {
    const keys: string[] = [];
    let more = true;
    while (more) {
      const args = Value.object().setText("prefix", prefix);
      if (keys.length > 0) args.setText("after", keys[keys.length - 1]);
      const answer = this.service("kv.list", args);
      if (answer === null) break;
      const list = member(answer, "keys");
      for (let i = 0; i < list.length; i++) keys.push(list.at(i).asText());
      more = list.length > 0 && member(answer, "more").asBool(false);
    }
    return keys;
  }

  /** Carries out a request by the host's network provider. */
  http(q: HttpRequest): HttpResponse {
    const args = Value.object().setText("method", q.method).setText("url", q.url);
    if (q.headers.length > 0) {
      const headers = Value.object();
      for (let i = 0; i < q.headers.length; i++) {
        const h = q.headers[i];
        let values = headers.get(h.name);
        if (values === null) {
          values = Value.array();
          headers.set(h.name, values);
        }
        values.push(Value.text(h.value));
      }
      args.set("headers", headers);
    }
    if (q.body.byteLength > 0) args.setBytes("body", q.body);
    if (q.timeoutMs > 0) args.setInt("timeout_ms", q.timeoutMs);
    const out = new HttpResponse();
    const answer = this.service("http.request", args);
    if (answer === null) return out;
    const status = member(answer, "status");
    if (!status.isWhole()) this.odd("http.request");
    out.status = <i32>status.asInt(0);
    out.body = member(answer, "body").asBytes();
    const headers = member(answer, "headers");
    for (let i = 0; headers.kind == Kind.Object && i < headers.length; i++) {
      const values = headers.at(i);
      for (let k = 0; k < values.length; k++) out.headers.push(new Header(headers.nameAt(i), values.at(k).asText()));
    }
    return out;
  }

  /** Asks the user; the number of the button that was chosen, -1 if the dialog was dismissed or it failed. */
  confirm(title: string, content: string, buttons: string[]): i32 {
    const list = Value.array();
    for (let i = 0; i < buttons.length; i++) list.push(Value.text(buttons[i]));
    const answer = this.service("ui.confirm", Value.object().setText("title", title).setText("content", content).set("buttons", list));
    if (answer === null) return -1;
    const n = member(answer, "button").asInt(-2);
    if (n >= -1 && n < <i64>buttons.length) return <i32>n;
    this.odd("ui.confirm");
    return -1;
  }

  /** A secret that plugin.yaml lists. */
  secret(name: string): string {
    const answer = this.service("secret.get", Value.object().setText("name", name));
    if (answer === null) return "";
    const v = member(answer, "value");
    if (v.kind != Kind.Text) this.odd("secret.get");
    return v.asText();
  }

  /** The data key, 16 or 32 bytes, of this plugin, app and user. */
  dataKey(size: i32): Uint8Array {
    const answer = this.service("key.data", Value.object().setInt("size", size));
    if (answer === null) return new Uint8Array(0);
    const key = member(answer, "key").asBytes();
    if (key.byteLength != size) this.odd("key.data");
    return key;
  }

  /** Raises the counter of this plugin, app and user, which never falls; what it was. */
  anchor(at: u64): u64 {
    const answer = this.service("key.anchor", Value.object().set("at", Value.numeral(at.toString())));
    if (answer === null) return 0;
    const was = member(answer, "was");
    if (was.kind != Kind.Number) this.odd("key.anchor");
    return U64.parseInt(was.str);
  }

  /** May this app reach url by its list "request", "uploadFile", "downloadFile" or "socket"? */
  checkDomain(list: string, url: string): bool {
    return this.service("domain.check", Value.object().setText("list", list).setText("url", url)) !== null;
  }

  /** Has a method of this plugin called once, later, with data. */
  after(delayMs: i64, method: string, data: Value): bool {
    return this.service("timer.after", Value.object().setInt("delay_ms", max<i64>(delayMs, 0)).setText("method", method).set("data", data)) !== null;
  }

  // ---- events and log ----

  /** An event of the call's task, or of the capability if it has none. */
  emit(event: string, data: Value): bool {
    return this.emitTo(this.info.task, event, data, false);
  }

  /** The task's last event. */
  end(event: string, data: Value): bool {
    return this.emitTo(this.info.task, event, data, true);
  }

  /** An event of another task of this instance. */
  emitTo(task: u64, event: string, data: Value, last: bool): bool {
    const p = this.payload(data, "the event " + event);
    if (p === null) return false;
    const w = new Writer();
    w.u8(1);
    w.u8(last);
    w.u16(<u32>String.UTF8.byteLength(event));
    w.u64(task);
    w.text(event);
    addPayload(w, p);
    const refusal = hostEmit(w.start, <u32>w.size);
    w.free();
    return refusal == 0 || this.fetch(refusal) !== null;
  }

  /** A line of the host's log. Names and values follow in turn. */
  log(level: Level, message: string, fields: string[] = []): void {
    const w = new Writer();
    w.u8(1);
    w.u8(level);
    w.u16(<u32>((fields.length + 1) / 2));
    w.sized(message, 4);
    for (let i = 0; i < fields.length; i++) w.sized(fields[i], 4);
    if (fields.length % 2 != 0) w.u32(0); // a name without a value
    hostLog(w.start, <u32>w.size);
    w.free();
  }
}

/** The member, or null as a value. */
function member(v: Value, name: string): Value {
  const m = v.get(name);
  return m === null ? Value.nothing() : m;
}
