package plugins_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin/runtimes"
	"github.com/dougong-dev/dougong/pdk/go"
)

// TestSwapUnderLoad swaps a real module and a real process again and again while calls and a task go on.
func TestSwapUnderLoad(t *testing.T) {
	if testing.Short() {
		return // it builds examples, modules among them
	}
	if out, err := exec.Command("go", "run", "../../plugins/internal/build", "-o", "../../bin/example-plugins", "idnumber", "countdown").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	c := config.Default()
	c.Data, c.Policy.Trace, c.Policy.CallsPerSecond = t.TempDir(), config.TraceOff, 1e6
	for _, id := range []string{"com.example.idnumber", "com.example.countdown"} {
		c.Plugins = append(c.Plugins, config.Plugin{ID: id, Path: patient(t, filepath.Join("../../bin/example-plugins", id)), APIs: []string{config.AllAPIs}})
	}
	r, err := runtimes.New(runtimes.Options{CacheDir: "../../bin/wasm-cache"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close(context.Background()) }()
	k, err := core.New(t.Context(), c, core.Options{Runtime: r, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := k.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	call := func(area, method, in string, events func(capability.Event)) (string, error) {
		out, err := k.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: area, Method: method, App: "shop", User: "ann"}, Payload: pdk.Payload{JSON: []byte(in)}, Events: events})
		return string(out.JSON), err
	}

	// A countdown that goes on in the first process.
	ended := make(chan capability.Event, 1)
	var ticks atomic.Int64
	_, err = call("com.example.countdown/v1", "startCountdown", `{"seconds":1,"interval":0.1}`, func(e capability.Event) {
		if ticks.Add(1); e.Final {
			ended <- e
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var callers sync.WaitGroup
	var calls atomic.Int64
	for range 4 {
		callers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				got, err := call("com.example.idnumber/v1", "checkIdNumber", `{"number":"11010519491231002X"}`, nil)
				if err != nil || !strings.Contains(got, "1949-12-31") {
					t.Errorf("a call failed: %s %v", got, err)
					return
				}
				calls.Add(1)
			}
		})
	}
	for _, id := range []string{"com.example.idnumber", "com.example.countdown", "com.example.idnumber", "com.example.idnumber"} {
		before := calls.Load()
		report, err := k.Swap(t.Context(), *c.Plugin(id), core.ReloadOptions{})
		if err != nil || len(report.Changes) != 1 || report.Changes[0].Cut != 0 {
			t.Errorf("swap %s: %+v %v", id, report, err)
		}
		t.Logf("%s: %d calls during the swap of %s", id, calls.Load()-before, report.Changes[0].Duration)
	}
	close(stop)
	callers.Wait()
	if calls.Load() == 0 {
		t.Error("there was no call")
	}
	if e := <-ended; e.Name != "finish" || string(e.Payload.JSON) != `{"stopped":false}` || ticks.Load() < 2 {
		t.Errorf("the countdown ended by %q, %s, after %d events: the swap did not let it finish", e.Name, e.Payload.JSON, ticks.Load())
	}
}

// patient is a copy of a plugin whose calls may take any time: that a swap cuts none is looked at, not how soon a busy machine
// comes to each.
func patient(t *testing.T, built string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), filepath.Base(built))
	if err := os.CopyFS(dir, os.DirFS(built)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "plugin.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, regexp.MustCompile(`call_timeout: \S+`).ReplaceAll(text, []byte("call_timeout: 1h")), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
