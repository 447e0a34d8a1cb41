// Package wasm runs plugins as WebAssembly modules inside the host, by wazero and one of two ABIs (docs/wire-protocol.md):
// native, or Extism's for plugins that were made for it. A call costs well under a microsecond beside what the guest does.
//
// Every plugin has a wazero runtime of its own, so that its memory limit and its services are its own; compiled code is
// shared through a cache on disk. A plugin sees a clock, randomness, its log and the host services of the call that it
// carries out; no files, no environment, no sockets.
//
// It is the only package that imports wazero, and must not know the dispatch chain nor the other runtime.
package wasm
