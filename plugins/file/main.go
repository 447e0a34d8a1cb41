// Command file is the first-party provider of dougong.file/v1 and dougong.media/v1: the files of each mini-program and user,
// in the plugin's private folder.
package main

import (
	"os"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
	"github.com/dougong-dev/dougong/plugins/file/provider"
)

var files = provider.New(os.Getenv("DOUGONG_DATA_DIR"))

var _ = serve.Register(pdk.New("dougong.file", "1.0.0").
	Provide(provider.Capability, files.Methods()).
	Provide(provider.MediaCapability, files.MediaMethods()).
	OnConfigure(files.Configure).
	OnClose(files.Close))

func main() { serve.Main() }
