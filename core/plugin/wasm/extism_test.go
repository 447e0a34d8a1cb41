package wasm

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/extismtest"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/output"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

var warmExtism sync.Once

// extismSuite makes a runtime. A large module is compiled into the cache that the tests share before they run side by side.
func extismSuite(t testing.TB, code []byte) suite.Suite {
	t.Helper()
	if len(code) > 1<<20 {
		s := newSuite(t)
		warmExtism.Do(func() {
			dir := t.TempDir()
			writeExtism(t, dir, code, "")
			m, err := manifest.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			p, err := s.Runtime.Start(context.Background(), plugin.Spec{Manifest: m, Dir: dir, Services: suite.NewHost()})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Close(context.Background()); err != nil {
				t.Fatal(err)
			}
		})
		return s
	}
	r, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close(context.Background()) })
	return suite.Suite{Kind: suite.Wasm, Runtime: r}
}

func writeExtism(t testing.TB, dir string, code []byte, extra string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "x.wasm"), code, 0o600); err != nil {
		t.Fatal(err)
	}
	suite.WriteManifest(t, dir, "runtime: {wasm: {module: x.wasm, abi: extism}}\n"+extra)
}

// tryExtism starts an Extism plugin; extra is added to its manifest.
func tryExtism(t testing.TB, code []byte, extra string, change func(*plugin.Spec)) (*suite.Plugin, error) {
	t.Helper()
	dir := t.TempDir()
	writeExtism(t, dir, code, extra)
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return extismSuite(t, code).TryStart(t, func(spec *plugin.Spec) {
		spec.Manifest, spec.Dir = m, dir
		if change != nil {
			change(spec)
		}
	})
}

func startExtism(t testing.TB, code []byte, extra string) *suite.Plugin {
	t.Helper()
	p, err := tryExtism(t, code, extra, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// say calls a method with JSON and returns the JSON that comes back, or the error.
func say(p *suite.Plugin, info pdk.Info, in string) string {
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	out, err := p.Raw(ctx, info, pdk.Payload{JSON: []byte(in)})
	if err != nil {
		return "error: " + err.Error()
	}
	return string(out.JSON)
}

// kits are the plugins that both kits build from much the same source.
var kits = map[string]func(testing.TB) []byte{"go-pdk": extismtest.Go, "as-pdk": extismtest.AssemblyScript}

// TestExtismKits runs what both plugins can do.
func TestExtismKits(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	for kit, module := range kits {
		t.Run(kit, func(t *testing.T) {
			t.Parallel()
			p := startExtism(t, module(t), "requires: {http: [example.com]}\n")
			if err := p.Configure(context.Background(), []byte(`{"greeting":"你好","limit":12.5,"on":true,"list":["a",1],"none":null}`)); err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct{ method, in, want string }{
				{"echo", `{"a":[1,2,"x"]}`, `{"a":[1,2,"x"]}`},
				{"echo", `"斗拱 🏯 ё"`, `"斗拱 🏯 ё"`},
				{"echo", `1234567`, `1234567`}, // 7, 8 and 9 bytes: kits copy by eights
				{"echo", `12345678`, `12345678`},
				{"echo", `123456789`, `123456789`},
				{"echo", ``, ``},
				{"upper", `"straße çé"`, `"STRASSE ÇÉ"`},
				{"config", `"greeting"`, `"你好"`},
				{"config", `"limit"`, `"12.5"`},
				{"config", `"on"`, `"true"`},
				{"config", `"missing"`, `null`},
				{"fail", `out of paper`, `error: out of paper (internal, code 1)`},
				{"fail", `{"code":10042,"name":"paper","message":"no paper"}`, `error: no paper (paper, code 10042)`},
				{"fail", `{"code":0,"message":"no code"}`, `error: {"code":0,"message":"no code"} (internal, code 1)`},
				{"vars_get", `{"name":"v"}`, `null`},
			} {
				got := say(p, suite.Info(c.method), c.in)
				if c.method == "upper" && kit == "go-pdk" {
					c.want = `"STRAßE ÇÉ"` // Go's ToUpper keeps the letter's number
				}
				if got != c.want {
					t.Errorf("%s(%s) = %s, want %s", c.method, c.in, got, c.want)
				}
			}
		})
	}
}

func TestExtismBig(t *testing.T) {
	t.Parallel()
	for kit, module := range kits {
		t.Run(kit, func(t *testing.T) {
			t.Parallel()
			p := startExtism(t, module(t), "")
			big := `"` + strings.Repeat("斗拱 0123456789 ", 3<<20/18) + `"`
			for range 3 {
				if got := say(p, suite.Info("echo"), big); got != big {
					t.Fatalf("%d bytes came back as %d: %.60s", len(big), len(got), got)
				}
			}
			if got := say(p, suite.Info("echo"), "1"); got != "1" {
				t.Errorf("afterwards: %s", got)
			}
		})
	}
}

// TestExtismMisbehaviour lets the guests do their worst; then the plugin goes on, configured as before.
func TestExtismMisbehaviour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kit, method, in string
		timeout         time.Duration
		code            int
		want            string
	}{
		{"go-pdk", "spin", "", 500 * time.Millisecond, pdk.CodeTimeout, "did not finish spin in time"},
		{"as-pdk", "spin", "", 500 * time.Millisecond, pdk.CodeTimeout, "did not finish spin in time"},
		{"go-pdk", "bomb", "", suite.Patience, pdk.CodeUnavailable, "ran out of memory in bomb: it asked for 1048576 more bytes"},
		{"as-pdk", "bomb", "", suite.Patience, pdk.CodeUnavailable, "ran out of memory in bomb: it asked for 1048576 more bytes"},
		{"go-pdk", "bloat", "", suite.Patience, pdk.CodeUnavailable, "out of memory"},
		{"go-pdk", "crash", "", suite.Patience, pdk.CodeUnavailable, "crash as asked"},
		{"as-pdk", "crash", "", suite.Patience, pdk.CodeUnavailable, "crashed in crash"},
		{"go-pdk", "exit", "3", suite.Patience, pdk.CodeUnavailable, "crashed in exit"},
	} {
		t.Run(c.kit+" "+c.method, func(t *testing.T) {
			t.Parallel()
			p := startExtism(t, kits[c.kit](t), "instances: \"1\"\nlimits: {memory_mb: 32}\n")
			if err := p.Configure(context.Background(), []byte(`{"greeting":"hi"}`)); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
			defer cancel()
			_, err := p.Raw(ctx, suite.Info(c.method), pdk.Payload{JSON: []byte(c.in)})
			if pdk.Code(err) != c.code || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `plugin "com.example.sample"`) {
				t.Errorf("got %v, want code %d with %q", err, c.code, c.want)
			}
			if got := say(p, suite.Info("config"), `"greeting"`); got != `"hi"` {
				t.Errorf("afterwards, config = %s", got)
			}
		})
	}
}

