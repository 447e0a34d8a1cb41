package runtimes_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/core/plugin/runtimes"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// kernel starts a kernel with one plugin, whose capability has the given methods with any argument and result.
func kernel(t *testing.T, id, path, name string, methods map[string]string, edit ...func(*config.Config, *core.Options)) *core.Kernel {
	t.Helper()
	text := "capability: " + name + "\nsummary: {en: For tests, zh: 测试}\nmethods:\n"
	for m, result := range methods {
		text += "  " + m + ": {api: [wx.t" + m + ", ft.t" + m + "], mode: async, summary: {en: For tests, zh: 测试}, params: {}, result: " + result + "}\n"
	}
	contracts, err := contract.Load(fstest.MapFS{"c.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := runtimes.New(runtimes.Options{CacheDir: filepath.Join(suite.Dir(t, suite.Wasm), "cache"), Process: process.Options{Sandbox: sandbox.Required}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close(context.Background()) })
	c := config.Default()
	c.Data, c.Policy.Trace = t.TempDir(), config.TraceOff
	c.Plugins = []config.Plugin{{ID: id, Path: path}}
	c.MiniApps = []config.MiniApp{{ID: "app.a", Path: "."}}
	o := core.Options{Runtime: r, Contracts: contracts, Logger: slog.New(slog.DiscardHandler)}
	for _, f := range edit {
		f(c, &o)
	}
	k, err := core.New(t.Context(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

func do(ctx context.Context, k *core.Kernel, name, method, in string) error {
	_, err := k.Call(ctx, &capability.Call{Info: pdk.Info{Capability: name, Method: method, App: "app.a", User: "local"}, Payload: pdk.Payload{JSON: []byte(in)}})
	return err
}

// TestNotRequired has a plugin of each kind use host services that its manifest does not ask for.
func TestNotRequired(t *testing.T) {
	t.Parallel()
	for _, kind := range []suite.Kind{suite.Wasm, suite.Process} {
		k := kernel(t, "com.example.sample", suite.Dir(t, kind), suite.Capability,
			map[string]string{"kv": "{}", "http": "{}", "confirm": "{}", "secret": "{}", "echo": "{}"})
		for _, c := range []struct{ method, in, want string }{
			{"kv", `{"key":"k"}`, "kv: true"},
			{"http", `{"url":"https://example.com/"}`, "http: [host]"},
			{"confirm", `{"text":"?"}`, "confirm: true"},
			{"secret", `{"text":"key"}`, "secrets: [key]"},
		} {
			err := do(t.Context(), k, suite.Capability, c.method, c.in)
			if pdk.Code(err) != pdk.CodeDenied || pdk.CodeDenied != 5 || !strings.Contains(err.Error(), `plugin "com.example.sample" may not use`) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %s: got %v, want code 5 with %q", kind, c.method, err, c.want)
			}
		}
		if err := do(t.Context(), k, suite.Capability, "echo", `1`); err != nil {
			t.Errorf("%s: afterwards: %v", kind, err)
		}
	}
}

// TestFloodThroughTheHost has a plugin of each kind call the storage provider as fast as it can. It is refused, and uses up
// nobody else's allowance.
func TestFloodThroughTheHost(t *testing.T) {
	t.Parallel()
	const limit = 50
	for _, kind := range []suite.Kind{suite.Wasm, suite.Process} {
		dir, memory := t.TempDir(), t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(suite.Dir(t, kind))); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "plugin.yaml")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string]string{
			file:                                 string(text) + "\nrequires: {kv: true}\n",
			filepath.Join(memory, "plugin.yaml"): "id: com.example.memory\nversion: 1.0.0\npublisher: Example\nsummary: {en: Stores}\nprovides: [dougong.storage/v1]\nruntime: {process: {any: none}}\n",
		} {
			if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		nothing := func(*pdk.Context, pdk.Payload) (pdk.Payload, error) {
			return pdk.Payload{JSON: []byte(`{"value":null}`)}, nil
		}
		k := kernel(t, "com.example.sample", dir, suite.Capability, map[string]string{"flood": "{}", "echo": "{}"}, func(c *config.Config, o *core.Options) {
			c.Policy.CallsPerSecond = limit
			c.Plugins = append(c.Plugins, config.Plugin{ID: "com.example.memory", Path: memory})
			now := time.Now() // a second that does not pass
			o.Now = func() time.Time { return now }
			o.Inside = map[string]*pdk.Plugin{"com.example.memory": pdk.New("com.example.memory", "1.0.0").Provide("dougong.storage/v1", pdk.Methods{"kvGet": nothing})}
		})
		flood := func(app string) (out struct {
			Calls, Code int
			Refusal     string
		}) {
			p, err := k.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: suite.Capability, Method: "flood", App: app, User: "local"}, Payload: pdk.Payload{JSON: []byte(`{"most":1000}`)}})
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			if err := json.Unmarshal(p.JSON, &out); err != nil {
				t.Fatal(err)
			}
			return out
		}
		for _, x := range []struct {
			app  string
			want int
		}{{"app.a", limit}, {"app.a", 0}, {"app.b", limit}} {
			got := flood(x.app)
			if got.Calls != x.want || got.Code != pdk.CodeQuota || !strings.Contains(got.Refusal, `plugin "com.example.sample" makes more than 50 calls a second for "`+x.app+`"; the limit is policy.calls_per_second`) {
				t.Errorf("%s: %s: got %+v, want %d calls", kind, x.app, got, x.want)
			}
		}
		for range limit - 2 { // the rest of the mini-program's own allowance
			if err := do(t.Context(), k, suite.Capability, "echo", `1`); err != nil {
				t.Fatalf("%s: the mini-program itself: %v", kind, err)
			}
		}
	}
}

// TestLiesAreNotPassedOn has a process plugin answer with what its contract does not allow.
func TestLiesAreNotPassedOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := exec.Command("go", "build", "-o", filepath.Join(dir, "liar"), "../process/internal/hostile")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	manifest := "id: com.example.hostile\nversion: 1.0.0\npublisher: Example\nsummary: {en: Lies}\nprovides: [example.hostile/v1]\nruntime: {process: {any: liar}}\n"
	if err := os.WriteFile(filepath.Join(dir, "plugin.yaml"), []byte(manifest), 0o644); err != nil {
		t.Fatal(err)
	}
	const object = "{type: object, required: [a], properties: {a: {type: number}}}"
	methods := map[string]string{}
	cases := []struct{ method, want string }{
		{"type", `expected object, found an array`},
		{"missing", `"a"`},
		{"broken", "the JSON"},
		{"trailing", "nothing"},
		{"blob", "attachment"},
		{"encoding", "UTF-8"},
	}
	for _, c := range cases {
		methods[c.method] = object
	}
	k := kernel(t, "com.example.hostile", dir, "example.hostile/v1", methods)
	for _, c := range cases {
		err := do(t.Context(), k, "example.hostile/v1", c.method, `{}`)
		if pdk.Code(err) != pdk.CodeInvalidResult || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "com.example.hostile") {
			t.Errorf("%s: got %v (code %d), want code %d with %q", c.method, err, pdk.Code(err), pdk.CodeInvalidResult, c.want)
		}
	}
}
