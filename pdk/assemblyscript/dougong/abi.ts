/** The exports of the module. */
import { print } from "./imports";
import { serve } from "./plugin";

/** Up to here, a buffer serves the host for many calls; a larger one is used up by its call. */
const REUSABLE: usize = 64 << 10;

let input: usize = 0;
let inputSize: usize = 0;
let output: usize = 0; // the last reply, kept until the next call

export function dg_alloc(size: u32): usize {
  if (input != 0) heap.free(input);
  inputSize = max<usize>(size, 1);
  input = heap.alloc(inputSize);
  return input;
}

export function dg_call(address: usize, size: u32): u64 {
  if (output != 0) heap.free(output);
  // A request that is not in the buffer of dg_alloc is read as an empty one, which is malformed.
  const fits = address == input && <usize>size <= inputSize;
  const reply = serve(address, fits ? <usize>size : 0);
  output = reply.start;
  if (inputSize > REUSABLE) {
    heap.free(input);
    input = 0;
    inputSize = 0;
  }
  return ((<u64>output) << 32) | <u64>reply.size;
}

/** Where `throw`, a failed assert and the language's own checks end: the instance is replaced, the call fails. */
export function dg_abort(message: string | null, file: string | null, line: u32, column: u32): void {
  print("crash: " + (message === null ? "no reason given" : message) + " at " + (file === null ? "?" : file) + ":" + line.toString() + ":" + column.toString());
  unreachable();
}
