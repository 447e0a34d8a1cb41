package brake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/asm"
	"github.com/dougong-dev/dougong/core/internal/extismtest"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

var (
	word  = []asm.Type{asm.TypeI32}
	one   = asm.Get(0)
	spin  = asm.Seq(asm.Forever(), asm.Op(asm.Unreachable))
	count = asm.Seq(asm.Forever(
		asm.If(asm.Op(asm.I32GeU, asm.Get(1), one), asm.Return(asm.Get(1))),
		asm.Set(1, asm.Op(asm.I32Add, asm.Get(1), asm.I32(1)))), asm.Op(asm.Unreachable))
	// fib calls itself and has no loop.
	fib = asm.Seq(asm.If(asm.Op(asm.I32LtU, one, asm.I32(2)), asm.Return(one)),
		asm.Op(asm.I32Add, asm.Call(2, asm.Op(asm.I32Sub, one, asm.I32(1))), asm.Call(2, asm.Op(asm.I32Sub, one, asm.I32(2)))))
	// wipe fills its memory again and again.
	wipe = asm.Seq(asm.Forever(asm.MemoryFill(asm.I32(0), one, asm.I32(65536))), asm.Op(asm.Unreachable))
)

// long runs through many calls of straight code before it comes to the head of a loop or of such a function again.
func long() []byte {
	leaf := asm.Func{Name: "leaf", Params: word, Results: word,
		Code: asm.Seq(bytes.Repeat(asm.Op(asm.Drop, asm.Op(asm.I32DivU, asm.I32(77), one)), 2000), asm.I32(1))}
	mid := asm.Func{Name: "mid", Params: word, Code: bytes.Repeat(asm.Op(asm.Drop, asm.Call(0, one)), 5000)}
	return asm.Module{Pages: 1, Funcs: []asm.Func{leaf, mid,
		{Name: "long", Params: word, Results: word, Code: asm.Seq(asm.Forever(asm.Call(1, one)), asm.Op(asm.Unreachable)), Export: true}}}.Bytes()
}

// fills moves much memory without a loop or a call.
func fills() []byte {
	return asm.Module{Pages: 1000, Funcs: []asm.Func{{Name: "fills", Params: word, Results: word, Export: true,
		Code: asm.Seq(bytes.Repeat(asm.MemoryFill(asm.I32(0), one, asm.I32(1000<<16)), 1000), one)}}}.Bytes()
}

func sample(pages int) []byte {
	return asm.Module{Pages: pages, Funcs: []asm.Func{
		{Name: "spin", Params: word, Results: word, Code: spin, Export: true},
		{Name: "count", Params: word, Results: word, Locals: word, Code: count, Export: true},
		{Name: "fib", Params: word, Results: word, Code: fib, Export: true},
		{Name: "twice", Params: word, Results: word, Code: asm.Call(1, asm.Call(1, one)), Export: true},
	}}.Bytes()
}

// withStart adds a start section for a function without parameters or results.
func withStart(code asm.Code) []byte {
	m, _ := split(asm.Module{Pages: 1, Funcs: []asm.Func{{Name: "begin", Code: code}}}.Bytes())
	m.sections[secStart] = section{0, []byte{0}}
	return m.bytes()
}

