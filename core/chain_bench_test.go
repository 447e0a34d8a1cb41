package core_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// nothing is the fastest provider there can be: what is left is the chain's own cost.
type nothing struct{ *instance }

var benchAnswer = pdk.Payload{JSON: []byte(benchBody)}

func (nothing) Call(context.Context, *capability.Call) (pdk.Payload, error) { return benchAnswer, nil }

type nothings struct{}

func (nothings) Start(_ context.Context, spec plugin.Spec) (plugin.Instance, error) {
	p := pdk.New(spec.Manifest.ID, "1.0.0").Provide(benchCapability, pdk.Methods{"echo": nil})
	return nothing{&instance{p, spec, make(chan struct{})}}, nil
}

// BenchmarkChain measures the dispatch chain with schema, permission and one observer, without a runtime behind it.
func BenchmarkChain(b *testing.B) {
	dir := b.TempDir()
	text := "id: bench.echo\nversion: 1.0.0\npublisher: Test\nsummary: {en: x, zh: x}\nprovides: [" + benchCapability + "]\nruntime: {wasm: {module: x.wasm}}\nlicence: Apache-2.0\n"
	if err := os.WriteFile(filepath.Join(dir, "plugin.yaml"), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	c, err := contract.Parse("bench.yaml", []byte(benchContract))
	if err != nil {
		b.Fatal(err)
	}
	cfg := config.Default()
	cfg.Data, cfg.Policy.Trace, cfg.Policy.CallsPerSecond = b.TempDir(), config.TraceOff, 1e8
	cfg.Plugins = []config.Plugin{{ID: "bench.echo", Path: dir}}
	k, err := core.New(context.Background(), cfg, core.Options{
		Runtime: nothings{}, Logger: slog.New(slog.DiscardHandler), Contracts: []*contract.Contract{c}, Observers: []capability.Observer{&counter{}},
		Prompter: prompter{ask: func(r permission.Request) (bool, error) { return r.User == "ann", nil }},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer k.Close()
	checkPath(b, k, small)
	call, ctx := small.call("ann"), context.Background()
	run := func() error { _, err := k.Call(ctx, call); return err }
	if b.N == 1 {
		took, _ := inTurns(b, run, func() error { return nil })
		benchline.Line{Name: "dispatch-chain-100B", Value: float64(took.Nanoseconds()), Unit: "ns"}.Print()
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := run(); err != nil {
			b.Fatal(err)
		}
	}
}
