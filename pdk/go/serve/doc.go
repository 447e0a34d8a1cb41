// Package serve makes a program a plugin, on the transport that the build target implies: `go build` gives an executable
// for the process runtime, `GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared` a module for the WebAssembly runtime.
//
//	var _ = serve.Register(plugin)
//
//	func main() { serve.Main() }
//
// Register has to be called while package variables are initialised, as above: a WebAssembly module never runs main, and
// in a process it is early enough to catch whatever other packages print.
package serve
