// Package benchguest makes the WebAssembly plugins that benchmarks call: the least that a guest of the native ABI can do, so
// that what is measured is the host's part. It is used by tests and benchmarks only, and must not know what they measure.
package benchguest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/internal/asm"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// ID is the plugin's.
const ID = "bench.echo"

// Where things are in a guest's memory, and room for requests and replies.
const (
	emptyAt, describeAt = 512, 1024
	bufferAt            = 64 << 10
	replyAt             = 256 << 10
	// MaxRequest is the room for a request.
	MaxRequest = replyAt - bufferAt
)

// Dir writes a plugin that provides methods of a capability into a folder of its own: its manifest and module.
func Dir(tb testing.TB, capability string, module []byte) string {
	tb.Helper()
	dir := tb.TempDir()
	text := "id: " + ID + "\nversion: 1.0.0\npublisher: Test\nsummary: {en: x, zh: x}\nprovides: [" + capability + "]\nruntime: {wasm: {module: x.wasm}}\nlicence: Apache-2.0\n"
	for name, data := range map[string][]byte{manifest.FileName: []byte(text), "x.wasm": module} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// Echo is a module that finds the payload in each request and copies it into its reply.
func Echo(tb testing.TB, capability string, methods ...string) []byte {
	at, size, off := asm.Get(0), asm.Get(1), asm.Get(2)
	add := func(a, b asm.Code) asm.Code { return asm.Op(asm.I32Add, a, b) }
	names := asm.I32(32)
	for i := range 7 {
		names = add(names, asm.Load16(at, 16+2*i))
	}
	rest := asm.Op(asm.I32Sub, size, off)
	return guest(tb, capability, methods, []byte{wire.Version, 0, 0, 0}, asm.Seq(
		asm.Set(2, names),
		asm.MemoryCopy(asm.I32(replyAt+4), add(at, off), rest),
		asm.Op(asm.I64Or, span(replyAt, 0), asm.Op(asm.I64Ex, add(rest, asm.I32(4)))),
	))
}

// Answerer is a module that answers every call with the same payload.
func Answerer(tb testing.TB, answer pdk.Payload, capability string, methods ...string) []byte {
	reply := wire.AppendReply(nil, answer, nil)
	return guest(tb, capability, methods, reply, span(replyAt, len(reply)))
}

// span is where a reply stands, as dg_call returns it.
func span(at, n int) asm.Code { return asm.I64(int64(at)<<32 | int64(n)) }

// guest describes itself, and does with calls what call does: an expression of the place of the reply.
func guest(tb testing.TB, capability string, methods []string, reply []byte, call asm.Code) []byte {
	tb.Helper()
	description, err := json.Marshal(pdk.Description{ID: ID, Version: "1.0.0", Capabilities: map[string][]string{capability: methods}})
	if err != nil {
		tb.Fatal(err)
	}
	describe, empty := wire.AppendReply(nil, pdk.Payload{JSON: description}, nil), wire.AppendReply(nil, pdk.Payload{}, nil)
	i32, i64, op := asm.TypeI32, asm.TypeI64, asm.Load8(asm.Get(0), 1)
	return asm.Module{
		Pages: (replyAt+max(len(reply), MaxRequest))>>16 + 1,
		Data:  []asm.Data{{At: describeAt, Bytes: describe}, {At: emptyAt, Bytes: empty}, {At: replyAt, Bytes: reply}},
		Funcs: []asm.Func{
			{Name: "dg_alloc", Params: []asm.Type{i32}, Results: []asm.Type{i32}, Code: asm.I32(bufferAt), Export: true},
			{Name: "dg_call", Params: []asm.Type{i32, i32}, Results: []asm.Type{i64}, Locals: []asm.Type{i32}, Export: true, Code: asm.Seq(
				asm.If(asm.Op(asm.I32Eq, op, asm.I32(int64(wire.OpDescribe))), asm.Return(span(describeAt, len(describe)))),
				asm.If(asm.Op(asm.I32Ne, op, asm.I32(int64(wire.OpCall))), asm.Return(span(emptyAt, len(empty)))),
				call,
			)},
		},
	}.Bytes()
}
