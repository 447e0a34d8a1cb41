// Command dlp is an example of a guard: it refuses calls whose arguments hold a resident identity number. Built with
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o plugin.wasm .
//
// it is a module without any access to the outside, so that what it is shown cannot leak through it.
package main

import (
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

// newPlugin is a function, so that a test can make one as well.
func newPlugin() *pdk.Plugin {
	g := &guard{}
	return pdk.New("com.example.dlp", "1.0.0").
		Provide("dougong.guard/v1", pdk.Methods{"check": g.check}).
		OnConfigure(g.configure)
}

// A module has no main that runs: the plugin is registered while package variables are initialised.
var _ = serve.Register(newPlugin())

func main() { serve.Main() }
