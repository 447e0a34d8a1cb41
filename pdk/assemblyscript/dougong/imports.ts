/** The functions of dougong:host/v1, and what the kit needs of WASI. */

// @ts-ignore: decorator
@external("dougong:host/v1", "service")
export declare function service(request: usize, size: u32): u32;
// @ts-ignore: decorator
@external("dougong:host/v1", "reply")
export declare function reply(into: usize, size: u32): void;
// @ts-ignore: decorator
@external("dougong:host/v1", "emit")
export declare function emit(event: usize, size: u32): u32;
// @ts-ignore: decorator
@external("dougong:host/v1", "log")
export declare function log(line: usize, size: u32): void;

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "clock_time_get")
declare function clock_time_get(clock: u32, precision: u64, out: usize): u32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "poll_oneoff")
declare function poll_oneoff(subscriptions: usize, events: usize, count: u32, out: usize): u32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: u32, vectors: usize, count: u32, out: usize): u32;

const MONOTONIC: u32 = 1;
const scratch: usize = memory.data(96, 8);

/** The monotonic clock in nanoseconds. */
export function now(): u64 {
  clock_time_get(MONOTONIC, 1, scratch);
  return load<u64>(scratch);
}

/** Sleeps for so many nanoseconds, or until the host ends it. */
export function pause(ns: u64): void {
  memory.fill(scratch, 0, 48);
  store<u32>(scratch, MONOTONIC, 16);
  store<u64>(scratch, ns, 24);
  poll_oneoff(scratch, scratch + 48, 1, scratch + 80);
}

/** Prints to standard error, whose last lines the host gives as the reason when an instance ends. */
export function print(s: string): void {
  const text = String.UTF8.encode(s + "\n");
  store<usize>(scratch, changetype<usize>(text));
  store<u32>(scratch, text.byteLength, 4);
  fd_write(2, scratch, 1, scratch + 8);
}
