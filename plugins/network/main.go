// Command network is the first-party provider of dougong.network/v1. It runs as a process, because it needs sockets.
package main

import (
	"os"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
	"github.com/dougong-dev/dougong/plugins/network/provider"
)

var network = provider.New(os.Getenv("DOUGONG_DATA_DIR"))

var _ = serve.Register(pdk.New("dougong.network", "1.0.0").
	Provide(provider.Capability, network.Methods()).
	OnConfigure(network.Configure).
	OnClose(network.Close))

func main() { serve.Main() }
