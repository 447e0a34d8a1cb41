// Command conformance is the Go kit's conformance plugin, for both runtimes from this one source. Package provider does the
// work.
package main

import (
	"github.com/dougong-dev/dougong/pdk/go/conformance/provider"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

var _ = serve.Register(provider.New(id, "1.0.0"))

func main() { serve.Main() }
