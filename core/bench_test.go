package core_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/internal/benchguest"
	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

const (
	benchCapability = "bench.echo/v1"
	benchContract   = `
capability: bench.echo/v1
summary: {en: Answers, zh: 应答}
methods:
  echo:
    api: [wx.benchEcho]
    mode: async
    scope: scope.bench
    summary: {en: Answers, zh: 应答}
    params: &body
      type: object
      required: [id, text]
      properties:
        id: {type: integer, minimum: 1}
        text: {type: string, minLength: 1, maxLength: 200}
        kind: {enum: [plain, rich]}
        tags: {type: array, items: {type: string}}
    result: *body
  large:
    api: [wx.benchLarge]
    mode: async
    scope: scope.bench
    summary: {en: Answers with many bytes, zh: 应答}
    params: &bytes
      type: object
      required: [id]
      properties: {id: {type: integer, minimum: 1}, data: {type: bytes}, text: {type: string}}
    result: *bytes
`
	benchBody = `{"id":4711,"text":"the quick brown fox jumps over the lazy dog","kind":"plain","tags":["one","two"]}`
)

// request is what a benchmark asks for, and what it is answered.
type request struct {
	method string
	body   pdk.Payload
}

// The requests that are measured.
var (
	small     = request{"echo", pdk.Payload{JSON: []byte(benchBody)}}
	largeBlob = request{"large", pdk.Payload{JSON: []byte(`{"id":4711,"data":{"$blob":0}}`), Blobs: [][]byte{bytes.Repeat([]byte("dougong "), 8<<10)}}}
	largeText = request{"large", pdk.Payload{JSON: []byte(`{"id":4711,"text":"` + strings.Repeat("dougong ", 8<<10) + `"}`)}}
)

// bare is the peer: the same module called through wazero alone, with the request copied in and the answer copied out.
type bare struct {
	memory  api.Memory
	call    api.Function
	buffer  uint32
	request []byte
	stack   [2]uint64
}

func newBare(tb testing.TB, module []byte, terminable bool, call *capability.Call) *bare {
	tb.Helper()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCloseOnContextDone(terminable))
	tb.Cleanup(func() { r.Close(ctx) })
	m, err := r.Instantiate(ctx, module)
	if err != nil {
		tb.Fatal(err)
	}
	alloc, err := m.ExportedFunction("dg_alloc").Call(ctx, 1024)
	if err != nil {
		tb.Fatal(err)
	}
	q := &wire.Request{Op: wire.OpCall, Info: call.Info, Payload: call.Payload}
	return &bare{memory: m.Memory(), call: m.ExportedFunction("dg_call"), buffer: uint32(alloc[0]), request: wire.AppendRequest(nil, q)}
}

func (g *bare) once(ctx context.Context) error {
	g.memory.Write(g.buffer, g.request)
	g.stack[0], g.stack[1] = uint64(g.buffer), uint64(len(g.request))
	if err := g.call.CallWithStack(ctx, g.stack[:]); err != nil {
		return err
	}
	view, ok := g.memory.Read(uint32(g.stack[0]>>32), uint32(g.stack[0]))
	if !ok || len(append([]byte(nil), view...)) == 0 {
		return fmt.Errorf("no answer")
	}
	return nil
}

type counter struct{ n int }

func (c *counter) Observe(capability.Outcome) { c.n++ }

