// Command countdown is an example of a process plugin: `go build` makes it an executable that a host starts.
package main

import (
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

// newPlugin is a function, so that a test can make one as well.
func newPlugin() *pdk.Plugin {
	c := newCountdowns()
	return pdk.New("com.example.countdown", "1.0.0").
		Provide("com.example.countdown/v1", pdk.Methods{
			"startCountdown":      pdk.Func(c.start),
			"startCountdown.stop": pdk.Func(c.stop), // a method of the task
		}).
		OnClose(c.close)
}

var _ = serve.Register(newPlugin())

func main() { serve.Main() }
