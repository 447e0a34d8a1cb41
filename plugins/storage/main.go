// Command storage is the first-party provider of dougong.storage/v1: one embedded database file per mini-program and
// user, in the plugin's private folder.
package main

import (
	"os"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
	"github.com/dougong-dev/dougong/plugins/storage/provider"
)

var storage = provider.New(os.Getenv("DOUGONG_DATA_DIR"))

var _ = serve.Register(pdk.New("dougong.storage", "1.0.0").
	Provide(provider.Capability, storage.Methods()).
	OnConfigure(storage.Configure).
	OnClose(storage.Close))

func main() { serve.Main() }