// TestExtismGo runs what only the Go plugin has.
func TestExtismGo(t *testing.T) {
	t.Parallel()
	p := startExtism(t, extismtest.Go(t), "instances: \"1\"\n")
	if err := p.Configure(context.Background(), []byte(`{"greeting":"hello"}`)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, in, want string }{
		{"greeting", "", `"hello"`}, // known when the plugin was initialized
		{"nothing", `{"a":1}`, ``},
		{"count", "", `1`},
		{"count", "", `2`}, // it is the same instance
		{"status", "", `error: plugin "com.example.sample": status returned 7 and set no error (internal, code 1)`},
		{"fail_softly", "", `error: an error, and the function returns 0 (internal, code 1)`},
		{"failSoftly", "", `error: an error, and the function returns 0 (internal, code 1)`}, // as contracts write it
		{"fail", "", `error: plugin "com.example.sample": fail returned 1 and set no error (internal, code 1)`},
		{"add", "[1,2,39]", `42`},
		{"add", `"x"`, `error: add wants numbers: json: cannot unmarshal string into Go value of type []int (internal, code 1)`},
		{"exit", "0", `"gone"`}, // an end without an error is a result
		{"count", "", `1`},      // and a fresh instance
		{"greeting", "", `"hello"`},
		{"subtract", "", `error: plugin "com.example.sample" has no method subtract: its module x.wasm does not export a function "subtract" without parameters; it exports add, bloat, bomb, config, count, crash, echo, exit, fail, fail_softly, fetch, flood, greeting, log, nothing, spin, status, upper, vars_get, vars_remove, vars_set (unsupported, code 4)`},
	} {
		if got := say(p, suite.Info(c.method), c.in); got != c.want {
			t.Errorf("%s(%s) = %s, want %s", c.method, c.in, got, c.want)
		}
	}
	if err := p.Configure(context.Background(), []byte(`["a"]`)); pdk.Code(err) != pdk.CodeConfig {
		t.Errorf("a configuration that is no object: %v", err)
	}
	d, err := p.Describe(context.Background())
	if err != nil || plugin.CheckDescription(&manifest.Manifest{ID: "com.example.sample", Version: "1.2.3", Provides: []string{suite.Capability}}, d) != nil ||
		!slices.Contains(d.Capabilities[suite.Capability], "vars.set") || slices.Contains(d.Capabilities[suite.Capability], "_initialize") {
		t.Errorf("describe: %+v, %v", d, err)
	}
}

