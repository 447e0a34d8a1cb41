package brake

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/internal/asm"
	"github.com/dougong-dev/dougong/core/internal/extismtest"
	"github.com/tetratelabs/wazero"
)

// pieces of functions that are cheap to write and dear to compile.
var (
	bareIf    = []byte{0x20, 0, 0x04, 0x40, 0x0b}
	bareLoop  = []byte{0x03, 0x40, 0x0b}
	exit      = []byte{0x20, 0, 0x0d, 0}
	fill      = []byte{0x20, 0, 0x20, 0, 0x20, 0, 0xfc, 11, 0}
	openLoop  = []byte{0x03, 0x40}
	openBlock = []byte{0x02, 0x40}
	end       = []byte{0x0b}
)

func nested(n int, open, close []byte) asm.Code {
	return append(bytes.Repeat(open, n), bytes.Repeat(close, n)...)
}

// carried gives n locals a value, has it pass by so many ifs, and reads it then.
func carried(locals, ifs int) asm.Code {
	var before, after asm.Code
	for i := range locals {
		before = append(before, asm.Set(i+1, asm.Get(0))...)
		after = append(after, asm.Op(asm.Drop, asm.Get(i+1))...)
	}
	return asm.Seq(before, bytes.Repeat(bareIf, ifs), after)
}

// around nests loops around code that reads and sets locals.
func around(loops, locals int) asm.Code {
	var code asm.Code
	for i := range locals {
		code = asm.Seq(code, asm.Set(i+1, asm.Op(asm.I32Add, asm.Get(i+1), asm.I32(1))))
	}
	return asm.Seq(bytes.Repeat(openLoop, loops), code, bytes.Repeat(append(exit, end...), loops))
}

func function(name string, locals int, code asm.Code) asm.Func {
	return asm.Func{Name: name, Params: word, Locals: bytesOf(locals), Code: code, Export: true}
}

func bytesOf(n int) (out []asm.Type) {
	for range n {
		out = append(out, asm.TypeI32)
	}
	return out
}

// labels is a br_table of n labels.
func labels(n int) asm.Code {
	return asm.Seq(openBlock, asm.Get(0), append([]byte{0x0e}, asm.Uleb(uint64(n))...), make([]byte, n+1), end)
}

// TestCompileBombs: a module of a few kilobytes must not keep the engine busy for minutes.
func TestCompileBombs(t *testing.T) {
	t.Parallel()
	many := asm.Module{Pages: 1}
	for range 50 {
		many.Funcs = append(many.Funcs, function("part", 0, bytes.Repeat(bareIf, 16000)))
	}
	one := func(locals int, code asm.Code) asm.Module {
		return asm.Module{Pages: 1, Funcs: []asm.Func{function("small", 0, nil), function("bomb", locals, code)}}
	}
	const big = `function 1 ("bomb") would keep the compiler busy for too long`
	for name, c := range map[string]struct {
		module asm.Module
		want   string
	}{
		"ifs":           {one(0, bytes.Repeat(bareIf, 33000)), big + ": 33160 blocks and 1 locals make"},
		"loops":         {one(0, bytes.Repeat(bareLoop, 8000)), big},
		"nested loops":  {one(0, nested(8000, openLoop, end)), big},
		"nested blocks": {one(0, nested(20000, append(openBlock, exit...), end)), big},
		"exits":         {one(0, asm.Seq(openBlock, bytes.Repeat(exit, 33000), end)), big},
		"fills":         {one(0, bytes.Repeat(fill, 8000)), big},
		"br_table":      {one(0, labels(120_000)), big},
		"locals":        {one(4000, carried(4000, 1000)), big + ": 1039 blocks and 4001 locals make"},
		"loops around":  {one(100, around(1000, 100)), big},
		"functions":     {many, `("part") the module's large functions would keep the compiler busy for too long`},
	} {
		_, err := Fit(c.module.Bytes())
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "at byte ") {
			t.Errorf("%s: got %v\nwant %q", name, err, c.want)
		}
	}
}

