package core

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/runtimes"
)

// defaultRuntime makes the supervised runtimes for both kinds of plugins, with the compiled WebAssembly code kept in the
// data folder.
func (k *Kernel) defaultRuntime() (plugin.Runtime, error) {
	dir, err := filepath.Abs(filepath.Join(k.cfg.DataDir(), "cache", "wasm"))
	if err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	r, err := runtimes.New(runtimes.Options{CacheDir: dir})
	if err != nil {
		return nil, err
	}
	k.closers = append(k.closers, func() error { return r.Close(context.Background()) })
	return r, nil
}