// TestExtismVars checks that variables outlive an instance, belong to an app and user, and have a limit.
func TestExtismVars(t *testing.T) {
	t.Parallel()
	p := startExtism(t, extismtest.Go(t), "")
	ann := suite.Info("vars.set") // a dot is an underscore there
	bob := ann
	bob.User = "bob"
	get := func(info pdk.Info) string { info.Method = "vars.get"; return say(p, info, `{"name":"n"}`) }
	set := func(info pdk.Info, value string) string {
		return say(p, info, `{"name":"n","value":"`+value+`"}`)
	}
	set(ann, "of ann")
	if a, b := get(ann), get(bob); a != `"of ann"` || b != "null" {
		t.Errorf("ann sees %s, bob %s", a, b)
	}
	say(p, suite.Info("exit"), "3") // the instance is gone
	if got := set(bob, "of bob"); got != "" {
		t.Error(got)
	}
	if a, b := get(ann), get(bob); a != `"of ann"` || b != `"of bob"` {
		t.Errorf("ann sees %s, bob %s", a, b)
	}
	if got := set(ann, strings.Repeat("x", MaxVars)); !strings.Contains(got, "does not fit") || !strings.Contains(got, "quota, code 7") {
		t.Errorf("too much: %s", got)
	}
	if got := get(ann); got != `"of ann"` {
		t.Errorf("after a refused value: %s", got)
	}
	remove := ann
	remove.Method = "vars.remove"
	say(p, remove, `{"name":"n"}`)
	if a, b := get(ann), get(bob); a != "null" || b != `"of bob"` {
		t.Errorf("removed: ann sees %s, bob %s", a, b)
	}
}

func TestVars(t *testing.T) {
	t.Parallel()
	v := newVars()
	half := make([]byte, MaxVars/2)
	for i := range 2*MaxVarsTotal/MaxVars + 10 {
		if err := v.set(varOwner{"app", fmt.Sprint(i)}, "n", half); err != nil {
			t.Fatal(err)
		}
		v.get(varOwner{"app", "0"}, "n") // keeps it
	}
	if v.total > MaxVarsTotal || v.get(varOwner{"app", "0"}, "n") == nil || v.get(varOwner{"app", "1"}, "n") != nil {
		t.Errorf("%d bytes of %d spaces; the one used last is %v, the oldest %v", v.total, len(v.spaces),
			v.get(varOwner{"app", "0"}, "n") != nil, v.get(varOwner{"app", "1"}, "n") != nil)
	}
	for i := range 2*MaxVarsTotal/MaxVars + 10 {
		v.remove(varOwner{"app", fmt.Sprint(i)}, "n")
		v.remove(varOwner{"app", fmt.Sprint(i)}, "n")
	}
	if v.total != 0 || len(v.spaces) != 0 || v.recent.Len() != 0 {
		t.Errorf("everything is removed, and %d bytes of %d spaces are left", v.total, len(v.spaces))
	}
}

func TestExtismLog(t *testing.T) {
	t.Parallel()
	for kit, lines := range map[string]map[string]string{
		"go-pdk": {"at debug: 调试": pdk.LevelDebug, "at info": pdk.LevelInfo, "at warn": pdk.LevelWarn, "at error": pdk.LevelError, "printed": pdk.LevelInfo},
		"as-pdk": {"at info: 信息": pdk.LevelInfo, "at error": pdk.LevelError},
	} {
		p := startExtism(t, kits[kit](t), "")
		say(p, suite.Info("log"), "")
		ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
		defer cancel()
		for text, level := range lines {
			if l, err := p.Host.WaitLog(ctx, text); err != nil || l.Level != level {
				t.Errorf("%s: %q is at %s, want %s: %v", kit, text, l.Level, level, err)
			}
		}
	}
}

