/**
 * The JSON reader (RFC 8259). Open containers wait in a list, not on the stack. A lone surrogate becomes U+FFFD, as in the other kits.
 */
import { Kind, Payload, Value } from "./value";

/** As deep as the host lets a payload nest. */
export const DEPTH = 512;

const ONES: u64 = 0x0101010101010101;

/** How many bytes at s are surely plain ASCII, neither quote nor backslash. A loop's turn is what a host that can stop a module pays for. */
function plain(s: usize, left: usize): usize {
  let i: usize = 0;
  for (; left - i >= 8; i += 8) {
    const w = load<u64>(s + i);
    const quote = w ^ (ONES * 0x22);
    const slash = w ^ (ONES * 0x5c);
    if (((w | (w - ONES * 0x20) | ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash)) & (ONES * 0x80)) != 0) break;
  }
  return i;
}

/** How many bytes come before a quote, a backslash or a control character; a few fewer, if the last are in one word with it. */
function unescaped(s: usize, left: usize): usize {
  let i: usize = 0;
  for (; left - i >= 8; i += 8) {
    const w = load<u64>(s + i);
    const quote = w ^ (ONES * 0x22);
    const slash = w ^ (ONES * 0x5c);
    const marked = ((w - ONES * 0x20) & ~w) | ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash);
    if ((marked & (ONES * 0x80)) != 0) break;
  }
  return i;
}

/** Whether a word begins with a UTF-8 sequence of three bytes. Those that begin with E0 or ED may be none and are left to others. */
// @ts-ignore: decorator
@inline
function three(w: u32): bool {
  return (w & 0xc0c0f0) == 0x8080e0 && (w & 0xff) != 0xe0 && (w & 0xff) != 0xed;
}

/** Its character. */
// @ts-ignore: decorator
@inline
function unit(w: u32): u64 {
  return <u64>(((w & 0x0f) << 12) | ((w >> 2) & 0xfc0) | ((w >> 16) & 0x3f));
}

/** Four ASCII bytes as four UTF-16 units. */
// @ts-ignore: decorator
@inline
function widen(w: u64): u64 {
  w &= 0xffffffff;
  w = (w | (w << 16)) & 0x0000ffff0000ffff;
  return (w | (w << 8)) & 0x00ff00ff00ff00ff;
}

export class Parser {
  /** What is wrong, or "". */
  error: string = "";
  private s: usize;
  private size: usize;
  private at: usize = 0;
  private text: usize = 0; // room for the string being read, in UTF-16
  private room: usize = 0;

  constructor(private from: Payload) {
    this.s = from.json.dataStart;
    this.size = <usize>from.json.byteLength;
  }

  /** Reads the payload; null: error says what is wrong. */
  parse(): Value | null {
    if (this.size == 0) return Value.nothing();
    let v = this.document();
    if (v !== null && this.peekPastSpace() != -1) v = this.bad(this.at, "nothing may follow the value");
    if (this.text != 0) heap.free(this.text);
    return v;
  }

  private bad(at: usize, what: string): Value | null {
    if (this.error == "") this.error = "malformed JSON at byte " + at.toString() + ": " + what;
    return null;
  }

  private peek(): i32 {
    return this.at < this.size ? <i32>load<u8>(this.s + this.at) : -1;
  }

  private peekPastSpace(): i32 {
    let c = this.peek();
    while (c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09) {
      this.at++;
      c = this.peek();
    }
    return c;
  }

  private document(): Value | null {
    const open: Value[] = [];
    let v = this.one();
    while (v !== null && (open.length > 0 || isContainer(v))) {
      let opened = isContainer(v);
      if (opened) {
        if (open.length == DEPTH) return this.bad(this.at - 1, "nested too deep");
        open.push(v);
      }
      v = this.close(open, v, opened);
      if (v === null || open.length == 0) return v;
      v = this.one();
    }
    return v;
  }

  /**
   * Puts v into what is open, unless it has just been opened, and closes what ends here. When nothing is open any more the result is the
   * document; else another value has to follow.
   */
  private close(open: Value[], v: Value, opened: bool): Value | null {
    while (open.length > 0) {
      const top = open[open.length - 1];
      if (!opened) top.push(v);
      const c = this.peekPastSpace();
      if (c == (top.kind == Kind.Object ? 0x7d : 0x5d)) {
        this.at++;
        if (!this.blob(top)) return null;
        v = open.pop();
        opened = false;
        continue;
      }
      if (!opened) {
        if (c != 0x2c) return this.bad(this.at, top.kind == Kind.Object ? "expected a comma or }" : "expected a comma or ]");
        this.at++;
      }
      return top.kind != Kind.Object || this.name(top) ? v : null;
    }
    return v;
  }

