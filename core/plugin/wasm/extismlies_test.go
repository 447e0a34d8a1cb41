package wasm

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/asm"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/wasm/internal/extism"
	"github.com/dougong-dev/dougong/pdk/go"
)

// crafted is an Extism plugin that calls one function of the kernel and drops what it returns. Its echo works, so that a
// test can see that the plugin goes on.
func crafted(function string, args ...int64) []byte {
	m := asm.Module{Pages: 1}
	numbers := map[string]int{}
	for i, f := range extism.Functions() {
		numbers[f.Name] = i
		m.Imports = append(m.Imports, asm.Import{Module: extism.ModuleName, Name: f.Name, Params: f.Params, Results: f.Results})
	}
	call := asm.Code{}
	for _, f := range extism.Functions() {
		if f.Name != function {
			continue
		}
		for i, t := range f.Params {
			if t == asm.TypeI32 {
				call = append(call, asm.I32(args[i])...)
			} else {
				call = append(call, asm.I64(args[i])...)
			}
		}
		call = asm.Seq(call, asm.Call(numbers[function]))
		if len(f.Results) > 0 {
			call = asm.Op(asm.Drop, call)
		}
	}
	i32 := []asm.Type{asm.TypeI32}
	input := asm.Seq(asm.Call(numbers["input_offset"]), asm.Call(numbers["input_length"]))
	m.Funcs = []asm.Func{
		{Name: "attack", Results: i32, Code: asm.Seq(call, asm.I32(0)), Export: true},
		{Name: "echo", Results: i32, Code: asm.Seq(input, asm.Call(numbers["output_set"]), asm.I32(0)), Export: true},
		{Name: "_private", Code: nil, Export: true},
		{Name: "takes", Params: i32, Code: nil, Export: true},
	}
	return m.Bytes()
}

// TestExtismLies reaches out of bounds by every function, and expects to be told where.
func TestExtismLies(t *testing.T) {
	t.Parallel()
	const beyond = 1 << 20
	for _, c := range []struct {
		function string
		args     []int64
		want     string // "": it is no lie
	}{
		{"load_u8", []int64{beyond}, "it loaded 1 bytes at 0x100000, outside of what it may reach of the kernel's 65536 bytes of memory"},
		{"load_u64", []int64{1<<32 + 1024}, "it loaded 8 bytes at 0x100000400, outside"},
		{"store_u8", []int64{16, 1}, "it stored 1 bytes at 0x10, outside"},
		{"store_u64", []int64{-1, 1}, "it stored 8 bytes at 0xffffffffffffffff, outside"},
		{"input_load_u8", []int64{4}, "it loaded from its input 1 bytes at 0x4, outside"},
		{"input_load_u64", []int64{0}, "it loaded from its input 8 bytes at 0x0, outside"},
		{"input_set", []int64{beyond, 4}, "it called input_set with 4 bytes at 0x100000, outside"},
		{"output_set", []int64{65530, 100}, "it called output_set with 100 bytes at 0xfffa, outside"},
		{"error_set", []int64{1024}, "it called error_set with 0 bytes at 0x400, outside"},
		{"config_get", []int64{1 << 40}, "it called config_get with 0x10000000000, where no block begins"},
		{"var_get", []int64{7}, "it called var_get with 0x7, where no block begins"},
		{"var_set", []int64{extism.DataStart, 0}, "it called var_set with 0x200, where no block begins"},
		{"http_request", []int64{-8, 0}, "it called http_request with 0xfffffffffffffff8, where no block begins"},
		{"http_request", []int64{0, 0}, "it called http_request with a request that is not valid JSON"},
		{"log_info", []int64{beyond}, "it called log_info with 0x100000, where no block begins"},
		{"log_info", []int64{0}, ""}, // the empty line
		{"free", []int64{beyond}, ""},
		{"length", []int64{-1}, ""},
		{"alloc", []int64{-1}, ""}, // there is no such memory: 0
		{"reset", nil, ""},
	} {
		t.Run(c.function, func(t *testing.T) {
			t.Parallel()
			p := startExtism(t, crafted(c.function, c.args...), "limits: {memory_mb: 1}\n")
			got := say(p, suite.Info("attack"), "1234")
			if c.want == "" && got != "" || c.want != "" && (!strings.Contains(got, c.want) || !strings.Contains(got, `plugin "com.example.sample" broke the protocol in attack`)) {
				t.Errorf("%s(%#x): got %q, want %q", c.function, c.args, got, c.want)
			}
			if pool := p.Instance.(*wasmPlugin).pool; c.want != "" && pool.size() != 0 {
				t.Error("the lying instance is still there")
			}
			if got := say(p, suite.Info("echo"), `"on"`); got != `"on"` {
				t.Errorf("afterwards: %s", got)
			}
		})
	}
}

