// Command securestorage is the first-party provider of dougong.securestorage/v1, a WebAssembly module.
package main

import (
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
	"github.com/dougong-dev/dougong/plugins/securestorage/provider"
)

var secure = provider.New()

var _ = serve.Register(pdk.New("dougong.securestorage", "1.0.0").
	Provide(provider.Capability, secure.Methods()).
	OnConfigure(secure.Configure))

func main() { serve.Main() }
