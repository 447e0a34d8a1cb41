// Command idnumber is an example of a WebAssembly plugin. Built with
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o plugin.wasm .
//
// it is a module; `go build` makes the same source a process.
package main

import (
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

// newPlugin is a function, so that a test can make one as well.
func newPlugin(now func() time.Time) *pdk.Plugin {
	c := &checker{now: now, minYear: defaultMinYear}
	return pdk.New("com.example.idnumber", "1.0.0").
		Provide("com.example.idnumber/v1", pdk.Methods{"checkIdNumber": pdk.Func(c.check)}).
		OnConfigure(c.configure)
}

// A module has no main that runs: the plugin is registered while package variables are initialised.
var _ = serve.Register(newPlugin(time.Now))

func main() { serve.Main() }