  /** Reads the name and the colon before a member. */
  private name(top: Value): bool {
    if (this.peekPastSpace() != 0x22) {
      this.bad(this.at, "expected a member's name in quotes");
      return false;
    }
    const name = this.string();
    if (name === null) return false;
    if (this.peekPastSpace() != 0x3a) {
      this.bad(this.at, "expected a colon");
      return false;
    }
    this.at++;
    if (top.names === null) top.names = [];
    top.names!.push(name);
    return true;
  }

  /** {"$blob": n} is attachment n. */
  private blob(v: Value): bool {
    if (v.kind != Kind.Object || v.length != 1 || v.nameAt(0) != "$blob") return true;
    const n = v.at(0).asInt(-1);
    if (n < 0 || n >= <i64>this.from.blobs.length) {
      this.bad(this.at, '"$blob" does not name an attachment of this payload');
      return false;
    }
    v.kind = Kind.Bytes;
    v.raw = this.from.blobs[<i32>n];
    v.names = null;
    v.items = null;
    return true;
  }

  /** Reads a scalar, or opens a container. */
  private one(): Value | null {
    const c = this.peekPastSpace();
    if (c == 0x7b || c == 0x5b) {
      this.at++;
      return new Value(c == 0x7b ? Kind.Object : Kind.Array);
    }
    if (c == 0x22) {
      const s = this.string();
      return s === null ? null : Value.text(s);
    }
    if (c == 0x2d || (c >= 0x30 && c <= 0x39)) return this.number();
    if (c == 0x74) return this.word("true", Value.bool(true));
    if (c == 0x66) return this.word("false", Value.bool(false));
    return this.word("null", Value.nothing());
  }

  private word(word: string, v: Value): Value | null {
    for (let i = 0; i < word.length; i++) {
      const at = this.at + <usize>i;
      if (at >= this.size || load<u8>(this.s + at) != <u8>word.charCodeAt(i)) return this.bad(this.at, "expected a value");
    }
    this.at += <usize>word.length;
    return v;
  }

  private digits(): usize {
    const from = this.at;
    for (let c = this.peek(); c >= 0x30 && c <= 0x39; c = this.peek()) this.at++;
    return this.at - from;
  }

  private number(): Value | null {
    const start = this.at;
    if (this.peek() == 0x2d) this.at++;
    const first = this.at;
    const digits = this.digits();
    if (digits == 0 || (digits > 1 && load<u8>(this.s + first) == 0x30)) return this.bad(first, "expected a number without leading zeros");
    if (this.peek() == 0x2e) {
      this.at++;
      if (this.digits() == 0) return this.bad(this.at, "expected a digit after the point");
    }
    if ((this.peek() | 0x20) == 0x65) {
      this.at++;
      const sign = this.peek();
      if (sign == 0x2b || sign == 0x2d) this.at++;
      if (this.digits() == 0) return this.bad(this.at, "expected a digit of the exponent");
    }
    return Value.numeral(String.UTF8.decodeUnsafe(this.s + start, this.at - start));
  }

  /** Where the string that begins at this.at ends; 0: nowhere. */
  private stringEnd(): usize {
    for (let i = this.at + 1; i < this.size; i++) {
      i += unescaped(this.s + i, this.size - i);
      if (i == this.size) break;
      const c = load<u8>(this.s + i);
      if (c == 0x22) return i;
      if (c == 0x5c) i++;
    }
    return 0;
  }

  private string(): string | null {
    const end = this.stringEnd();
    if (end == 0) {
      this.bad(this.at, "this string has no end");
      return null;
    }
    const bytes = end - this.at;
    if (this.room < 2 * bytes) {
      if (this.text != 0) heap.free(this.text);
      this.room = 2 * bytes;
      this.text = heap.alloc(this.room);
    }
    let to = this.text;
    this.at++;
    while (this.at < end) {
      const n = plain(this.s + this.at, end - this.at);
      for (let i: usize = 0; i < n; i += 8) {
        const w = load<u64>(this.s + this.at + i);
        store<u64>(to, widen(w));
        store<u64>(to, widen(w >> 32), 8);
        to += 16;
      }
      this.at += n;
      to = this.threes(to, end);
      if (this.at < end) to = this.character(to, end);
      if (this.error != "") return null;
    }
    this.at = end + 1;
    return String.UTF16.decodeUnsafe(this.text, to - this.text);
  }

