package extism

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// kernel is a running kernel whose host functions only remember faults.
type kernel struct {
	t      testing.TB
	module api.Module
}

// kernels are the runtimes that tests share, by their limit in pages: compiling takes far longer than a test.
var kernels sync.Map

// newKernel starts a kernel that has at most so many pages.
func newKernel(t testing.TB, pages uint32) *kernel {
	t.Helper()
	shared, _ := kernels.LoadOrStore(pages, sync.OnceValues(func() (func() (api.Module, error), error) { return compile(pages) }))
	start, err := shared.(func() (func() (api.Module, error), error))()
	if err != nil {
		t.Fatal(err)
	}
	m, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close(context.Background()) })
	return &kernel{t, m}
}

// compile gives a function that starts kernels.
func compile(pages uint32) (func() (api.Module, error), error) {
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithMemoryLimitPages(pages))
	host := r.NewHostModuleBuilder(HostModule)
	for _, f := range append(HostFunctions(), FaultSignature()) {
		run := func(context.Context, []uint64) {}
		if f.Name == FaultName {
			run = func(_ context.Context, s []uint64) { panic(fmt.Errorf("%s %d bytes at %#x", Fault(s[0]), s[2], s[1])) }
		}
		host.NewFunctionBuilder().WithGoFunction(api.GoFunc(run), types(f.Params), types(f.Results)).Export(f.Name)
	}
	if _, err := host.Instantiate(ctx); err != nil {
		return nil, err
	}
	m, err := r.CompileModule(ctx, Module())
	return func() (api.Module, error) {
		return r.InstantiateModule(ctx, m, wazero.NewModuleConfig().WithName(""))
	}, err
}

func types[T ~byte](list []T) (out []api.ValueType) {
	for _, t := range list {
		out = append(out, api.ValueType(t))
	}
	return out
}

// call calls a function; the error is what it did wrong.
func (k *kernel) call(name string, args ...uint64) (uint64, error) {
	out, err := k.module.ExportedFunction(name).Call(context.Background(), args...)
	if err != nil || len(out) == 0 {
		return 0, err
	}
	return out[0], nil
}

func (k *kernel) must(name string, args ...uint64) uint64 {
	k.t.Helper()
	out, err := k.call(name, args...)
	if err != nil {
		k.t.Fatalf("%s(%v): %v", name, args, err)
	}
	return out
}

func (k *kernel) memory() Memory {
	m, _ := k.module.Memory().Read(0, k.module.Memory().Size())
	return m
}

// walk reads the blocks in order and checks what has to be true of them and of the free lists.
func (k *kernel) walk() (used map[uint64]uint64) {
	k.t.Helper()
	m := k.memory()
	used = map[uint64]uint64{}
	free := map[uint32]bool{}
	previous, wasFree := uint32(0), false
	at := uint32(DataStart)
	for at < m.word(rootTop) {
		size := m.word(at + blockSize)
		if size == 0 || size%Granule != 0 || m.word(at+blockPrevious) != previous {
			k.t.Fatalf("block %#x: size %d, previous %#x, want %#x", at, size, m.word(at+blockPrevious), previous)
		}
		switch m.word(at+blockTag) ^ at {
		case tagUsed:
			used[uint64(at+header)] = uint64(m.word(at + blockUsed))
			wasFree = false
		case tagFree:
			if wasFree {
				k.t.Fatalf("block %#x and the one before it are free and not joined", at)
			}
			free[at], wasFree = true, true
		default:
			k.t.Fatalf("block %#x has tag %#x", at, m.word(at))
		}
		previous, at = at, at+header+size
	}
	if at != m.word(rootTop) || wasFree || m.word(rootLast) != previous {
		k.t.Fatalf("top %#x, last %#x; the blocks end at %#x with %#x, free: %v", m.word(rootTop), m.word(rootLast), at, previous, wasFree)
	}
	lists := binary.LittleEndian.Uint64(m[rootLists:])
	for class := range uint32(classes) {
		first := m.word(rootHeads + 4*class)
		if (first != 0) != (lists>>class&1 == 1) {
			k.t.Fatalf("class %d begins with %#x, its bit says otherwise: %#x", class, first, lists)
		}
		before := uint32(0)
		for b := first; b != 0; before, b = b, m.word(b+blockNextFree) {
			if !free[b] || m.word(b+blockPrevFree) != before {
				k.t.Fatalf("class %d lists %#x: free %v, previous %#x, want %#x", class, b, free[b], m.word(b+blockPrevFree), before)
			}
			delete(free, b)
		}
	}
	if len(free) > 0 {
		k.t.Fatalf("free blocks %v are in no list", free)
	}
	return used
}