func newBenchKernel(tb testing.TB, r request, trusted bool) (*core.Kernel, *counter, []byte) {
	tb.Helper()
	module := benchguest.Answerer(tb, r.body, benchCapability, "echo", "large")
	c, err := contract.Parse("bench.yaml", []byte(benchContract))
	if err != nil {
		tb.Fatal(err)
	}
	cfg := config.Default()
	cfg.Data, cfg.Policy.Trace, cfg.Policy.CallsPerSecond = tb.TempDir(), config.TraceOff, 1e8
	cfg.Plugins = []config.Plugin{{ID: benchguest.ID, Path: benchguest.Dir(tb, benchCapability, module), Trusted: trusted}}
	seen := &counter{}
	k, err := core.New(context.Background(), cfg, core.Options{
		Logger: slog.New(slog.DiscardHandler), Contracts: []*contract.Contract{c}, Observers: []capability.Observer{seen},
		Prompter: prompter{ask: func(r permission.Request) (bool, error) { return r.User == "ann", nil }},
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { k.Close() })
	return k, seen, module
}

func (r request) call(user string) *capability.Call {
	return &capability.Call{Info: pdk.Info{Capability: benchCapability, Method: r.method, App: "shop", User: user, Trace: "00000000000000000000000000000001"}, Payload: r.body}
}

// checkPath asserts that what is measured does its work: a good call is answered, a bad field and a missing grant are
// refused.
func checkPath(tb testing.TB, k *core.Kernel, r request) {
	tb.Helper()
	p, err := k.Call(context.Background(), r.call("ann"))
	if err != nil || !reflect.DeepEqual(p, r.body) {
		tb.Fatalf("a good call: %.100s, %v", p.JSON, err)
	}
	bad := r.call("ann")
	bad.Payload = pdk.Payload{JSON: []byte(`{"id":0,"text":"x"}`)}
	if _, err := k.Call(context.Background(), bad); pdk.Code(err) != pdk.CodeInvalidParams {
		tb.Fatalf("a bad field is not refused: %v", err)
	}
	if _, err := k.Call(context.Background(), r.call("bob")); pdk.Code(err) != pdk.CodeDenied {
		tb.Fatalf("a missing grant is not refused: %v", err)
	}
}

func TestMeasuredPath(t *testing.T) {
	t.Parallel()
	for _, r := range []request{small, largeBlob, largeText} {
		for _, trusted := range []bool{false, true} {
			k, _, _ := newBenchKernel(t, r, trusted)
			checkPath(t, k, r)
		}
	}
}

// inTurns runs both in turns and returns how long each takes per call in its median round: turns, so that both see the
// same machine, and the median, because on a busy machine some rounds are interrupted.
func inTurns(tb testing.TB, one, other func() error) (a, b time.Duration) {
	tb.Helper()
	const rounds, calls = 1000, 100
	var took [2][]time.Duration
	for range rounds {
		for i, f := range []func() error{one, other} {
			began := time.Now()
			for range calls {
				if err := f(); err != nil {
					tb.Fatal(err)
				}
			}
			took[i] = append(took[i], time.Since(began))
		}
	}
	slices.Sort(took[0])
	slices.Sort(took[1])
	return took[0][rounds/2] / calls, took[1][rounds/2] / calls
}

// BenchmarkWasmCall measures a call through the whole chain. Its context has a deadline, as that of the bare call has; a
// call without one gets the manifest's, which costs a timer and is measured for information.
func BenchmarkWasmCall(b *testing.B) {
	for _, c := range []struct {
		name     string
		request  request
		trusted  bool
		deadline bool
		budget   float64
		peer     string
	}{
		{"wasm-chain-100B", small, false, true, 3, "bare-wazero-terminable"},
		{"wasm-chain-100B-no-deadline", small, false, false, 0, "bare-wazero-terminable"},
		{"wasm-chain-100B-trusted", small, true, true, 6, "bare-wazero"},
		{"wasm-chain-64KiB", largeBlob, false, true, 1.5, "bare-wazero-terminable"},
		{"wasm-chain-64KiB-text", largeText, false, true, 1.5, "bare-wazero-terminable"},
	} {
		b.Run(c.name, func(b *testing.B) {
			k, seen, module := newBenchKernel(b, c.request, c.trusted)
			checkPath(b, k, c.request)
			bareCtx, cancel := context.WithTimeout(context.Background(), time.Hour)
			defer cancel()
			ctx := context.Background()
			if c.deadline {
				ctx = bareCtx
			}
			call := c.request.call("ann")
			g := newBare(b, module, !c.trusted, call)
			run := func() error { _, err := k.Call(ctx, call); return err }
			if b.N == 1 { // the comparison measures by its own rounds
				chain, peer := inTurns(b, run, func() error { return g.once(bareCtx) })
				benchline.Line{Name: c.name, Value: float64(chain.Nanoseconds()), Unit: "ns", Peer: c.peer, Ratio: float64(chain) / float64(peer), AtMost: c.budget}.Print()
				benchline.Line{Name: c.name + "-allocs", Value: testing.AllocsPerRun(1000, func() { _ = run() }), Unit: "allocs"}.Print()
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := run(); err != nil {
					b.Fatal(err)
				}
			}
			if k.Close(); seen.n == 0 {
				b.Error("the observer saw nothing")
			}
		})
	}
}
