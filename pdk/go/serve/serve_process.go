//go:build !wasip1

package serve

import (
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/process"
)

// registered is the one plugin of this program.
var registered *pdk.Plugin

// Register names the plugin that this program is. Its result has no meaning; it lets a package variable call it.
func Register(p *pdk.Plugin) struct{} {
	process.Prepare()
	registered = p
	return struct{}{}
}

// Main serves the registered plugin until the host stops it or is gone.
func Main() { process.Main(registered) }