func TestAllocFreeReset(t *testing.T) {
	t.Parallel()
	k := newKernel(t, 32)
	a, b, c := k.must("alloc", 1), k.must("alloc", 100), k.must("alloc", 1000)
	if a != DataStart+header || b != a+8+header || c != b+104+header {
		t.Errorf("alloc: %d %d %d", a, b, c)
	}
	for at, want := range map[uint64]uint64{a: 1, b: 100, c: 1000, 0: 0, b + 8: 0, 7: 0, 1 << 40: 0, b + 1<<32: 0} {
		if got := k.must("length", at); got != want {
			t.Errorf("length(%#x) = %d, want %d", at, got, want)
		}
		if got := k.must("length_unsafe", at); got != want {
			t.Errorf("length_unsafe(%#x) = %d, want %d", at, got, want)
		}
	}
	k.must("free", b)
	k.must("free", b)       // twice
	k.must("free", c+8)     // no block
	k.must("free", b+1<<32) // no block either
	k.walk()
	if again := k.must("alloc", 90); again != b {
		t.Errorf("90 bytes are at %#x, want the freed %#x", again, b)
	}
	k.walk()
	k.must("store_u64", c, 0x0102030405060708)
	k.must("reset")
	if used := k.walk(); len(used) != 0 {
		t.Errorf("after reset: %v", used)
	}
	k.must("alloc", 1000)
	if v := k.must("load_u64", c); v != 0 {
		t.Errorf("after reset there is still %#x", v)
	}
}

func TestNoMemory(t *testing.T) {
	t.Parallel()
	k := newKernel(t, 4)
	for _, n := range []uint64{300 << 10, 1 << 30, 1<<30 + 1, 1 << 32, 1<<32 + 8, 1 << 63, 1<<64 - 1} {
		if at := k.must("alloc", n); at != 0 {
			t.Errorf("alloc(%#x) = %#x", n, at)
		}
		if got := k.memory().Refused(); got != n {
			t.Errorf("refused = %#x, want %#x", got, n)
		}
	}
	at := k.must("alloc", 200<<10)
	if at == 0 || k.must("memory_bytes") != 4<<16 {
		t.Errorf("200 KiB at %#x of %d bytes", at, k.must("memory_bytes"))
	}
	k.must("free", at)
	for range 1000 { // the same memory again and again
		if at := k.must("alloc", 200<<10); at == 0 {
			t.Fatal("freed memory is not used again")
		} else {
			k.must("free", at)
		}
	}
}