// TestTypes: an instruction of two bytes must not move thousands of values.
func TestTypes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		params, results int
		want            string
	}{
		{maxParams, maxResults, ""},
		{maxParams + 1, 0, "a type with 257 parameters, at most 256 are allowed"},
		{0, maxResults + 1, "a type with 33 results, at most 32 are allowed"},
	} {
		m := asm.Module{Pages: 1, Imports: []asm.Import{{Module: "m", Name: "f", Params: bytesOf(c.params), Results: bytesOf(c.results)}}}
		_, err := Fit(m.Bytes())
		if got := errorText(err); c.want == "" && err != nil || !strings.Contains(got, c.want) {
			t.Errorf("%d parameters, %d results: got %v, want %q", c.params, c.results, err, c.want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestLargeFunctions takes what is as large as the largest function of real programs, and what kits make with room to spare.
func TestLargeFunctions(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]asm.Func{
		"Go's compiler": function("rewrite", 4, asm.Seq(carried(4, 17_000), labels(500))),
		"CPython":       function("eval", 47, asm.Seq(carried(47, 3_500), bytes.Repeat(bareLoop, 20))),
	} {
		if _, err := Fit((asm.Module{Pages: 1, Funcs: []asm.Func{f}}).Bytes()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, module := range map[string][]byte{"go": extismtest.Go(t), "as": extismtest.AssemblyScript(t)} {
		if most := largest(t, module); most > maxWork/100 {
			t.Errorf("%s: its largest function makes %d units of work, which is too near to %d", name, most, maxWork)
		}
	}
}

func largest(t *testing.T, module []byte) (most uint64) {
	t.Helper()
	m, err := split(module)
	if err != nil {
		t.Fatal(err)
	}
	had, err := m.count()
	if err != nil {
		t.Fatal(err)
	}
	r := m.reader(secCode)
	for range r.u32("number of functions") {
		body := r.take(r.u32("size"), "function")
		f := fitter{globals: had.globals}
		if _, err := f.fit(&reader{buf: body, work: &f.work}); err != nil {
			t.Fatal(err)
		}
		most = max(most, f.work.total())
	}
	return most
}

// TestNames: what a message calls a function, also in modules that are wrong.
func TestNames(t *testing.T) {
	t.Parallel()
	named := &sections{name: []byte("\x04name" + "\x01\x08\x02\x00\x01a\x05\x02bc")}
	exported := &sections{sections: map[byte]section{secExport: {0, []byte("\x02\x01g\x03\x01\x02fn\x00\x01")}}}
	for _, c := range []struct {
		m     *sections
		index uint32
		want  string
	}{{named, 5, ` ("bc")`}, {named, 1, ""}, {exported, 1, ` ("fn")`}, {exported, 0, ""}, {&sections{name: []byte("\x04name\x01\xff")}, 0, ""}, {&sections{}, 0, ""}} {
		if got := c.m.nameOf(c.index); got != c.want {
			t.Errorf("function %d is called %q, want %q", c.index, got, c.want)
		}
	}
}

// BenchmarkCompileLargest shows what the limit means: how long the engine is busy with the largest function that is allowed.
func BenchmarkCompileLargest(b *testing.B) {
	fitted, err := Fit((asm.Module{Pages: 1, Funcs: []asm.Func{function("largest", 0, bytes.Repeat(bareIf, 19_700))}}).Bytes())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		ctx := context.Background()
		r := wazero.NewRuntime(ctx)
		if _, err := r.CompileModule(ctx, fitted); err != nil {
			b.Fatal(err)
		}
		_ = r.Close(ctx)
	}
}

// TestOtherMemories: memories that are shared, of 64 bits or several are beyond what the engine takes here, with a brake too.
func TestOtherMemories(t *testing.T) {
	t.Parallel()
	header := "\x00asm\x01\x00\x00\x00"
	for name, module := range map[string]string{
		"shared":          header + "\x05\x04\x01\x03\x01\x01",
		"64 bits":         header + "\x05\x03\x01\x04\x01",
		"two":             header + "\x05\x05\x02\x00\x01\x00\x01",
		"imported shared": header + "\x02\x09\x01\x01a\x01b\x02\x03\x01\x01",
	} {
		fitted, err := Fit([]byte(module))
		if err != nil {
			continue
		}
		ctx := context.Background()
		r := wazero.NewRuntime(ctx)
		if _, err := r.CompileModule(ctx, fitted); err == nil {
			t.Errorf("%s: taken", name)
		}
		_ = r.Close(ctx)
	}
}
