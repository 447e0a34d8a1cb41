package asm

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/tetratelabs/wazero"
)

// TestModule assembles one function of each kind of code and runs them.
func TestModule(t *testing.T) {
	t.Parallel()
	one, two := Get(0), Get(1)
	word, double := []Type{TypeI32}, []Type{TypeI64}
	counts := Seq( // local 1 counts up to local 0
		Forever(
			If(Op(I32GeU, two, one), Return(two)),
			Set(1, Op(I32Add, two, I32(1))),
		),
		Op(Unreachable),
	)
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	t.Cleanup(func() { _ = r.Close(ctx) })
	m, err := r.Instantiate(ctx, Module{Pages: 1, Data: []Data{{At: 1000, Bytes: []byte("abcdefgh")}}, Funcs: []Func{
		{Name: "count", Params: word, Results: word, Locals: word, Code: counts, Export: true},
		{Name: "halve", Params: double, Results: double, Code: Op(I64ShrU, one, I64(1)), Export: true},
		{Name: "choose", Params: word, Results: double, Code: Seq(IfElse(one, Return(I64(-5)), Return(I64(1<<40))), Op(Unreachable)), Export: true},
		{Name: "twice", Params: double, Results: double, Code: Call(1, Call(1, one)), Export: true},
		{Name: "load", Params: word, Results: word, Code: Load8(one, 1000), Export: true},
		{Name: "store", Params: double, Results: double, Code: Seq(Store64(I32(8), 0, one), Store8(I32(8), 0, I32(7)), Store32(I32(12), 0, I32(-1)), Load64(I32(8), 0)), Export: true},
		{Name: "fill", Params: word, Results: word, Code: Seq(MemoryFill(I32(200), I32(9), one), Load32(I32(200), 0)), Export: true},
		{Name: "grow", Params: word, Results: word, Code: Seq(Set(0, MemoryGrow(one)), MemorySize()), Export: true},
		{Name: "half", Params: word, Results: word, Code: Load16(one, 1000), Export: true},
		{Name: "copy", Params: word, Results: word, Code: Seq(MemoryCopy(I32(300), I32(1000), one), Load32(I32(300), 0)), Export: true},
		{Name: "hidden", Code: Op(Drop, I32(300))},
	}}.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if m.ExportedFunction("hidden") != nil || m.ExportedMemory("memory") == nil {
		t.Error("the exports are wrong")
	}
	for _, c := range []struct {
		name      string
		arg, want uint64
	}{
		{"count", 1000, 1000},
		{"halve", 1<<63 + 2, 1<<62 + 1},
		{"choose", 1, ^uint64(4)},
		{"choose", 0, 1 << 40},
		{"twice", 44, 11},
		{"load", 7, 'h'},
		{"store", 0x1122334455667788, 0xffffffff55667707},
		{"fill", 3, 0x090909},
		{"half", 2, 0x6463},
		{"copy", 3, 0x636261},
		{"grow", 2, 3},
	} {
		out, err := m.ExportedFunction(c.name).Call(ctx, c.arg)
		if err != nil || out[0] != c.want {
			t.Errorf("%s(%d) = %#x, %v; want %#x", c.name, c.arg, out, err, c.want)
		}
	}
}

func TestLeb(t *testing.T) {
	t.Parallel()
	for v, want := range map[int64][]byte{0: {0}, 63: {63}, 64: {0xc0, 0}, -1: {0x7f}, -64: {0x40}, -65: {0xbf, 0x7f}, 1 << 32: {0x80, 0x80, 0x80, 0x80, 0x10}} {
		if got := Sleb(v); !bytes.Equal(got, want) {
			t.Errorf("Sleb(%d) = %x, want %x", v, got, want)
		}
	}
	if got := fmt.Sprintf("%x %x %s", Uleb(127), Uleb(300), Name("ab")); got != "7f ac02 \x02ab" {
		t.Errorf("got %q", got)
	}
}
