package core_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/core/plugin/runtimes"
)

// editor changes what is about to be run, after everything was checked, and leaves its size and time as they were. Then the
// real runtimes start it.
type editor struct {
	plugin.Runtime
	file string
}

func (e *editor) Start(ctx context.Context, spec plugin.Spec) (plugin.Instance, error) {
	name := filepath.Join(spec.Dir, e.file)
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	data[len(data)-1] ^= 1
	if err := os.WriteFile(name, data, info.Mode()); err != nil {
		return nil, err
	}
	if err := os.Chtimes(name, info.ModTime(), info.ModTime()); err != nil {
		return nil, err
	}
	if now, err := os.Stat(name); err != nil || now.Size() != info.Size() || !now.ModTime().Equal(info.ModTime()) {
		return nil, fmt.Errorf("the edit shows: %v, %w", now, err)
	}
	return e.Runtime.Start(ctx, spec)
}

// TestEditedFileIsNotStarted: the bytes are compared on the opened file that is then run, at each start. That its size and
// time are those of before does not help.
func TestEditedFileIsNotStarted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ runtime, file string }{
		"process": {"{process: {any: bin/greeter}}", "bin/greeter"},
		"wasm":    {"{wasm: {module: bin/greeter}}", "bin/greeter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{
				"plugin.yaml":            strings.Replace(greeterFiles["plugin.yaml"], "{process: {any: bin/greeter}}", c.runtime, 1),
				"bin/greeter":            "#!/bin/sh\nexit 3\n",
				"contracts/greeter.yaml": greeterContract,
			}
			cfg := unsigned(t, config.Plugin{ID: "com.example.greeter", Path: packed(t, files), APIs: []string{config.AllAPIs}})
			log := slog.New(slog.DiscardHandler)
			real, err := runtimes.New(runtimes.Options{Process: process.Options{Sandbox: sandbox.Off}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := real.Close(context.Background()); err != nil {
					t.Error(err)
				}
			})
			k, err := core.New(t.Context(), cfg, core.Options{Runtime: &editor{real, c.file}, Logger: log})
			if err == nil {
				t.Fatal("it runs", k.Close())
			}
			if !strings.Contains(err.Error(), "the file was changed after it was checked") {
				t.Errorf("%v", err)
			}
			again, err := core.New(t.Context(), cfg, core.Options{Runtime: real, Logger: log})
			if err == nil {
				t.Fatal("a script that ends at once runs", again.Close())
			}
			if strings.Contains(err.Error(), "was changed") {
				t.Errorf("what was edited is not made anew from the bundle: %v", err)
			}
		})
	}
}
