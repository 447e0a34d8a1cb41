/** What a value is. */
export enum Kind {
  Null,
  Bool,
  Number,
  Text,
  Bytes,
  Array,
  Object,
}

const kindNames = ["null", "boolean", "number", "string", "bytes", "array", "object"];

/** A payload as it travels: JSON, in which {"$blob": n} stands for attachment n. Empty JSON is null. */
export class Payload {
  json: Uint8Array = new Uint8Array(0);
  blobs: Uint8Array[] = [];
}

/** A JSON value, or bytes: an attachment, which is never base64. */
export class Value {
  truth: bool = false;
  /** A string, or a number as JSON writes it, so that none loses digits on its way through a plugin. */
  str: string = "";
  raw: Uint8Array | null = null;
  names: string[] | null = null;
  items: Value[] | null = null;

  constructor(public kind: Kind) {}

  static nothing(): Value {
    return new Value(Kind.Null);
  }

  static object(): Value {
    return new Value(Kind.Object);
  }

  static array(): Value {
    return new Value(Kind.Array);
  }

  static bool(v: bool): Value {
    const value = new Value(Kind.Bool);
    value.truth = v;
    return value;
  }

  static text(v: string): Value {
    const value = new Value(Kind.Text);
    value.str = v;
    return value;
  }

  static bytes(v: Uint8Array): Value {
    const value = new Value(Kind.Bytes);
    value.raw = v;
    return value;
  }

  static int(v: i64): Value {
    return Value.numeral(v.toString());
  }

  /** Null if it is not finite, which JSON cannot say. */
  static number(v: f64): Value {
    return isFinite(v) ? Value.numeral(v.toString()) : Value.nothing();
  }

  static numeral(v: string): Value {
    const value = new Value(Kind.Number);
    value.str = v;
    return value;
  }

  /** How many items or members it has. */
  get length(): i32 {
    const items = this.items;
    return items === null ? 0 : items.length;
  }

  /** An item of an array, or a member's value. */
  at(i: i32): Value {
    return this.items![i];
  }

  nameAt(i: i32): string {
    return this.names![i];
  }

  /** The member of an object; null if there is none. Of several with one name the last counts, as in JavaScript. */
  get(name: string): Value | null {
    if (this.kind != Kind.Object) return null;
    for (let i = this.length - 1; i >= 0; i--) {
      if (this.nameAt(i) == name) return this.at(i);
    }
    return null;
  }

  /** Puts a value into an object, replacing the member of that name. Returns the object. */
  set(name: string, v: Value): Value {
    for (let i = 0; i < this.length; i++) {
      if (this.nameAt(i) == name) {
        this.items![i] = v;
        return this;
      }
    }
    return this.add(name, v);
  }

  /** Puts a value at the end of an object. */
  add(name: string, v: Value): Value {
    if (this.names === null) this.names = [];
    this.names!.push(name);
    return this.push(v);
  }

  /** Puts a value at the end of an array. Returns the array. */
  push(v: Value): Value {
    if (this.items === null) this.items = [];
    this.items!.push(v);
    return this;
  }

  setText(name: string, v: string): Value {
    return this.set(name, Value.text(v));
  }

  setInt(name: string, v: i64): Value {
    return this.set(name, Value.int(v));
  }

  setNumber(name: string, v: f64): Value {
    return this.set(name, Value.number(v));
  }

  setBool(name: string, v: bool): Value {
    return this.set(name, Value.bool(v));
  }

  setBytes(name: string, v: Uint8Array): Value {
    return this.set(name, Value.bytes(v));
  }

  /** The text, or "". */
  asText(): string {
    return this.kind == Kind.Text ? this.str : "";
  }

  /** The bytes, or none. */
  asBytes(): Uint8Array {
    const raw = this.raw;
    return this.kind == Kind.Bytes && raw !== null ? raw : new Uint8Array(0);
  }

  asBool(otherwise: bool): bool {
    return this.kind == Kind.Bool ? this.truth : otherwise;
  }

  asNumber(otherwise: f64): f64 {
    return this.kind == Kind.Number ? parseFloat(this.str) : otherwise;
  }

  /** The whole number, if isWhole. */
  asInt(otherwise: i64): i64 {
    return this.isWhole() ? whole : otherwise;
  }

  /** Whether it is a whole number of 64 bits; 1.0 and 1e3 are. */
  isWhole(): bool {
    if (this.kind != Kind.Number) return false;
    if (digits(this.str)) return true;
    const n = parseFloat(this.str);
    if (!(Math.abs(n) <= 9007199254740992.0) || n != Math.trunc(n)) return false;
    whole = <i64>n;
    return true;
  }

  /** What it is, for messages. */
  kindName(): string {
    return kindNames[this.kind];
  }
}

/** The number that digits or isWhole has read last. */
let whole: i64 = 0;

/** Reads digits without going through floating point, which holds 53 bits. */
function digits(s: string): bool {
  const minus = s.charCodeAt(0) == 0x2d;
  const limit: u64 = <u64>i64.MAX_VALUE + <u64>minus;
  let n: u64 = 0;
  for (let i = <i32>minus; i < s.length; i++) {
    const d = <u64>(s.charCodeAt(i) - 0x30);
    if (d > 9 || n > (limit - d) / 10) return false;
    n = n * 10 + d;
  }
  whole = minus ? <i64>(0 - n) : <i64>n;
  return true;
}

/** How many Unicode characters a text has; length counts those past U+FFFF twice. */
export function characters(s: string): i32 {
  const ones: u64 = 0x0001000100010001;
  const from = changetype<usize>(s);
  let n = s.length;
  let i = 0;
  for (; s.length - i >= 4; i += 4) {
    // Four units in a turn: of those that are the second half of a pair, the top bit stays.
    const other = (load<u64>(from + 2 * <usize>i) & (ones * 0xfc00)) ^ (ones * 0xdc00);
    n -= <i32>popcnt<u64>(~(((other & (ones * 0x7fff)) + ones * 0x7fff) | other) & (ones * 0x8000));
  }
  for (; i < s.length; i++) n -= i32((s.charCodeAt(i) & 0xfc00) == 0xdc00);
  return n;
}
