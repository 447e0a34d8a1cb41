// Package pdk is the Go plugin development kit of Dougong: what an SDK vendor writes a capability plugin against.
//
// A plugin is a [Plugin] value: an id, a version and, per capability it provides, a table of methods. The same source
// compiles to both runtimes, because package serve picks the transport by build target:
//
//	var plugin = pdk.New("com.example.locator", "1.0.0").
//		Provide("dougong.geolocation/v1", pdk.Methods{"getLocation": pdk.Func(getLocation)})
//
//	var _ = serve.Register(plugin)
//
//	func main() { serve.Main() }
//
// `go build` makes an executable for the process runtime; `GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared` makes a
// module for the WebAssembly runtime.
//
// The package depends on the standard library only, must not know how a call travels (that is wasm and process) and
// must not know the host. What crosses the boundary is a [Payload]: JSON plus numbered byte attachments.
package pdk
