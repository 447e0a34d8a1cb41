//go:build wasip1

package serve

import (
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wasm"
)

// Register names the plugin that this program is. Its result has no meaning; it lets a package variable call it.
func Register(p *pdk.Plugin) struct{} {
	wasm.Serve(p)
	return struct{}{}
}

// Main does nothing in a WebAssembly module, whose exports are called by the host.
func Main() {}
