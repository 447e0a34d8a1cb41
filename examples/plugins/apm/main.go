// Command apm is an example of an observer: it sums up what became of calls and writes a summary.
package main

import (
	"os"
	"path/filepath"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

// newPlugin is a function, so that a test can make one as well. dir is where summary.json goes.
func newPlugin(dir string, now func() time.Time) *pdk.Plugin {
	m := newMonitor(filepath.Join(dir, "summary.json"), now)
	return pdk.New("com.example.apm", "1.0.0").
		Provide("dougong.observer/v1", pdk.Methods{"observe": pdk.Func(m.observe)}).
		OnConfigure(m.configure).
		OnClose(m.close)
}

var _ = serve.Register(newPlugin(os.Getenv("DOUGONG_DATA_DIR"), time.Now))

func main() { serve.Main() }
