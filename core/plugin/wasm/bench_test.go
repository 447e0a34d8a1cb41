package wasm

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

var sink []byte

// hundred is a payload of 100 bytes.
var hundred = pdk.Payload{JSON: []byte(`"` + strings.Repeat("x", 98) + `"`)}

// BenchmarkCall measures a call of 100 bytes against the same guest function called through wazero with nothing around
// it. The guest is a few instructions, so that what is measured is the way there and back; BenchmarkCallGo has a real one.
func BenchmarkCall(b *testing.B) {
	reply := wire.AppendReply(nil, hundred, nil)
	code := guest{alloc: 1024, data: reply, result: at(0, int64(len(reply)))}.bytes()
	for _, c := range []struct {
		name    string
		trusted bool
		timeout time.Duration // of the caller; the manifest's is 10 s
		atMost  float64       // of 3 and 6 for the whole dispatch chain
	}{{"wasm-call-100B", false, 5 * time.Second, 2}, {"wasm-call-100B-no-deadline", false, time.Hour, 0}, {"wasm-call-100B-trusted", true, 5 * time.Second, 6}} {
		b.Run(c.name, func(b *testing.B) { compare(b, c.name, code, c.trusted, c.timeout, c.atMost) })
	}
}

// BenchmarkCallGo measures the same with a guest written in Go with the PDK.
func BenchmarkCallGo(b *testing.B) {
	code, err := os.ReadFile(filepath.Join(suite.Dir(b, suite.Wasm), "sample.wasm"))
	if err != nil {
		b.Fatal(err)
	}
	compare(b, "wasm-call-100B-go", code, false, 5*time.Second, 2)
}

func compare(b *testing.B, name string, code []byte, trusted bool, timeout time.Duration, atMost float64) {
	ours, bare := benchOurs(b, code, trusted, timeout), benchBare(b, code, trusted)
	var mine, theirs []time.Duration
	const batch = 500
	for b.Loop() { // in turns, so that both see the same machine
		mine = append(mine, timed(batch, ours))
		theirs = append(theirs, timed(batch, bare))
	}
	a, z := median(mine)/batch, median(theirs)/batch
	b.ReportMetric(a, "ours-ns/call")
	b.ReportMetric(z, "bare-ns/call")
	benchline.Line{Name: name, Value: a, Unit: "ns", Peer: "bare-wazero", Ratio: a / z, AtMost: atMost}.Print()
}

// median is robust against whatever else the machine does.
func median(batches []time.Duration) float64 {
	slices.Sort(batches)
	return float64(batches[len(batches)/2])
}

func timed(n int, f func()) time.Duration {
	began := time.Now()
	for range n {
		f()
	}
	return time.Since(began)
}

// benchOurs is a call as the dispatch chain makes it.
func benchOurs(b *testing.B, code []byte, trusted bool, timeout time.Duration) func() {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "bench.wasm"), code, 0o600); err != nil {
		b.Fatal(err)
	}
	suite.WriteManifest(b, dir, "runtime: {wasm: {module: bench.wasm}}\n")
	m, err := manifest.Load(dir)
	if err != nil {
		b.Fatal(err)
	}
	r, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	p, err := r.Start(context.Background(), plugin.Spec{Manifest: m, Dir: dir, Services: suite.NewHost(), Trusted: trusted})
	if err != nil {
		b.Fatal(err)
	}
	var ctx context.Context
	cancel := func() {}
	renew, calls := time.Now(), 0
	b.Cleanup(func() {
		cancel()
		_ = p.Close(context.Background())
		_ = r.Close(context.Background())
	})
	call := &capability.Call{Info: suite.Info("echo"), Payload: hundred}
	return func() {
		if calls++; calls%500 == 1 && !time.Now().Before(renew) {
			cancel()
			renew = time.Now().Add(timeout / 5)
			ctx, cancel = context.WithTimeout(context.Background(), timeout)
		}
		if out, err := p.Call(ctx, call); err != nil || len(out.JSON) != 100 {
			b.Fatal(out, err)
		}
	}
}

// benchBare is what no call can do without: write the request into the guest's memory, call dg_call, read the reply.
func benchBare(b *testing.B, code []byte, trusted bool) func() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCloseOnContextDone(!trusted))
	b.Cleanup(func() {
		cancel()
		_ = r.Close(context.Background())
	})
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	host := &wasmPlugin{wazero: r, manifest: &manifest.Manifest{ID: "bare"}, services: suite.NewHost()}
	if err := host.exportHost(ctx); err != nil {
		b.Fatal(err)
	}
	module, err := r.InstantiateWithConfig(ctx, code, wazero.NewModuleConfig().WithStartFunctions("_initialize").WithSysWalltime().WithSysNanotime())
	if err != nil {
		b.Fatal(err)
	}
	request := wire.AppendRequest(nil, &wire.Request{Op: wire.OpCall, Info: suite.Info("echo"), Payload: hundred, Timeout: time.Hour})
	stack := make([]uint64, 2)
	stack[0] = uint64(len(request))
	if err := module.ExportedFunction(allocName).CallWithStack(ctx, stack); err != nil {
		b.Fatal(err)
	}
	at := uint32(stack[0])
	memory, call := module.Memory(), module.ExportedFunction(callName)
	return func() {
		if !memory.Write(at, request) {
			b.Fatal("the request does not fit")
		}
		stack[0], stack[1] = uint64(at), uint64(len(request))
		if err := call.CallWithStack(ctx, stack); err != nil {
			b.Fatal(err)
		}
		view, ok := memory.Read(uint32(stack[0]>>32), uint32(stack[0]))
		if !ok {
			b.Fatal("no reply")
		}
		sink = append(sink[:0:0], view...)
	}
}

// BenchmarkStart measures how long a guest written in Go takes from its file to its first answer when the compilation
// cache is warm, and where that goes.
func BenchmarkStart(b *testing.B) {
	ctx := context.Background()
	spec := plugin.Spec{Manifest: suite.Manifest(b, suite.Wasm), Dir: suite.Dir(b, suite.Wasm), Services: suite.NewHost()}
	cache := b.TempDir()
	if err := os.Chmod(cache, 0o700); err != nil {
		b.Fatal(err)
	}
	steps := []string{"read", "load", "instantiate", "describe"}
	took := make([][]time.Duration, len(steps)+1)
	once := func() {
		r, err := New(Options{CacheDir: cache})
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		marks := []time.Time{began}
		mark := func(err error) {
			if err != nil {
				b.Fatal(err)
			}
			marks = append(marks, time.Now())
		}
		code, err := readModule(spec)
		mark(err)
		p := newPlugin(r, spec)
		mark(p.compile(ctx, code))
		mark(p.pool.warm(ctx))
		_, err = p.Describe(ctx)
		mark(err)
		for i := range steps {
			took[i] = append(took[i], marks[i+1].Sub(marks[i]))
		}
		took[len(steps)] = append(took[len(steps)], time.Since(began))
		_ = p.Close(ctx)
		_ = r.Close(ctx)
	}
	once() // fills the cache
	clear(took)
	for b.Loop() {
		once()
	}
	benchline.Line{Name: "wasm-start-go-warm", Value: median(took[len(steps)]) / 1e6, Unit: "ms"}.Print()
	for i, step := range steps {
		benchline.Line{Name: "wasm-start-go-warm-" + step, Value: median(took[i]) / 1e6, Unit: "ms"}.Print()
	}
}
