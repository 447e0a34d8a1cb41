package wasm

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/tetratelabs/wazero"
)

// Defaults of Options.
const (
	// DefaultIdleTimeout is how long an instance beyond the usual number is kept without work.
	DefaultIdleTimeout = 30 * time.Second
	// DefaultHighWater is the share of the memory limit past which an instance is recycled, in percent: memory of a
	// WebAssembly instance never shrinks.
	DefaultHighWater = 75
)

// maxModule is the largest module file that is read.
const maxModule = 256 << 20

// Options of a Runtime. The zero value keeps compiled code in memory only.
type Options struct {
	// CacheDir is a folder for compiled code, made with mode 0700 if it is not there. Whoever can write to it can run
	// code in the host, so one that others may enter is refused. "": no cache on disk.
	CacheDir string
	// Width is the number of instances of a plugin that are kept ready; 0: GOMAXPROCS.
	Width int
	// IdleTimeout is when instances beyond Width are closed; 0: DefaultIdleTimeout.
	IdleTimeout time.Duration
	// HighWater is the share of the memory limit, in percent, past which an instance is recycled; 0: DefaultHighWater.
	HighWater int
}

// Runtime starts WebAssembly plugins. Safe for concurrent use.
type Runtime struct {
	opts  Options
	cache wazero.CompilationCache
}

// New makes a runtime. Close it after the plugins that it has started.
func New(opts Options) (*Runtime, error) {
	if opts.Width <= 0 {
		opts.Width = runtime.GOMAXPROCS(0)
	}
	if opts.IdleTimeout <= 0 {
		opts.IdleTimeout = DefaultIdleTimeout
	}
	if opts.HighWater <= 0 {
		opts.HighWater = DefaultHighWater
	}
	if opts.CacheDir == "" {
		return &Runtime{opts, wazero.NewCompilationCache()}, nil
	}
	if err := privateDir(opts.CacheDir); err != nil {
		return nil, err
	}
	cache, err := wazero.NewCompilationCacheWithDir(opts.CacheDir)
	if err != nil {
		return nil, fmt.Errorf("open the cache of compiled plugins %q: %w", opts.CacheDir, err)
	}
	return &Runtime{opts, cache}, nil
}

// Close releases compiled code.
func (r *Runtime) Close(ctx context.Context) error { return r.cache.Close(ctx) }

// privateDir makes dir, or checks that nobody else may enter it.
func privateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the cache of compiled plugins: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("cache of compiled plugins %q has mode %04o, and who can write there can run code in the host; chmod 0700 it: %w",
			dir, info.Mode().Perm(), fs.ErrPermission)
	}
	return nil
}

var _ plugin.Runtime = (*Runtime)(nil)
