package core

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/core/plugin/runtimes"
)

// defaultRuntime makes the supervised runtimes for both kinds of plugins, with the compiled WebAssembly code kept on
// disk.
func (k *Kernel) defaultRuntime() (plugin.Runtime, error) {
	cache := k.opts.CacheDir
	if cache == "" {
		cache = filepath.Join(k.Config().DataDir(), "cache")
	}
	dir, err := filepath.Abs(filepath.Join(cache, "wasm"))
	if err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	r, err := runtimes.New(runtimes.Options{
		CacheDir: dir, Process: process.Options{Sandbox: sandbox.Mode(k.Config().Policy.Sandbox)},
		Supervisor: plugin.SupervisorOptions{Ended: k.opts.Ended},
	})
	if err != nil {
		return nil, err
	}
	k.closers = append(k.closers, func() error { return r.Close(context.Background()) })
	return r, nil
}
