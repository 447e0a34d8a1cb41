/** Messages and JSON, written into memory outside of the collector's. */
import { DEPTH } from "./parse";
import { Kind, Payload, Value } from "./value";

/** Bytes that grow. The memory is the writer's until free, or whoever took it. */
export class Writer {
  start: usize = 0;
  size: usize = 0;
  private room: usize = 0;

  /** Makes room for n bytes more and returns where they go. */
  reserve(n: usize): usize {
    if (this.room - this.size < n) {
      this.room = (this.size + n) * 2 + 64;
      this.start = this.start == 0 ? heap.alloc(this.room) : heap.realloc(this.start, this.room);
    }
    const at = this.start + this.size;
    this.size += n;
    return at;
  }

  u8(v: u32): void {
    store<u8>(this.reserve(1), <u8>v);
  }

  u16(v: u32): void {
    store<u16>(this.reserve(2), <u16>v);
  }

  u32(v: u32): void {
    store<u32>(this.reserve(4), v);
  }

  u64(v: u64): void {
    store<u64>(this.reserve(8), v);
  }

  bytes(from: usize, n: usize): void {
    memory.copy(this.reserve(n), from, n);
  }

  /** Text as UTF-8; a lone surrogate becomes U+FFFD. */
  text(s: string): void {
    for (let i = 0; i < s.length; ) i += this.character(s, i);
  }

  /** Text as UTF-8 after its size in n bytes. */
  sized(s: string, n: usize): void {
    const at = this.size;
    this.reserve(n);
    this.text(s);
    const size = <u32>(this.size - at - n);
    if (n == 2) store<u16>(this.start + at, <u16>size);
    else store<u32>(this.start + at, size);
  }

  /** Writes the character at i and returns how many units it has. */
  character(s: string, i: i32): i32 {
    let r = <u32>s.charCodeAt(i);
    if (r < 0x80) {
      this.u8(r);
      return 1;
    }
    let units = 1;
    if (r >= 0xd800 && r < 0xe000) {
      const low = r < 0xdc00 && i + 1 < s.length ? <u32>s.charCodeAt(i + 1) : 0;
      const pair = low >= 0xdc00 && low < 0xe000;
      r = pair ? 0x10000 + (((r - 0xd800) << 10) | (low - 0xdc00)) : 0xfffd;
      units = pair ? 2 : 1;
    }
    const n: u32 = r < 0x800 ? 2 : r < 0x10000 ? 3 : 4;
    const at = this.reserve(<usize>n);
    store<u8>(at, <u8>(n == 2 ? 0xc0 | (r >> 6) : n == 3 ? 0xe0 | (r >> 12) : 0xf0 | (r >> 18)));
    for (let k: u32 = 1; k < n; k++) store<u8>(at + <usize>k, <u8>(0x80 | ((r >> (6 * (n - 1 - k))) & 0x3f)));
    return units;
  }

  /** Gives the memory back. */
  free(): void {
    if (this.start != 0) heap.free(this.start);
    this.start = 0;
    this.size = 0;
    this.room = 0;
  }

  /** Copies what was written, and gives the memory back. */
  take(): Uint8Array {
    const out = new Uint8Array(<i32>this.size);
    memory.copy(out.dataStart, this.start, this.size);
    this.free();
    return out;
  }
}

/** Whether four UTF-16 units need no escape and are ASCII. */
// @ts-ignore: decorator
@inline
function plain4(w: u64): bool {
  const ones: u64 = 0x0001000100010001;
  const quote = w ^ (ones * 0x22);
  const slash = w ^ (ones * 0x5c);
  const odd = (w & (ones * 0xff80)) | ((w - ones * 0x20) & (ones * 0x8000)) | (((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & (ones * 0x8000);
  return odd == 0;
}

/** Whether four UTF-16 units are three bytes of UTF-8 each: 0x800 and above, and no surrogates. */
// @ts-ignore: decorator
@inline
function wide4(w: u64): bool {
  const ones: u64 = 0x0001000100010001;
  const high = w & (ones * 0xf800);
  const pair = high ^ (ones * 0xd800);
  return ((((high - ones) & ~high) | ((pair - ones) & ~pair)) & (ones * 0x8000)) == 0;
}

/** The three bytes of a unit. */
// @ts-ignore: decorator
@inline
function three(unit: u64): u32 {
  const u = <u32>(unit & 0xffff);
  return 0x8080e0 | (u >> 12) | ((u & 0xfc0) << 2) | ((u & 0x3f) << 16);
}

function writeText(w: Writer, s: string): void {
  w.u8(0x22);
  const from = changetype<usize>(s);
  for (let i = 0; i < s.length; ) {
    while (s.length - i >= 4) {
      let units = load<u64>(from + 2 * <usize>i);
      if (!plain4(units)) break;
      units = (units | (units >> 8)) & 0x0000ffff0000ffff;
      w.u32(<u32>(units | (units >> 16)));
      i += 4;
    }
    while (s.length - i >= 4) {
      const units = load<u64>(from + 2 * <usize>i);
      if (!wide4(units)) break;
      const at = w.reserve(13); // the last word reaches over by one byte
      w.size--;
      store<u32>(at, three(units));
      store<u32>(at, three(units >> 16), 3);
      store<u32>(at, three(units >> 32), 6);
      store<u32>(at, three(units >> 48), 9);
      i += 4;
    }
    if (i == s.length) break;
    const c = s.charCodeAt(i);
    if (c == 0x22 || c == 0x5c) {
      w.u16(0x5c | (c << 8));
      i++;
    } else if (c < 0x20) {
      w.text(c < 0x10 ? "\\u000" : "\\u001");
      w.text((c & 15).toString(16));
      i++;
    } else {
      i += w.character(s, i);
    }
  }
  w.u8(0x22);
}

/** The recursion ends at DEPTH; false: the value is deeper. */
function writeValue(w: Writer, blobs: Uint8Array[], v: Value, depth: i32): bool {
  if (v.kind == Kind.Null) w.text("null");
  else if (v.kind == Kind.Bool) w.text(v.truth ? "true" : "false");
  else if (v.kind == Kind.Number) w.text(v.str);
  else if (v.kind == Kind.Text) writeText(w, v.str);
  else if (v.kind == Kind.Bytes) {
    w.text('{"$blob":' + blobs.length.toString() + "}");
    blobs.push(v.asBytes());
  } else {
    if (depth == DEPTH) return false;
    const object = v.kind == Kind.Object;
    w.u8(object ? 0x7b : 0x5b);
    for (let i = 0; i < v.length; i++) {
      if (i > 0) w.u8(0x2c);
      if (object) {
        writeText(w, v.nameAt(i));
        w.u8(0x3a);
      }
      if (!writeValue(w, blobs, v.at(i), depth + 1)) return false;
    }
    w.u8(object ? 0x7d : 0x5d);
  }
  return true;
}

/** The payload of a value; null: it is nested too deep. */
export function write(v: Value): Payload | null {
  const w = new Writer();
  const p = new Payload();
  const ok = writeValue(w, p.blobs, v, 0);
  p.json = w.take();
  return ok ? p : null;
}
