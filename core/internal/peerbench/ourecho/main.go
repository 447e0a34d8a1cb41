// Command ourecho is an echo written with our own Go kit.
package main

import (
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

var _ = serve.Register(pdk.New("bench.echo", "1.0.0").Provide("bench.echo/v1", pdk.Methods{
	"echo": func(_ *pdk.Context, in pdk.Payload) (pdk.Payload, error) { return in, nil },
}))

func main() { serve.Main() }
