package process

import (
	"context"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
)

// BenchmarkSandboxStart measures how long it takes from nothing to a plugin that answers, and a call's round trip, with the sandbox
// and without.
func BenchmarkSandboxStart(b *testing.B) {
	spec := plugin.Spec{Manifest: suite.Manifest(b, suite.Process), Dir: suite.Dir(b, suite.Process), Services: suite.NewHost()}
	start := func(opts Options) (*process, time.Duration) {
		began := time.Now()
		p, err := New(opts).Start(context.Background(), spec)
		if err != nil {
			b.Fatal(err)
		}
		return p.(*process), time.Since(began)
	}
	modes := []Options{{Sandbox: sandbox.Off}, {Sandbox: sandbox.Required, noSpaces: true}, {Sandbox: sandbox.Required}}
	starts, calls := make([][]time.Duration, len(modes)), make([][]time.Duration, len(modes))
	const batch = 50
	for b.Loop() { // in turns, so that all see the same machine
		for i, mode := range modes {
			p, took := start(mode)
			starts[i] = append(starts[i], took)
			calls[i] = append(calls[i], timed(batch, func() {
				if _, err := p.rpc.Health(context.Background(), &pluginv1.HealthRequest{}); err != nil {
					b.Fatal(err)
				}
			}))
			if err := p.Close(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	}
	bare := median(starts[0])
	for i, name := range []string{"process-start-bare", "process-start-sandbox-no-namespaces", "process-start-sandbox"} {
		benchline.Line{Name: name, Value: median(starts[i]) / 1e6, Unit: "ms", Peer: "bare", Ratio: median(starts[i]) / bare}.Print()
	}
	benchline.Line{Name: "process-roundtrip-sandbox", Value: median(calls[2]) / batch, Unit: "ns", Peer: "bare", Ratio: median(calls[2]) / median(calls[0])}.Print()
}
