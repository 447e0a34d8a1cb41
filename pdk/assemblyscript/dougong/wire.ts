/** The binary messages of docs/wire-protocol.md. No length is trusted: each is checked against what is left. */
import { Payload } from "./value";
import { Writer } from "./write";

const MAX_BLOBS: u32 = 4096;
const MAX_PAYLOAD: u64 = 64 << 20;

/** Walks over a message. The first bad length sets error, and everything after it reads as zero. */
export class Reader {
  error: string = "";
  private at: usize = 0;

  constructor(private s: usize, private size: usize, private what: string) {
    if (this.number(1, "version") != 1) this.malformed("expected version 1");
  }

  malformed(field: string): void {
    if (this.error == "") this.error = "malformed " + this.what + " of " + this.size.toString() + " bytes at byte " + this.at.toString() + ": " + field;
  }

  /** Where the next n bytes are; 0: they are not there. */
  take(n: usize, field: string): usize {
    if (this.error != "" || this.size - this.at < n) {
      this.malformed(field);
      return 0;
    }
    this.at += n;
    return this.s + this.at - n;
  }

  /** A number of 1, 2, 4 or 8 bytes. */
  number(n: usize, field: string): u64 {
    const s = this.take(n, field);
    if (s == 0) return 0;
    return n == 1 ? <u64>load<u8>(s) : n == 2 ? <u64>load<u16>(s) : n == 4 ? <u64>load<u32>(s) : load<u64>(s);
  }

  text(n: usize, field: string): string {
    const s = this.take(n, field);
    return s == 0 ? "" : String.UTF8.decodeUnsafe(s, n);
  }

  bytes(n: usize, field: string): Uint8Array {
    const s = this.take(n, field);
    if (s == 0) return new Uint8Array(0);
    const out = new Uint8Array(<i32>n);
    memory.copy(out.dataStart, s, n);
    return out;
  }

  payload(): Payload {
    const p = new Payload();
    const size = <usize>this.number(4, "size of the JSON");
    const count = <u32>this.number(4, "number of attachments");
    if (count > MAX_BLOBS) this.malformed("more than 4096 attachments");
    const sizes = this.take(4 * <usize>count, "sizes of the attachments");
    p.json = this.bytes(size, "JSON");
    for (let i: u32 = 0; i < count && this.error == ""; i++) {
      p.blobs.push(this.bytes(load<u32>(sizes + 4 * <usize>i), "attachment"));
    }
    return p;
  }

  /** Checks that nothing is left over. */
  end(): bool {
    if (this.error == "" && this.at != this.size) this.malformed("bytes that belong to nothing");
    return this.error == "";
  }
}

/** Whether the host takes a payload of that size. */
export function fits(p: Payload): bool {
  let total = <u64>p.json.byteLength;
  for (let i = 0; i < p.blobs.length; i++) total += <u64>p.blobs[i].byteLength;
  return total <= MAX_PAYLOAD && <u32>p.blobs.length <= MAX_BLOBS;
}

export function addPayload(w: Writer, p: Payload): void {
  let total = <usize>p.json.byteLength;
  w.u32(<u32>p.json.byteLength);
  w.u32(<u32>p.blobs.length);
  for (let i = 0; i < p.blobs.length; i++) {
    w.u32(<u32>p.blobs[i].byteLength);
    total += <usize>p.blobs[i].byteLength;
  }
  let at = w.reserve(total);
  memory.copy(at, p.json.dataStart, <usize>p.json.byteLength);
  at += <usize>p.json.byteLength;
  for (let i = 0; i < p.blobs.length; i++) {
    const b = p.blobs[i];
    memory.copy(at, b.dataStart, <usize>b.byteLength);
    at += <usize>b.byteLength;
  }
}
