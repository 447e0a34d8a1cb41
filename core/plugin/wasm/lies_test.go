package wasm

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/internal/asm"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// guest is a WebAssembly module of a few bytes: one page of memory with data at 0, dg_alloc returns alloc, dg_call calls
// the host function of that name (if any) with at and size and returns result.
type guest struct {
	alloc    int64
	result   int64
	host     string
	at, size int64
	data     []byte
	omit     string // an export that is left out
	module   string // of the imports; "" is the right one
}

func leb(v int64) []byte {
	var out []byte
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if v == 0 && b&0x40 == 0 || v == -1 && b&0x40 != 0 {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}

func uleb(v int) []byte {
	var out []byte
	for v > 0x7f {
		out = append(out, byte(v)|0x80)
		v >>= 7
	}
	return append(out, byte(v))
}

func cat(parts ...any) (out []byte) {
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			out = append(out, byte(p))
		case string:
			out = append(append(out, uleb(len(p))...), p...)
		case []byte:
			out = append(out, p...)
		}
	}
	return out
}

func section(id int, body []byte) []byte { return cat(id, uleb(len(body)), body) }

// bytes assembles the module. Function 0 to 3 are the imports, 4 and 5 the exports.
func (g guest) bytes() []byte {
	module := g.module
	if module == "" {
		module = hostName
	}
	const i32, i64 = 0x7f, 0x7e
	types := cat(4,
		0x60, 2, i32, i32, 1, i32, // 0: service, emit
		0x60, 2, i32, i32, 0, // 1: reply, log
		0x60, 1, i32, 1, i32, // 2: dg_alloc
		0x60, 2, i32, i32, 1, i64) // 3: dg_call
	imports := cat(4, module, "service", 0, 0, module, "emit", 0, 0, module, "reply", 0, 1, module, "log", 0, 1)
	exports := []byte{}
	count := 0
	for _, e := range []struct {
		name        string
		kind, index int
	}{{"memory", 2, 0}, {allocName, 0, 4}, {callName, 0, 5}} {
		if e.name != g.omit {
			exports, count = cat(exports, e.name, e.kind, e.index), count+1
		}
	}
	call := []byte{}
	if index := map[string]int{"service": 0, "emit": 1, "reply": 2, "log": 3}[g.host]; g.host != "" {
		call = cat(0x41, leb(g.at), 0x41, leb(g.size), 0x10, index)
		if index < 2 {
			call = append(call, 0x1a) // drop the result
		}
	}
	body := func(code []byte) []byte { code = cat(0, code, 0x0b); return cat(uleb(len(code)), code) }
	code := cat(2, body(cat(0x41, leb(g.alloc))), body(cat(call, 0x42, leb(g.result))))
	data := cat(1, 0, 0x41, 0, 0x0b, uleb(len(g.data)), g.data)
	return cat([]byte("\x00asm\x01\x00\x00\x00"), section(1, types), section(2, imports), section(3, cat(2, 2, 3)),
		section(5, cat(1, 0, 1)), section(7, cat(count, exports)), section(10, code), section(11, data))
}

// start writes the module and starts it.
func (g guest) start(t *testing.T) (*suite.Plugin, error) {
	t.Helper()
	return startModule(t, g.bytes())
}

func startModule(t *testing.T, module []byte) (*suite.Plugin, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "lie.wasm"), module, 0o600); err != nil {
		t.Fatal(err)
	}
	suite.WriteManifest(t, dir, "runtime: {wasm: {module: lie.wasm}}\nlimits: {memory_mb: 1}\n")
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return newSuite(t).TryStart(t, func(spec *plugin.Spec) { spec.Manifest, spec.Dir = m, dir })
}

const page = 64 << 10

func at(ptr, size int64) int64 { return ptr<<32 | size }