// TestExtismNotAPlugin starts what is none.
func TestExtismNotAPlugin(t *testing.T) {
	t.Parallel()
	one := func(imports ...asm.Import) []byte {
		return asm.Module{Pages: 1, Imports: imports, Funcs: []asm.Func{{Name: "echo", Export: true}}}.Bytes()
	}
	i64 := []asm.Type{asm.TypeI64}
	for name, c := range map[string]struct {
		module []byte
		want   string
	}{
		"text":           {[]byte("#!/bin/sh"), "it is no WebAssembly module: it begins with 23 21"},
		"cut":            {crafted("reset")[:200], "at byte"},
		"env":            {one(asm.Import{Module: "env", Name: "abort"}), "it imports env.abort; an Extism plugin may import extism:host/env"},
		"user functions": {one(asm.Import{Module: "extism:host/user", Name: "mine", Params: i64}), "it imports extism:host/user.mine"},
		"our own":        {one(asm.Import{Module: extism.HostModule, Name: "fault"}), "it imports dougong:extism.fault"},
		"future":         {one(asm.Import{Module: extism.ModuleName, Name: "teleport"}), "it imports extism:host/env.teleport, which the Extism kernel does not have"},
		"signature":      {one(asm.Import{Module: extism.ModuleName, Name: "alloc", Params: []asm.Type{asm.TypeI32}, Results: i64}), "it imports extism:host/env.alloc with (i32) → (i64), the Extism kernel has (i64) → (i64)"},
		"no functions":   {asm.Module{Pages: 1, Funcs: []asm.Func{{Name: "f", Params: i64, Export: true}, {Name: "_start", Export: true}}}.Bytes(), "it exports no function that can be called"},
		"too much":       {asm.Module{Pages: 2000, Funcs: []asm.Func{{Name: "echo", Export: true}}}.Bytes(), "limit"},
	} {
		_, err := tryExtism(t, c.module, "limits: {memory_mb: 16}\n", nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `plugin "com.example.sample": module x.wasm`) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// TestExtismMethods checks which exports are methods.
func TestExtismMethods(t *testing.T) {
	t.Parallel()
	d, err := startExtism(t, crafted("reset"), "").Describe(context.Background())
	if got := strings.Join(d.Capabilities[suite.Capability], " "); err != nil || got != "attack echo" {
		t.Errorf("methods %q, %v", got, err)
	}
}

// TestExtismAttachments passes bytes: alone they are the input, within something else they are refused.
func TestExtismAttachments(t *testing.T) {
	t.Parallel()
	p := startExtism(t, crafted("reset"), "")
	raw := []byte{0, 1, 2, 0xff}
	out, err := p.Raw(context.Background(), suite.Info("echo"), pdk.Payload{JSON: []byte(`{"$blob": 0}`), Blobs: [][]byte{raw}})
	if err != nil || string(out.JSON) != string(raw) {
		t.Errorf("bytes: % x, %v", out.JSON, err)
	}
	_, err = p.Raw(context.Background(), suite.Info("echo"), pdk.Payload{JSON: []byte(`{"a":{"$blob":0}}`), Blobs: [][]byte{raw}})
	if pdk.Code(err) != pdk.CodeUnsupported || !strings.Contains(err.Error(), "echo has 1 attachments within its arguments") {
		t.Errorf("bytes within an object: %v", err)
	}
}

// TestExtismStartFunction starts modules whose initializers never end.
func TestExtismStartFunction(t *testing.T) {
	t.Parallel()
	spin := asm.Seq(asm.Forever(), asm.Op(asm.Unreachable))
	module := asm.Module{Pages: 1, Funcs: []asm.Func{{Name: "_initialize", Code: spin, Export: true}, {Name: "echo", Export: true}}}.Bytes()
	p := startExtism(t, module, "")
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := p.Raw(ctx, suite.Info("echo"), pdk.Payload{}); pdk.Code(err) != pdk.CodeTimeout {
		t.Errorf("got %v, want a timeout", err)
	}
}

// FuzzExtismHost calls any function with any numbers: the host answers with a result or a *pdk.Error, and the plugin goes on.
func FuzzExtismHost(f *testing.F) {
	functions := extism.Functions()
	f.Add(uint8(0), int64(0), int64(0))
	f.Add(uint8(2), int64(512+24), int64(-1))
	f.Add(uint8(12), int64(1)<<32, int64(8))
	f.Fuzz(func(t *testing.T, function uint8, a, b int64) {
		name := functions[int(function)%len(functions)].Name
		p := startExtism(t, crafted(name, a, b), "limits: {memory_mb: 2}\n")
		if err := p.Do(suite.Info("attack"), "some input", nil); err != nil && pdk.Code(err) == 0 {
			t.Error(err)
		}
		if got := say(p, suite.Info("echo"), `1`); got != "1" {
			t.Errorf("after %s(%d, %d): %s", name, a, b, got)
		}
	})
}

// made is an Extism plugin of some methods, whose code may call the kernel.
func made(methods map[string]func(kernel func(name string, args ...asm.Code) asm.Code) asm.Code) []byte {
	m := asm.Module{Pages: 1}
	numbers := map[string]int{}
	for i, f := range extism.Functions() {
		numbers[f.Name] = i
		m.Imports = append(m.Imports, asm.Import{Module: extism.ModuleName, Name: f.Name, Params: f.Params, Results: f.Results})
	}
	i64 := asm.TypeI64
	for name, code := range methods {
		m.Funcs = append(m.Funcs, asm.Func{Name: name, Locals: []asm.Type{i64, i64, i64}, Export: true,
			Code: code(func(name string, args ...asm.Code) asm.Code { return asm.Call(numbers[name], args...) })})
	}
	return m.Bytes()
}

// TestExtismCorruptHeap damages the kernel's list of free blocks, and has the host ask for one.
func TestExtismCorruptHeap(t *testing.T) {
	t.Parallel()
	p := startExtism(t, made(map[string]func(func(string, ...asm.Code) asm.Code) asm.Code{
		"attack": func(kernel func(string, ...asm.Code) asm.Code) asm.Code {
			const gone, name = 0, 2
			return asm.Seq(
				asm.Set(gone, kernel("alloc", asm.I64(64))), asm.Set(1, kernel("alloc", asm.I64(8))), asm.Set(name, kernel("alloc", asm.I64(1))),
				kernel("store_u8", asm.Get(name), asm.I32('k')),
				kernel("free", asm.Get(gone)),
				kernel("store_u64", asm.Op(asm.I64Sub, asm.Get(gone), asm.I64(24)), asm.I64(0)), // the tag in its head
				asm.Op(asm.Drop, kernel("config_get", asm.Get(name))))
		},
	}), "")
	if err := p.Configure(context.Background(), []byte(`{"k":"`+strings.Repeat("v", 60)+`"}`)); err != nil {
		t.Fatal(err)
	}
	got := say(p, suite.Info("attack"), "1")
	if !strings.Contains(got, "broke the protocol in attack") || !strings.Contains(got, "it wrote over the head of a block of") {
		t.Errorf("got %q, want to be told what it did", got)
	}
}

// TestExtismHeadersEndWithTheirCall: what one call was answered is not for the next one, which may be another user's.
func TestExtismHeadersEndWithTheirCall(t *testing.T) {
	t.Parallel()
	p := startExtism(t, made(map[string]func(func(string, ...asm.Code) asm.Code) asm.Code{
		"fetch": func(kernel func(string, ...asm.Code) asm.Code) asm.Code {
			return asm.Op(asm.Drop, kernel("http_request", kernel("input_offset"), asm.I64(0)))
		},
		"headers": func(kernel func(string, ...asm.Code) asm.Code) asm.Code {
			return asm.Seq(asm.Set(0, kernel("http_headers")), kernel("output_set", asm.Get(0), kernel("length", asm.Get(0))))
		},
	}), "requires: {http: [example.com]}\nlimits: {concurrency: 1}\ninstances: 1\n")
	if got := say(p, suite.Info("fetch"), `{"url":"https://example.com/"}`); got != "" {
		t.Fatal(got)
	}
	if got := say(p, suite.Info("headers"), "1"); got != "" {
		t.Errorf("the next call finds %s", got)
	}
}

// TestExtismMemoryImport asks for the kernel's memory itself.
func TestExtismMemoryImport(t *testing.T) {
	t.Parallel()
	const kernel = "\x0fextism:host/env\x06memory\x02\x00\x01"
	module := "\x00asm\x01\x00\x00\x00" + "\x01\x04\x01\x60\x00\x00" + "\x02\x1b\x01" + kernel + "\x03\x02\x01\x00" + "\x07\x08\x01\x04echo\x00\x00" + "\x0a\x04\x01\x02\x00\x0b"
	if _, err := tryExtism(t, []byte(module), "", nil); err == nil || !strings.Contains(err.Error(), "it imports the memory extism:host/env.memory") {
		t.Errorf("got %v", err)
	}
}

// TestExtismMemoryHasACount: the engine counts a memory's bytes in 32 bits.
func TestExtismMemoryHasACount(t *testing.T) {
	t.Parallel()
	m := (&allowance{left: 1 << 40}).Allocate(0, 1<<32)
	if got := m.Reallocate(1 << 16); len(got) != 1<<16 {
		t.Fatalf("%d bytes", len(got))
	}
	if m.Reallocate(1<<32) != nil {
		t.Error("a memory of 4 GiB, whose size the engine says is 0, was made")
	}
}

// TestExtismErrorIsCut: an error is a text for people, however long a plugin makes it.
func TestExtismErrorIsCut(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"text": strings.Repeat("x", 1<<20), "object": `{"code":10001,"name":"n","message":"` + strings.Repeat("x", 1<<20) + `"}`} {
		if got := extismError(text).(*pdk.Error); len(got.Message) > maxErrorText+8 { //nolint:errorlint // the very type is looked at
			t.Errorf("%s: an error of %d bytes", name, len(got.Message))
		}
	}
}
