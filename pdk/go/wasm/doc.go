// Package wasm serves a plugin over the native WebAssembly ABI (docs/wire-protocol.md). Built for wasip1 as a reactor
// (`-buildmode=c-shared`) it exports dg_alloc and dg_call and imports the host's services from "dougong:host/v1".
//
// It must not import anything but the standard library and this module's pdk and wire: every dependency would end up in
// every plugin's module.
package wasm
