// Command geolocation is the first-party provider of dougong.geolocation/v1, a WebAssembly module.
package main

import (
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
	"github.com/dougong-dev/dougong/plugins/geolocation/provider"
)

var geolocation = provider.New(time.Now)

var _ = serve.Register(pdk.New("dougong.geolocation", "1.0.0").
	Provide(provider.Capability, geolocation.Methods()).
	OnConfigure(geolocation.Configure))

func main() { serve.Main() }
