package peerbench

import (
	"context"
	"testing"

	"github.com/dougong-dev/dougong/core/internal/asm"
	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/internal/extismtest"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	extism "github.com/extism/go-sdk"
	"github.com/tetratelabs/wazero"
)

// plugins are Extism plugins that nobody has changed for us; each exports echo.
var plugins = []struct {
	name   string
	module func(testing.TB) []byte
}{
	{"asm", func(testing.TB) []byte { return smallest() }},
	{"as-pdk", extismtest.AssemblyScript},
	{"go-pdk", extismtest.Go},
}

const env = "extism:host/env"

// smallest is the least that an echo can be: what a kit does, and no language runtime around it.
func smallest() []byte {
	n, at, i := asm.Get(0), asm.Get(1), asm.Get(2)
	i64 := []asm.Type{asm.TypeI64}
	two := []asm.Type{asm.TypeI64, asm.TypeI64}
	next := func(by int64) asm.Code { return asm.Set(2, asm.Op(asm.I64Add, i, asm.I64(by))) }
	const length, alloc, load64, store64, load8, store8, output = 0, 1, 2, 3, 4, 5, 6
	return asm.Module{
		Imports: []asm.Import{
			{Module: env, Name: "input_length", Results: i64},
			{Module: env, Name: "alloc", Params: i64, Results: i64},
			{Module: env, Name: "input_load_u64", Params: i64, Results: i64},
			{Module: env, Name: "store_u64", Params: two},
			{Module: env, Name: "input_load_u8", Params: i64, Results: []asm.Type{asm.TypeI32}},
			{Module: env, Name: "store_u8", Params: []asm.Type{asm.TypeI64, asm.TypeI32}},
			{Module: env, Name: "output_set", Params: two},
		},
		Pages: 1,
		Funcs: []asm.Func{{Name: "echo", Results: []asm.Type{asm.TypeI32}, Locals: []asm.Type{asm.TypeI64, asm.TypeI64, asm.TypeI64}, Export: true, Code: asm.Seq(
			asm.Set(0, asm.Call(length)),
			asm.Set(1, asm.Call(alloc, n)),
			asm.Forever(
				asm.If(asm.Op(asm.I64GeU, asm.Op(asm.I64Sub, n, i), asm.I64(8)),
					asm.Call(store64, asm.Op(asm.I64Add, at, i), asm.Call(load64, i)), next(8), asm.Continue(1)),
				asm.If(asm.Op(asm.I64LtU, i, n),
					asm.Call(store8, asm.Op(asm.I64Add, at, i), asm.Call(load8, i)), next(1), asm.Continue(1)),
				asm.Call(output, at, n),
				asm.Return(asm.I32(0)),
			),
			asm.Op(asm.Unreachable),
		)}},
	}.Bytes()
}

// ours has the Extism plugin in our kernel, with the whole chain and the limits of any plugin: termination on, unless it is
// trusted.
func ours(tb testing.TB, module []byte, trusted bool) side {
	tb.Helper()
	k, _ := chain(tb, module, manifest.ABIExtism, trusted)
	return chainSide(tb, k)
}

// theirs runs it on extism/go-sdk, without logging, compiled, with a timeout if ours can be stopped too. Its output is
// already a copy.
func theirs(tb testing.TB, module []byte, stoppable bool) side {
	tb.Helper()
	ctx := context.Background()
	cache := wazero.NewCompilationCache()
	m := extism.Manifest{Wasm: []extism.Wasm{extism.WasmData{Data: module}}}
	if stoppable {
		m.Timeout = 10_000 // milliseconds, as ours
	}
	extism.SetLogLevel(extism.LogLevelOff)
	p, err := extism.NewPlugin(ctx, m, extism.PluginConfig{EnableWasi: true, RuntimeConfig: wazero.NewRuntimeConfig().WithCompilationCache(cache)}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = p.Close(ctx)
		_ = cache.Close(ctx)
	})
	return side{"extism-go-sdk", func(in []byte) ([]byte, error) {
		_, out, err := p.CallWithContext(ctx, "echo", in)
		return out, err
	}}
}

func BenchmarkExtism(b *testing.B) {
	for _, p := range plugins {
		for _, size := range sizes {
			for _, trusted := range []bool{false, true} {
				line := benchline.Line{Name: "extism-" + p.name + "-" + size.name, AtLeast: map[string]float64{"100B": 30, "64KiB": 7}[size.name]}
				if trusted { // for information: neither side can stop it
					line.Name, line.AtLeast = line.Name+"-trusted", 0
				}
				b.Run(line.Name, func(b *testing.B) {
					module := p.module(b)
					compare(b, line, ours(b, module, trusted), theirs(b, module, !trusted), chainBody(size.bytes), size.calls, size.rounds)
				})
			}
		}
	}
}