func TestLies(t *testing.T) {
	t.Parallel()
	good := wire.AppendReply(nil, pdk.Payload{JSON: []byte(`"ok"`)}, nil)
	ok := at(0, int64(len(good)))
	for _, c := range []struct {
		name  string
		guest guest
		code  int
		want  string
	}{
		{"the truth", guest{alloc: 1024, data: good, result: ok}, 0, ""},
		{"buffer outside", guest{alloc: page - 8, data: good, result: ok}, pdk.CodeInvalidResult, "dg_alloc returned 1024 bytes at 0xfff8, outside"},
		{"buffer wraps around", guest{alloc: -1, data: good, result: ok}, pdk.CodeInvalidResult, "outside of its 65536 bytes"},
		{"reply outside", guest{alloc: 1024, data: good, result: at(page-1, 4)}, pdk.CodeInvalidResult, "its reply is 4 bytes at 0xffff"},
		{"reply too long", guest{alloc: 1024, data: good, result: at(0, 0xffffffff)}, pdk.CodeInvalidResult, "over the limit"},
		{"no reply", guest{alloc: 1024, data: good, result: 0}, pdk.CodeInvalidResult, "malformed reply"},
		{"garbage", guest{alloc: 1024, data: []byte("garbage"), result: at(0, 7)}, pdk.CodeInvalidResult, "version 103"},
		{"service outside", guest{alloc: 1024, data: good, result: ok, host: "service", at: page, size: 1}, pdk.CodeInvalidResult, "it called service with 1 bytes"},
		{"service garbage", guest{alloc: 1024, data: good, result: ok, host: "service", at: 0, size: 3}, pdk.CodeInvalidResult, "malformed service request"},
		{"emit outside", guest{alloc: 1024, data: good, result: ok, host: "emit", at: 0, size: -1}, pdk.CodeInvalidResult, "it called emit"},
		{"emit garbage", guest{alloc: 1024, data: good, result: ok, host: "emit", at: 0, size: 9}, pdk.CodeInvalidResult, "malformed event"},
		{"log garbage", guest{alloc: 1024, data: good, result: ok, host: "log", at: 0, size: 2}, pdk.CodeInvalidResult, "malformed log line"},
		{"takes no reply", guest{alloc: 1024, data: good, result: ok, host: "reply", at: 0, size: 4}, pdk.CodeInvalidResult, "asked for a reply"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := c.guest.start(t)
			if err != nil {
				t.Fatal(err)
			}
			out, err := p.Raw(context.Background(), suite.Info("echo"), pdk.Payload{})
			if pdk.Code(err) != c.code || err != nil && (!strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "com.example.sample")) {
				t.Errorf("got %s, %v; want code %d with %q", out.JSON, err, c.code, c.want)
			}
			if pool := p.Instance.(*wasmPlugin).pool; c.code != 0 && pool.size() != 0 {
				t.Errorf("the lying instance is still there")
			}
		})
	}
}

func TestNotAPlugin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		guest guest
		want  string
	}{
		{guest{omit: callName}, `does not export dg_call, but "dg_alloc"`},
		{guest{omit: callName}, "as the kit's README says"},
		{guest{omit: allocName}, "-buildmode=c-shared"},
		{guest{omit: "memory"}, "does not export its memory"},
		{guest{module: "env"}, "imports env."},
	} {
		if _, err := c.guest.start(t); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "com.example.sample") {
			t.Errorf("%+v: got %v, want %q", c.guest, err, c.want)
		}
	}
}

// TestCompileBomb starts a plugin of a few kilobytes that would keep the compiler busy for minutes.
func TestCompileBomb(t *testing.T) {
	t.Parallel()
	loops := bytes.Repeat([]byte{0x03, 0x40, 0x0b}, 20_000)
	module := asm.Module{Pages: 1, Funcs: []asm.Func{{Name: "bomb", Code: loops, Export: true}}}.Bytes()
	_, err := startModule(t, module)
	if err == nil || !strings.Contains(err.Error(), `plugin "com.example.sample": module lie.wasm: it cannot be taken: at byte 50: function 0 ("bomb") would keep the compiler busy for too long: 80058 blocks`) {
		t.Errorf("got %v", err)
	}
}

// FuzzGuest lets the guest return and pass on any numbers over any memory: the host answers with a *pdk.Error or a result.
func FuzzGuest(f *testing.F) {
	good := wire.AppendReply(nil, pdk.Payload{JSON: []byte(`"ok"`)}, nil)
	f.Add(int64(1024), at(0, int64(len(good))), "", int64(0), int64(0), good)
	f.Add(int64(-1), int64(-1), "service", int64(page-1), int64(2), []byte{1, 0, 6, 0})
	f.Add(int64(8), int64(7), "emit", int64(0), int64(40), []byte{1, 1})
	f.Add(int64(8), int64(7), "log", int64(1), int64(60), []byte{1, 1})
	f.Fuzz(func(t *testing.T, alloc, result int64, host string, ptr, size int64, data []byte) {
		if host != "service" && host != "emit" && host != "log" && host != "reply" {
			host = ""
		}
		if len(data) > page {
			data = data[:page]
		}
		p, err := guest{alloc: int64(int32(alloc)), result: result, host: host, at: int64(int32(ptr)), size: int64(int32(size)), data: data}.start(t)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Do(suite.Info("echo"), nil, nil); err != nil && pdk.Code(err) == 0 {
			t.Error(err)
		}
	})
}

// TestModuleIsALink has a module that leads out of the plugin's folder.
func TestModuleIsALink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "x.wasm")); err != nil {
		t.Fatal(err)
	}
	m := *suite.Manifest(t, suite.Wasm)
	m.Runtime.Wasm = &manifest.Wasm{Module: "x.wasm", ABI: manifest.ABINative}
	_, err := readModule(plugin.Spec{Manifest: &m, Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "module x.wasm cannot be opened") || !strings.Contains(err.Error(), "a link that leads out of it is not followed") {
		t.Errorf("got %v", err)
	}
}
