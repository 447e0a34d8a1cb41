package runtimes

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	suite.Main(m, func() error { return goleak.Find() })
}

func newRuntimes(t *testing.T, o plugin.SupervisorOptions) *Runtimes {
	t.Helper()
	o.MinBackoff = time.Millisecond
	r, err := New(Options{CacheDir: filepath.Join(suite.Dir(t, suite.Wasm), "cache"), Supervisor: o, Process: process.Options{Grace: 100 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	suite.Warm(t, suite.Suite{Kind: suite.Wasm, Runtime: r})
	return r
}

// TestSuite runs the whole table through the supervisor, on both kinds.
func TestSuite(t *testing.T) {
	r := newRuntimes(t, plugin.SupervisorOptions{})
	for _, kind := range []suite.Kind{suite.Wasm, suite.Process} {
		t.Run(string(kind), suite.Suite{Kind: kind, Runtime: r}.Run)
	}
}

// TestRestart crashes a plugin of each kind in a call. It comes back configured, and the next call just works.
func TestRestart(t *testing.T) {
	t.Parallel()
	r := newRuntimes(t, plugin.SupervisorOptions{})
	for _, kind := range []suite.Kind{suite.Wasm, suite.Process} {
		for _, c := range []struct {
			method string
			code   int
		}{{"exit", pdk.CodeUnavailable}, {"crash", pdk.CodeUnavailable}, {"loop", pdk.CodeCanceled}} {
			t.Run(string(kind)+" "+c.method, func(t *testing.T) {
				t.Parallel()
				p := suite.Suite{Kind: kind, Runtime: r}.Start(t, func(spec *plugin.Spec) {
					m := *spec.Manifest
					m.Limits.CallTimeout = suite.Patience
					spec.Manifest = &m
				})
				if err := p.Configure(context.Background(), []byte(`{"greeting":"hi"}`)); err != nil {
					t.Fatal(err)
				}
				do := func() error { return p.Do(suite.Info(c.method), nil, nil) }
				if c.code == pdk.CodeCanceled {
					do = func() error { return p.DoUntilBegun(suite.Info(c.method), nil) }
				}
				if err := do(); pdk.Code(err) != c.code {
					t.Errorf("%s: got %v, want code %d", c.method, err, c.code)
				}
				if kind == suite.Process {
					waitRestarts(t, p, 1)
				}
				var greeting string
				if err := p.Do(suite.Info("greeting"), nil, &greeting); err != nil || greeting != "hi" {
					t.Errorf("afterwards: greeting = %q, %v", greeting, err)
				}
			})
		}
	}
}

// state is what the supervisor tells about an instance.
func state(p *suite.Plugin) plugin.State {
	return p.Instance.(interface{ State() plugin.State }).State()
}

func waitRestarts(t *testing.T, p *suite.Plugin, n int) {
	t.Helper()
	for deadline := time.Now().Add(suite.Patience); state(p).Restarts < n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no restart: %+v", state(p))
		}
	}
}

func TestManifestMismatch(t *testing.T) {
	t.Parallel()
	r := newRuntimes(t, plugin.SupervisorOptions{})
	for _, kind := range []suite.Kind{suite.Wasm, suite.Process} {
		for _, c := range []struct {
			change func(*manifest.Manifest)
			want   string
		}{
			{func(m *manifest.Manifest) { m.Version = "2.0.0" }, "it says version 1.2.3, the manifest 2.0.0"},
			{func(m *manifest.Manifest) { m.ID = "com.example.other" }, `calls itself "com.example.sample"`},
			{func(m *manifest.Manifest) { m.Provides = []string{"example.other/v1"} }, "the manifest provides example.other/v1, the code has no method for it"},
		} {
			_, err := suite.Suite{Kind: kind, Runtime: r}.TryStart(t, func(spec *plugin.Spec) {
				m := *spec.Manifest
				c.change(&m)
				spec.Manifest = &m
			})
			if pdk.Code(err) != pdk.CodeConfig || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, want %q", kind, err, c.want)
			}
		}
	}
	if n := len(r.States()); n != 0 {
		t.Errorf("%d plugins are left", n)
	}
}
