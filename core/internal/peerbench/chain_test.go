package peerbench

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/internal/benchguest"
	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

const (
	chainCapability = "bench.echo/v1"
	chainContract   = `
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
        text: {type: string, minLength: 1, maxLength: 70000}
    result: *body
`
)

func chainBody(size int) []byte {
	const around = len(`{"id":4711,"text":""}`)
	return []byte(`{"id":4711,"text":"` + strings.Repeat("x", size-around) + `"}`)
}

type counter struct{ n int }

func (c *counter) Observe(capability.Outcome) { c.n++ }

// ann is a user who grants everything; nobody else is granted anything.
type ann struct{}

func (ann) Ask(_ context.Context, r permission.Request) (bool, error) { return r.User == "ann", nil }
func (ann) Settings(context.Context, string, string, map[string]bool) (map[string]bool, error) {
	return nil, permission.ErrDismissed
}
func (ann) Confirm(context.Context, permission.Confirmation) (int, error) { return -1, nil }

// chain is a kernel with one plugin, a contract, permissions and an observer; termination is on unless it is trusted. It
// asserts that what is measured refuses a bad field and a missing grant.
func chain(tb testing.TB, module []byte, abi string, trusted bool) (*core.Kernel, *counter) {
	tb.Helper()
	c, err := contract.Parse("bench.yaml", []byte(chainContract))
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	text := "id: " + benchguest.ID + "\nversion: 1.0.0\npublisher: Test\nsummary: {en: An echo}\nprovides: [" + chainCapability + "]\nruntime: {wasm: {module: x.wasm, abi: " + abi + "}}\n"
	for name, data := range map[string][]byte{manifest.FileName: []byte(text), "x.wasm": module} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	cfg := config.Default()
	cfg.Data, cfg.Policy.Trace, cfg.Policy.CallsPerSecond = tb.TempDir(), config.TraceOff, 1e8
	cfg.Plugins = []config.Plugin{{ID: benchguest.ID, Path: dir, Trusted: trusted}}
	seen := &counter{}
	k, err := core.New(context.Background(), cfg, core.Options{
		Logger: slog.New(slog.DiscardHandler), Contracts: []*contract.Contract{c}, Observers: []capability.Observer{seen}, Prompter: ann{},
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { k.Close() })
	refuses(tb, k)
	return k, seen
}

// native is the smallest plugin of our own ABI.
func native(tb testing.TB) []byte { return benchguest.Echo(tb, chainCapability, "echo") }

func refuses(tb testing.TB, k *core.Kernel) {
	tb.Helper()
	body := chainBody(100)
	if out, err := k.Call(context.Background(), chainCall("ann", body)); err != nil || string(out.JSON) != string(body) {
		tb.Fatalf("echo: %s, %v", out.JSON, err)
	}
	if _, err := k.Call(context.Background(), chainCall("ann", []byte(`{"id":0,"text":"x"}`))); pdk.Code(err) != pdk.CodeInvalidParams {
		tb.Fatalf("a bad field: %v", err)
	}
	if _, err := k.Call(context.Background(), chainCall("bob", body)); pdk.Code(err) != pdk.CodeDenied {
		tb.Fatalf("a missing grant: %v", err)
	}
}

func chainCall(user string, body []byte) *capability.Call {
	return &capability.Call{Info: pdk.Info{Capability: chainCapability, Method: "echo", App: "shop", User: user, Trace: "00000000000000000000000000000001"}, Payload: pdk.Payload{JSON: body}}
}

func chainSide(tb testing.TB, k *core.Kernel) side {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	tb.Cleanup(cancel)
	call := chainCall("ann", nil)
	return side{"dougong", func(in []byte) ([]byte, error) {
		call.Payload.JSON = in
		out, err := k.Call(ctx, call)
		return out.JSON, err
	}}
}

// TestMeasuredChain asserts that the measured chains refuse a bad field and a missing grant, and are observed.
func TestMeasuredChain(t *testing.T) {
	t.Parallel()
	for _, trusted := range []bool{false, true} {
		for _, p := range []struct {
			abi    string
			module []byte
		}{{manifest.ABINative, native(t)}, {manifest.ABIExtism, smallest()}} {
			k, seen := chain(t, p.module, p.abi, trusted)
			if k.Close(); seen.n != 3 {
				t.Errorf("%s: the observer saw %d of 3 calls", p.abi, seen.n)
			}
		}
	}
}

// TestMeasuredExtism asserts that both sides run the plugins and give back the very bytes.
func TestMeasuredExtism(t *testing.T) {
	t.Parallel()
	for _, p := range plugins {
		module := p.module(t)
		for _, s := range []side{ours(t, module, false), ours(t, module, true), theirs(t, module, true), theirs(t, module, false)} {
			for _, size := range []int{22, 29, 100, 64 << 10} {
				in := chainBody(size)
				if out, err := s.call(in); err != nil || string(out) != string(in) {
					t.Errorf("%s on %s: %d of %d bytes, %v", p.name, s.name, len(out), size, err)
				}
			}
		}
	}
}

// BenchmarkNative measures our own ABI through the whole chain against the smallest Extism plugin on extism/go-sdk, which
// checks nothing.
func BenchmarkNative(b *testing.B) {
	for _, size := range sizes {
		line := benchline.Line{Name: "native-chain-" + size.name, AtLeast: map[string]float64{"100B": 15, "64KiB": 10}[size.name]}
		b.Run(line.Name, func(b *testing.B) {
			k, _ := chain(b, native(b), manifest.ABINative, false)
			compare(b, line, chainSide(b, k), theirs(b, smallest(), true), chainBody(size.bytes), size.calls, size.rounds)
		})
	}
}