func TestInputOutputError(t *testing.T) {
	t.Parallel()
	k := newKernel(t, 32)
	k.memory().Begin([]byte("hello, kernel"))
	k.walk()
	if n := k.must("input_length"); n != 13 || k.must("length", k.must("input_offset")) != 13 {
		t.Errorf("input_length = %d", n)
	}
	if v := k.must("input_load_u64", 5); v != binary.LittleEndian.Uint64([]byte(", kernel")) {
		t.Errorf("input_load_u64 = %#x", v)
	}
	if v := k.must("input_load_u8", 12); v != 'l' {
		t.Errorf("input_load_u8 = %#x", v)
	}
	at := k.must("alloc", 2)
	k.must("store_u8", at, 'o')
	k.must("store_u8", at+1, 'k')
	k.must("output_set", at, 2)
	k.must("error_set", at)
	k.must("free", at) // and it is still there
	if out := k.memory().Output(); string(out) != "ok" || k.must("output_length") != 2 || k.must("output_offset") != at {
		t.Errorf("output %q", out)
	}
	if text, failed := k.memory().Error(); text != "ok" || !failed || k.must("error_get") != at {
		t.Errorf("error %q, %v", text, failed)
	}
	k.must("error_set", 0)
	k.must("output_set", 1<<50, 0)
	if _, failed := k.memory().Error(); failed || len(k.memory().Output()) != 0 {
		t.Error("taken back, and still there")
	}
	k.must("input_set", at, 1)
	if v := k.must("input_load_u8", 0); v != 'o' {
		t.Errorf("input_set: %#x", v)
	}
	k.memory().Begin(nil)
	if k.must("input_length") != 0 || len(k.walk()) != 0 {
		t.Error("an empty input is not empty")
	}
}

// TestFaults reaches beyond everything, by every function that takes an address.
func TestFaults(t *testing.T) {
	t.Parallel()
	const end = 2 << 16
	for _, c := range []struct {
		name string
		args []uint64
		want string
	}{
		{"load_u8", []uint64{0}, "loaded 1 bytes at 0x0"},
		{"load_u8", []uint64{DataStart - 1}, "loaded 1 bytes at 0x1ff"},
		{"load_u8", []uint64{DataStart}, ""},
		{"load_u8", []uint64{end - 1}, ""},
		{"load_u8", []uint64{end}, "loaded 1 bytes at 0x20000"},
		{"load_u8", []uint64{1<<32 + DataStart}, "loaded 1 bytes at 0x100000200"},
		{"load_u64", []uint64{end - 8}, ""},
		{"load_u64", []uint64{end - 7}, "loaded 8 bytes at 0x1fff9"},
		{"load_u64", []uint64{1<<64 - 1}, "loaded 8 bytes at 0xffffffffffffffff"},
		{"store_u8", []uint64{DataStart - 1, 1}, "stored 1 bytes at 0x1ff"},
		{"store_u8", []uint64{end, 1}, "stored 1 bytes at 0x20000"},
		{"store_u64", []uint64{rootTop, 1}, "stored 8 bytes at 0x10"},
		{"store_u64", []uint64{1<<32 + DataStart, 1}, "stored 8 bytes at 0x100000200"},
		{"input_load_u8", []uint64{10}, "loaded from its input 1 bytes at 0xa"},
		{"input_load_u8", []uint64{1 << 32}, "loaded from its input 1 bytes at 0x100000000"},
		{"input_load_u64", []uint64{2}, ""},
		{"input_load_u64", []uint64{3}, "loaded from its input 8 bytes at 0x3"},
		{"input_load_u64", []uint64{1<<64 - 4}, "loaded from its input 8 bytes at 0xfffffffffffffffc"},
		{"output_set", []uint64{DataStart, end - DataStart}, ""},
		{"output_set", []uint64{DataStart, end}, "called output_set with 131072 bytes at 0x200"},
		{"output_set", []uint64{0, 1}, "called output_set with 1 bytes at 0x0"},
		{"output_set", []uint64{end + 1, 1<<64 - 1}, "called output_set with"},
		{"input_set", []uint64{end, 1}, "called input_set with 1 bytes at 0x20000"},
		{"error_set", []uint64{DataStart}, "called error_set with 0 bytes at 0x200"},
	} {
		k := newKernel(t, 32)
		k.must("alloc", 70000)
		k.must("reset")
		k.memory().Begin([]byte("ten bytes!"))
		_, err := k.call(c.name, c.args...)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s(%#x): got %v, want %q", c.name, c.args, err, c.want)
		}
	}
}

