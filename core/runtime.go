package core

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/core/plugin/wasm"
)

// runtimes starts each plugin by the runtime that its manifest names.
type runtimes struct {
	wasm    plugin.Runtime
	process plugin.Runtime
}

var _ plugin.Runtime = runtimes{}

// defaultRuntime makes both runtimes, with the compiled WebAssembly code kept in the data folder.
func (k *Kernel) defaultRuntime() (plugin.Runtime, error) {
	dir, err := filepath.Abs(filepath.Join(k.cfg.DataDir(), "cache", "wasm"))
	if err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	w, err := wasm.New(wasm.Options{CacheDir: dir})
	if err != nil {
		return nil, err
	}
	k.closers = append(k.closers, func() error { return w.Close(context.Background()) })
	return runtimes{wasm: w, process: process.New(process.Options{})}, nil
}

// Start implements plugin.Runtime.
func (r runtimes) Start(ctx context.Context, spec plugin.Spec) (plugin.Instance, error) {
	if spec.Manifest.Runtime.Wasm != nil {
		return r.wasm.Start(ctx, spec)
	}
	return r.process.Start(ctx, spec)
}
