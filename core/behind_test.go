package core_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
)

// held is a runtime in which one plugin starts, or fails to, when the test says so.
type held struct {
	inside
	slow string
	free chan error
}

func (h held) Start(ctx context.Context, spec plugin.Spec) (plugin.Instance, error) {
	if spec.Manifest.ID == h.slow {
		select {
		case err := <-h.free:
			if err != nil {
				return nil, err
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return h.inside.Start(ctx, spec)
}

// behind opens a kernel of two storages: that of shop runs, that of notes waits for the test.
func behind(t *testing.T) (k *core.Kernel, free chan error, told chan error) {
	t.Helper()
	r := held{inside{"a.quick": memory("a.quick"), "b.slow": memory("b.slow")}, "b.slow", make(chan error)}
	c := setup(t, pluginDir(t, "a.quick", store, ""), pluginDir(t, "b.slow", store, ""))
	c.Providers = map[string]string{store: "a.quick"}
	c.MiniApps[1].Providers = map[string]string{store: "b.slow"}
	told = make(chan error, 2)
	k, err := core.New(t.Context(), c, core.Options{Runtime: r, Logger: slog.New(slog.DiscardHandler), Behind: func(err error) { told <- err }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		select {
		case err := <-told:
			t.Errorf("told once more: %v", err)
		default:
		}
	})
	return k, r.free, told
}

func set(ctx context.Context, k *core.Kernel, app string) error {
	_, err := k.Call(ctx, &capability.Call{
		Info: pdk.Info{Capability: store, Method: "setStorage", App: app, User: "anna"}, Payload: pdk.Payload{JSON: []byte(`{"key":"k","data":"1"}`)},
	})
	return err
}

// TestCallsWaitForTheirPlugin starts plugins behind New: a call waits for its own one alone.
func TestCallsWaitForTheirPlugin(t *testing.T) {
	t.Parallel()
	broken := errors.New("no such file")
	for _, c := range []struct {
		name    string
		outcome error
		code    int
	}{{"it starts", nil, 0}, {"it does not", broken, pdk.CodeUnavailable}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k, free, told := behind(t)
			if err := set(t.Context(), k, "shop"); err != nil {
				t.Fatalf("a call of the plugin that runs: %v", err)
			}
			if s := fmt.Sprintf("%s %s", k.Status()[0].State, k.Status()[1].State); s != "running starting" {
				t.Errorf("the plugins are %s", s)
			}
			short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			if err := set(short, k, "notes"); pdk.Code(err) != pdk.CodeUnavailable || !strings.Contains(err.Error(), `plugin "b.slow" is still starting`) {
				t.Errorf("a call that does not wait long: %v", err)
			}
			ended := make(chan error)
			go func() { ended <- set(t.Context(), k, "notes") }()
			free <- c.outcome
			if err := <-ended; pdk.Code(err) != c.code {
				t.Errorf("the call that has waited: %v, want code %d", err, c.code)
			}
			if err := <-told; !errors.Is(err, c.outcome) {
				t.Errorf("told %v, want %v", err, c.outcome)
			}
			if err := set(t.Context(), k, "shop"); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// TestChangesWaitForTheStart reloads while a plugin starts.
func TestChangesWaitForTheStart(t *testing.T) {
	t.Parallel()
	k, free, told := behind(t)
	done := make(chan error)
	go func() {
		report, err := k.Reload(t.Context(), k.Config(), core.ReloadOptions{})
		if err == nil && len(report.Changes) > 0 {
			err = fmt.Errorf("changes: %+v", report.Changes)
		}
		done <- err
	}()
	free <- nil
	if err := errors.Join(<-told, <-done); err != nil {
		t.Error(err)
	}
}

// TestCloseDuringTheStart: what has not started does not, and nobody is told.
func TestCloseDuringTheStart(t *testing.T) {
	t.Parallel()
	k, _, _ := behind(t)
	ended := make(chan error)
	go func() { ended <- set(t.Context(), k, "notes") }()
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; pdk.Code(err) != pdk.CodeUnavailable {
		t.Errorf("a call that waited: %v, want code %d", err, pdk.CodeUnavailable)
	}
}
