// Command trace is the first-party provider of dougong.trace/v1. It runs as a process, because it needs files.
package main

import (
	"os"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
	"github.com/dougong-dev/dougong/plugins/trace/provider"
)

var trace = provider.New(os.Getenv("DOUGONG_DATA_DIR"))

var _ = serve.Register(pdk.New("dougong.trace", "1.0.0").
	Provide(provider.Capability, trace.Methods()).
	OnConfigure(trace.Configure).
	OnClose(trace.Close))

func main() { serve.Main() }