  /** Reads Chinese and its like, four characters in a turn. A word may reach over the end by one byte: the quote. */
  private threes(to: usize, end: usize): usize {
    while (end - this.at >= 12) {
      const s = this.s + this.at;
      const a = load<u32>(s);
      const b = load<u32>(s, 3);
      const c = load<u32>(s, 6);
      const d = load<u32>(s, 9);
      if (!three(a) || !three(b) || !three(c) || !three(d)) break;
      store<u64>(to, unit(a) | (unit(b) << 16) | (unit(c) << 32) | (unit(d) << 48));
      this.at += 12;
      to += 8;
    }
    return to;
  }

  /** Reads one character or escape, and returns where the next one goes. */
  private character(to: usize, end: usize): usize {
    const c = <u32>load<u8>(this.s + this.at);
    if (c == 0x5c) return this.escape(to);
    if (c < 0x20) {
      this.bad(this.at, "a control character has to be escaped");
      return to;
    }
    if (c < 0x80) {
      this.at++;
      store<u16>(to, <u16>c);
      return to + 2;
    }
    const n: usize = c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    let r: u32 = n == 2 ? c & 0x1f : n == 3 ? c & 0x0f : c & 0x07;
    let ok = n != 0 && n <= end - this.at;
    for (let i: usize = 1; ok && i < n; i++) {
      const b = <u32>load<u8>(this.s + this.at + i);
      ok = (b & 0xc0) == 0x80;
      r = (r << 6) | (b & 0x3f);
    }
    // Overlong forms, surrogates and what is past U+10FFFF are no UTF-8.
    if (!ok || (n == 3 && (r < 0x800 || (r >= 0xd800 && r < 0xe000))) || (n == 4 && (r < 0x10000 || r > 0x10ffff))) {
      this.bad(this.at, "this is not UTF-8");
      return to;
    }
    this.at += n;
    return put(to, r);
  }

  private hex4(at: usize): i32 {
    let n = 0;
    if (this.size - at < 4) return -1;
    for (let i: usize = 0; i < 4; i++) {
      const c = <i32>load<u8>(this.s + at + i);
      const lower = c | 0x20;
      const digit = c >= 0x30 && c <= 0x39 ? c - 0x30 : lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
      if (digit < 0) return -1;
      n = (n << 4) | digit;
    }
    return n;
  }

  private escape(to: usize): usize {
    const start = this.at;
    const c = load<u8>(this.s + start + 1); // there is a quote behind
    this.at += 2;
    let r = -1;
    if (c == 0x22 || c == 0x5c || c == 0x2f) r = c;
    else if (c == 0x62) r = 8;
    else if (c == 0x66) r = 12;
    else if (c == 0x6e) r = 10;
    else if (c == 0x72) r = 13;
    else if (c == 0x74) r = 9;
    else if (c == 0x75) {
      r = this.hex4(this.at);
      this.at += 4;
    }
    if (r < 0) {
      this.bad(start, "expected an escape such as \\n or \\u00e9");
      return to;
    }
    if (r >= 0xd800 && r < 0xe000) {
      const pair = r < 0xdc00 && this.size - this.at >= 6 && load<u16>(this.s + this.at) == 0x755c;
      const low = pair ? this.hex4(this.at + 2) : -1;
      if (low >= 0xdc00 && low < 0xe000) {
        this.at += 6;
        r = 0x10000 + (((r - 0xd800) << 10) | (low - 0xdc00));
      } else {
        r = 0xfffd;
      }
    }
    return put(to, <u32>r);
  }
}

function isContainer(v: Value): bool {
  return v.kind == Kind.Object || v.kind == Kind.Array;
}

/** Writes a character as UTF-16. */
function put(to: usize, r: u32): usize {
  if (r < 0x10000) {
    store<u16>(to, <u16>r);
    return to + 2;
  }
  r -= 0x10000;
  store<u16>(to, <u16>(0xd800 | (r >> 10)));
  store<u16>(to, <u16>(0xdc00 | (r & 0x3ff)), 2);
  return to + 4;
}