// script runs allocations and frees as data says and compares the kernel with a model: what is allocated keeps its length
// and content, nothing overlaps.
func script(t *testing.T, data []byte) {
	t.Helper()
	k := newKernel(t, 40)
	model := map[uint64]byte{}
	var order []uint64
	for i := 0; i+2 < len(data); i += 3 {
		if n := uint64(data[i+1]) | uint64(data[i+2])<<8; data[i]%3 != 0 || len(order) == 0 {
			at := k.must("alloc", n<<(data[i]%5))
			if at == 0 {
				continue // 0 bytes, or no memory
			}
			order, model[at] = append(order, at), byte(i)
			fill(k.memory(), at, byte(i))
		} else {
			j := int(n) % len(order)
			at := order[j]
			if block, ok := k.memory().Block(at); !ok || slices.ContainsFunc(block, func(b byte) bool { return b != model[at] }) {
				t.Fatalf("step %d: block %#x lost its content (%v)", i, at, ok)
			}
			k.must("free", at)
			order = slices.Delete(order, j, j+1)
			delete(model, at)
		}
		used := k.walk()
		for at := range model {
			if used[at] == 0 || used[at] != k.must("length", at) {
				t.Fatalf("step %d: block %#x has length %d", i, at, used[at])
			}
		}
		if len(used) != len(model) {
			t.Fatalf("step %d: %d blocks, want %d", i, len(used), len(model))
		}
	}
	for _, at := range order {
		k.must("free", at)
	}
	if k.walk(); k.memory().word(rootTop) != DataStart {
		t.Fatalf("everything is free, and the top is %#x", k.memory().word(rootTop))
	}
}

func fill(m Memory, at uint64, v byte) {
	block, _ := m.Block(at)
	for i := range block {
		block[i] = v
	}
}

func TestAllocatorAgainstModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		data := make([]byte, 900)
		for i := range data {
			data[i] = byte(rnd.Uint32())
		}
		for i := 2; i < len(data); i += 3 { // small ones mostly, so that memory is not full at once
			data[i] %= byte(1 + seed%8)
		}
		script(t, data)
	}
}

func FuzzAllocator(f *testing.F) {
	f.Add([]byte{1, 8, 0, 1, 9, 0, 0, 0, 0, 1, 7, 0})
	f.Add([]byte{1, 255, 255, 4, 255, 255, 0, 1, 0, 2, 1, 1})
	f.Fuzz(func(t *testing.T, data []byte) { script(t, data[:min(len(data), 600)]) })
}

// FuzzHostile calls functions with any numbers, stores between the blocks, and looks at the memory as the host does.
func FuzzHostile(f *testing.F) {
	names := []string{"alloc", "free", "length", "length_unsafe", "load_u8", "load_u64", "store_u8", "store_u64", "input_load_u8",
		"input_load_u64", "input_set", "output_set", "error_set", "reset", "error_get", "memory_bytes"}
	f.Add([]byte{0, 20, 0, 0, 0, 0, 7, 8, 2, 255, 255, 255, 1, 24, 2, 0, 0, 0, 0, 64, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		k := newKernel(t, 16)
		k.memory().Begin([]byte("some input"))
		for i := 0; i+5 < len(data) && i < 300; i += 6 {
			name := names[int(data[i])%len(names)]
			a := uint64(binary.LittleEndian.Uint16(data[i+1:])) | uint64(data[i+3]&0x80)<<33
			args := []uint64{a, uint64(int64(int16(binary.LittleEndian.Uint16(data[i+4:]))))}
			params := k.module.ExportedFunction(name).Definition().ParamTypes()
			_, _ = k.call(name, args[:len(params)]...)
			m := k.memory()
			_, _ = m.Block(a)
			_, _ = m.Error()
			if out := m.Output(); len(out) > len(m) || m.word(rootTop) < DataStart || uint64(m.word(rootTop)) > uint64(len(m)) {
				t.Fatalf("%s(%v): top %#x of %#x", name, args, m.word(rootTop), len(m))
			}
		}
		k.memory().Begin([]byte("more input"))
		k.walk()
		if at := k.must("alloc", 100); at == 0 {
			t.Fatal("the kernel is out of order for good")
		}
	})
}