func start(t testing.TB, module []byte) api.Module {
	t.Helper()
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	t.Cleanup(func() { _ = r.Close(ctx) })
	m, err := r.Instantiate(ctx, module)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func fit(t testing.TB, module []byte) []byte {
	t.Helper()
	out, err := Fit(module)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFitChangesNoResult(t *testing.T) {
	t.Parallel()
	for _, pages := range []int{0, 1} {
		m := start(t, fit(t, sample(pages)))
		for _, c := range []struct {
			name      string
			arg, want uint64
		}{{"count", 0, 0}, {"count", 1_000_000, 1_000_000}, {"fib", 20, 6765}, {"twice", 1000, 1000}} {
			out, err := m.ExportedFunction(c.name).Call(context.Background(), c.arg)
			if err != nil || out[0] != c.want {
				t.Errorf("%s(%d) = %v, %v; want %d", c.name, c.arg, out, err, c.want)
			}
		}
	}
}

// TestStop sets the flag while guests run that nothing else would end, and while Go collects its garbage.
func TestStop(t *testing.T) {
	t.Parallel()
	for name, module := range map[string][]byte{
		"spin": sample(1), "spin without memory": sample(0), "fib": sample(1),
		"wipe":  asm.Module{Pages: 1, Funcs: []asm.Func{{Name: "wipe", Params: word, Results: word, Code: wipe, Export: true}}}.Bytes(),
		"start": withStart(asm.Forever()),
		"long":  long(), "fills": fills(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := start(t, fit(t, module))
			f, _, _ := strings.Cut(name, " ")
			arg := []uint64{100}
			if f == "start" {
				f, arg = StartName, nil
			}
			ended := make(chan error)
			go func() {
				_, err := m.ExportedFunction(f).Call(context.Background(), arg...)
				ended <- err
			}()
			select {
			case err := <-ended:
				t.Fatalf("it ended by itself: %v", err)
			case <-time.After(20 * time.Millisecond):
			}
			runtime.GC() // the guest must not hold it up
			m.ExportedGlobal(FlagName).(api.MutableGlobal).Set(1)
			select {
			case err := <-ended:
				if err == nil || !strings.Contains(err.Error(), "unreachable") {
					t.Errorf("got %v", err)
				}
			case <-time.After(5 * time.Second):
				t.Error("it still runs 5 s after the flag was set")
			}
		})
	}
}

func TestKits(t *testing.T) {
	t.Parallel()
	for name, module := range map[string][]byte{"go": extismtest.Go(t), "as": extismtest.AssemblyScript(t)} {
		fitted := fit(t, module)
		ctx := context.Background()
		r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
		t.Cleanup(func() { _ = r.Close(ctx) })
		if _, err := r.CompileModule(ctx, fitted); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if name == "go" && !bytes.Contains(fitted, []byte("main.")) {
			t.Error("the names of functions are gone, and crashes will tell nothing")
		}
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	header := "\x00asm\x01\x00\x00\x00"
	for in, want := range map[string]string{
		"":                                  "it begins with",
		"\x7fELF":                           "it begins with 7f 45 4c 46, expected 00 61 73 6d",
		header + "\x01":                     "at byte 9: size of a section needs 1 bytes",
		header + "\x01\x05\x00":             "at byte 10: section needs 5 bytes, 1 are left",
		header + "\x01\x01\x00\x01":         "at byte 12",
		header + "\x1f\x01\x00":             "at byte 10: section 31 is unknown",
		header + "\x03\x02\x01\x00":         "1 functions, and no code",
		header + "\x0a\x04\x01\x02\x00\x0b": "1 function bodies for 0 functions",
		header + "\x02\x04\x01\x00\x00\x09": "import of kind 9",
		header + "\x01\x04\x01\x60\x00\x00" + "\x03\x02\x01\x00" + "\x0a\x05\x01\x03\x00\xff\x0b": "at byte 23: instruction 0xff is not one",
		header + "\x01\x04\x01\x60\x00\x00" + "\x03\x02\x01\x00" + "\x0a\x05\x01\x09\x00\x41\x0b": "function needs 9 bytes, 3 are left",
		header + "\x01\x04\x01\x60\x00\x00" + "\x03\x02\x01\x00" + "\x0a\x05\x01\x03\x00\x41\xff": "at byte 25: constant needs 1 bytes",
		header + "\x01\x06\xff\xff\xff\xff\x7f\x00":                                               "more than 32 bits",
		header + "\x01\x05\xff\xff\xff\xff\x0f":                                                   "at byte 15: a number that cannot be true: 4294967295 as number of entries in a section, with 0 bytes left",
		header + "\x01\x07\x01\x60\xff\xff\xff\x0f\x00":                                           "33554431 as number of parameters, with 1 bytes left",
		header + "\x04\x06\x01\x70\x00\xff\xff\x7f":                                               "tables of 2097151 entries, at most 1048576",
		header + "\x04\x0b\x02\x70\x00\xff\xff\x3f\x70\x00\xff\xff\x3f":                           "tables of 2097150 entries, at most 1048576",
		header + "\x04\x05\x01\x70\x01\x02\x01":                                                   "a table of 2 entries, which says that it has at most 1",
	} {
		if _, err := Fit([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", in, err, want)
		}
	}
}

// TestImportedGlobals lets a segment begin where the module's surroundings say.
func TestImportedGlobals(t *testing.T) {
	t.Parallel()
	module := "\x00asm\x01\x00\x00\x00" + "\x02\x08\x01\x01a\x01b\x03\x7f\x00" + "\x05\x03\x01\x00\x01" + "\x0b\x07\x01\x00\x23\x00\x0b\x01x"
	fitted := fit(t, []byte(module))
	r := wazero.NewRuntime(t.Context())
	defer func() { _ = r.Close(context.Background()) }()
	if _, err := r.CompileModule(t.Context(), fitted); err != nil {
		t.Error(err)
	}
}

// FuzzFit checks that what the engine takes it takes with a brake too.
func FuzzFit(f *testing.F) {
	f.Add(sample(0))
	f.Add(sample(1))
	f.Add(withStart(nil))
	f.Add(extismtest.AssemblyScript(f))
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithMemoryLimitPages(64))
	f.Cleanup(func() { _ = r.Close(ctx) })
	f.Fuzz(func(t *testing.T, module []byte) {
		fitted, err := Fit(module)
		if m, shape := split(module); errors.Is(err, errCount) || shape != nil || m.bound() != nil {
			return // the engine would take memory for what is not there, perhaps more than there is
		}
		compiled, good := r.CompileModule(ctx, module)
		if good != nil {
			return
		}
		defer func() { _ = compiled.Close(ctx) }()
		if err != nil {
			t.Fatalf("a good module is refused: %v", err)
		}
		again, err := r.CompileModule(ctx, fitted)
		if err != nil {
			t.Fatalf("a good module is spoiled: %v", err)
		}
		_ = again.Close(ctx)
	})
}

// TestFitHidesItsGlobals lets a module name the globals that are not there yet: the count of turns and the flag.
func TestFitHidesItsGlobals(t *testing.T) {
	t.Parallel()
	loop := func(code ...asm.Code) []byte {
		return asm.Module{Pages: 1, Funcs: []asm.Func{{Name: "spin", Export: true,
			Code: asm.Seq(asm.Forever(code...), asm.Op(asm.Unreachable))}}}.Bytes()
	}
	for name, module := range map[string][]byte{
		"sets the turns": loop(globalSet(0, asm.I32(1<<30))),
		"sets the flag":  loop(globalSet(1, asm.I32(0))),
		"reads the flag": loop(asm.Op(asm.Drop, globalGet(1))),
		"far beyond":     loop(globalSet(1<<20, asm.I32(0))),
	} {
		if _, err := Fit(module); err == nil || !strings.Contains(err.Error(), "the module has 0") || !strings.Contains(err.Error(), "at byte") {
			t.Errorf("%s: got %v, want a refusal that names the place and the number of globals", name, err)
		}
	}
}

// TestVersion fails when Fit makes something else of a module than before: hosts have kept what it made.
func TestVersion(t *testing.T) {
	t.Parallel()
	sum := sha256.New()
	for _, module := range [][]byte{sample(1), long(), fills(), withStart(nil)} {
		fitted, err := Fit(module)
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(fitted)
	}
	if got, want := Version+" "+hex.EncodeToString(sum.Sum(nil))[:16], "1 73ef50702b8e6167"; got != want {
		t.Errorf("got %q, want %q: give Version another number, and this test what it got", got, want)
	}
}
