package plugins_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin/process"
	pdk "github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// TestSwapUnderLoad swaps a real module and a real process again and again while calls and a task go on.
func TestSwapUnderLoad(t *testing.T) {
	if testing.Short() {
		return // it builds examples, modules among them
	}
	k, c := busy(t)
	call := func(area, method, in string, events func(capability.Event)) (string, error) {
		info := pdk.Info{Capability: area, Method: method, App: "shop", User: "ann", Task: 1}
		out, err := k.Call(t.Context(), &capability.Call{Info: info, Payload: pdk.Payload{JSON: []byte(in)}, Events: events})
		return string(out.JSON), err
	}

	// A countdown that goes on in the first process until it is stopped. Who receives from ticked hears a tick that comes after.
	ended, ticked := make(chan capability.Event, 1), make(chan struct{})
	_, err := call("com.example.countdown/v1", "startCountdown", `{"seconds":86400,"interval":0.05}`, func(e capability.Event) {
		if e.Final {
			ended <- e
			return
		}
		select {
		case ticked <- struct{}{}:
		default:
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
	swap := func(entry config.Plugin) {
		before := calls.Load()
		report, err := k.Swap(t.Context(), entry, core.ReloadOptions{})
		if err != nil || len(report.Changes) != 1 || report.Changes[0].Cut != 0 {
			t.Errorf("swap %s: %+v %v", entry.ID, report, err)
			return
		}
		t.Logf("%s: %d calls during the swap of %s", entry.ID, calls.Load()-before, report.Changes[0].Duration)
	}
	for range 3 {
		swap(*c.Plugin("com.example.idnumber"))
		<-ticked
	}
	// The countdown's own swap ends when it does: until then it ticks on beside the next instance.
	const counter = "com.example.countdown"
	first, swapped := manifestOf(k, counter), make(chan struct{})
	go func() {
		defer close(swapped)
		swap(*c.Plugin(counter))
	}()
	for manifestOf(k, counter) == first {
		select {
		case <-ticked:
		case <-swapped:
			t.Fatal("the swap did not wait for the countdown")
		}
	}
	<-ticked
	if _, err := call("com.example.countdown/v1", "startCountdown.stop", `{}`, nil); err != nil {
		t.Errorf("stop: %v", err)
	}
	if e := <-ended; e.Name != "finish" || string(e.Payload.JSON) != `{"stopped":true}` {
		t.Errorf("the countdown ended by %q, %s: the swap did not let it go on", e.Name, e.Payload.JSON)
	}
	<-swapped
	close(stop)
	callers.Wait()
	if calls.Load() == 0 {
		t.Error("there was no call")
	}
}

// busy starts a kernel with a module and a process, for any number of calls that take any time.
func busy(t *testing.T) (*core.Kernel, *config.Config) {
	t.Helper()
	if out, err := exec.Command("go", "run", "../../plugins/internal/build", "-o", "../../bin/example-plugins", "idnumber", "countdown").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	c := config.Default()
	c.Data, c.Policy.Trace, c.Policy.CallsPerSecond, c.Policy.Drain = t.TempDir(), config.TraceOff, 1e6, time.Hour
	for _, id := range []string{"com.example.idnumber", "com.example.countdown"} {
		c.Plugins = append(c.Plugins, config.Plugin{ID: id, Path: patient(t, filepath.Join("../../bin/example-plugins", id)), APIs: []string{config.AllAPIs}})
	}
	return kernel(t, c, process.Options{}), c
}

// manifestOf is the manifest of the instance of a plugin that new calls go to: each instance has read its own.
func manifestOf(k *core.Kernel, id string) *manifest.Manifest {
	for _, p := range k.Plugins() {
		if p.ID == id {
			return p.Manifest
		}
	}
	return nil
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
	timeout := regexp.MustCompile(`call_timeout: \S+`)
	if !timeout.Match(text) {
		t.Fatalf("%s has no call_timeout to be replaced", file)
	}
	if err := os.WriteFile(file, timeout.ReplaceAll(text, []byte("call_timeout: 1h")), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