// TestExtismFlood logs in a loop. The host's memory and log are bounded, and it says how much is missing.
func TestExtismFlood(t *testing.T) {
	t.Parallel()
	p := startExtism(t, extismtest.Go(t), "limits: {memory_mb: 32, call_timeout: 1m}\n")
	if got := say(p, suite.Info("flood"), ""); got != "" {
		t.Fatal(got)
	}
	if err := p.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := len(p.Host.Logs()); n < output.MaxLinesPerSecond {
		t.Errorf("only %d lines are in the log", n)
	}
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	l, err := p.Host.WaitLog(ctx, "the plugin logs too much")
	if err != nil || l.Level != pdk.LevelWarn {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestExtismHTTP(t *testing.T) {
	t.Parallel()
	p := startExtism(t, extismtest.Go(t), "requires: {http: [example.com]}\n")
	if got := say(p, suite.Info("fetch"), `"https://example.com/路"`); got != `{"body":"page of https://example.com/路","headers":{},"status":203}` {
		t.Errorf("go-pdk: %s", got)
	}
	p = startExtism(t, extismtest.AssemblyScript(t), "requires: {http: [example.com]}\n")
	if got := say(p, suite.Info("fetch"), `"https://example.com/"`); got != `"page of https://example.com/"` {
		t.Errorf("as-pdk: %s", got)
	}
}

// grudging refuses http.request as the kernel does for a plugin whose manifest does not ask for it.
type grudging struct{ *suite.Host }

func (grudging) Service(_ context.Context, id string, _ pdk.Info, name string, _ pdk.Payload) (pdk.Payload, error) {
	return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "plugin %q may not use %s", id, name)
}

func TestExtismHTTPDenied(t *testing.T) {
	t.Parallel()
	for kit, module := range kits {
		p, err := tryExtism(t, module(t), "", func(spec *plugin.Spec) { spec.Services = grudging{suite.NewHost()} })
		if err != nil {
			t.Fatal(err)
		}
		if got := say(p, suite.Info("fetch"), `"https://example.com/"`); got != `error: plugin "com.example.sample" may not use http.request (denied, code 5)` {
			t.Errorf("%s: %s", kit, got)
		}
		if got := say(p, suite.Info("echo"), `1`); got != "1" {
			t.Errorf("%s afterwards: %s", kit, got)
		}
	}
}

func TestExtismConcurrent(t *testing.T) {
	t.Parallel()
	for kit, module := range kits {
		t.Run(kit, func(t *testing.T) {
			t.Parallel()
			p := startExtism(t, module(t), "limits: {concurrency: 4}\n")
			var wg sync.WaitGroup
			for i := range 16 {
				wg.Go(func() {
					for j := range 40 {
						in := fmt.Sprintf(`"caller %d call %d %s"`, i, j, strings.Repeat("x", i*j))
						if got := say(p, suite.Info("echo"), in); got != in {
							t.Errorf("sent %s, got %s", in, got)
							return
						}
					}
				})
			}
			wg.Wait()
		})
	}
}

func TestExtismTrusted(t *testing.T) {
	t.Parallel()
	p, err := tryExtism(t, extismtest.Go(t), "", func(spec *plugin.Spec) { spec.Trusted = true })
	if err != nil {
		t.Fatal(err)
	}
	p.Alive()
}

// TestExtismMemoryIsShared checks that the guest's and the kernel's memory together stay within the limit, and that an
// input which does not fit is refused without harm.
func TestExtismMemoryIsShared(t *testing.T) {
	t.Parallel()
	p := startExtism(t, extismtest.AssemblyScript(t), "instances: \"1\"\nlimits: {memory_mb: 4}\n")
	got := say(p, suite.Info("echo"), `"`+strings.Repeat("x", 5<<20)+`"`)
	if !strings.Contains(got, "does not fit into its memory") || !strings.Contains(got, "tooLarge, code 11") {
		t.Errorf("5 MiB into 4: %.200s", got)
	}
	if got := say(p, suite.Info("vars_set"), `"kept"`); got != "" {
		t.Error(got)
	}
	got = say(p, suite.Info("echo"), `"`+strings.Repeat("x", 3<<20)+`"`)
	if !strings.HasPrefix(got, "error: ") {
		t.Errorf("3 MiB in and out of 4 MiB: %.200s", got)
	}
	if got := say(p, suite.Info("vars_get"), ""); got != `"kept"` {
		t.Errorf("afterwards: %s", got)
	}
}
