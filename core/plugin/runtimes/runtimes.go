// Package runtimes puts the plugin runtimes of a host together: WebAssembly and processes, under one supervisor.
//
//	r, err := runtimes.New(runtimes.Options{CacheDir: filepath.Join(data, "cache", "wasm")})
//	defer r.Close(ctx)
//	instance, err := r.Start(ctx, spec)
//
// It knows how the parts are made and nothing of what they do.
package runtimes

import (
	"context"
	"errors"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/core/plugin/wasm"
)

// Options of New. The zero value works, without a cache of compiled modules on disk.
type Options struct {
	// CacheDir keeps compiled WebAssembly between starts; see wasm.Options.
	CacheDir string
	// SocketDir is where sockets of process plugins live; see process.Options.
	SocketDir string
	// Supervisor's Wasm and Process are set by New.
	Supervisor plugin.SupervisorOptions
	// Wasm and Process tune the runtimes; their folders are set by New.
	Wasm    wasm.Options
	Process process.Options
}

// Runtimes is a plugin.Runtime for every kind of plugin.
type Runtimes struct {
	*plugin.Supervisor
	wasm *wasm.Runtime
}

// New makes the runtimes.
func New(o Options) (*Runtimes, error) {
	if o.CacheDir != "" {
		o.Wasm.CacheDir = o.CacheDir
	}
	if o.SocketDir != "" {
		o.Process.SocketDir = o.SocketDir
	}
	w, err := wasm.New(o.Wasm)
	if err != nil {
		return nil, err
	}
	o.Supervisor.Wasm, o.Supervisor.Process = w, process.New(o.Process)
	return &Runtimes{plugin.NewSupervisor(o.Supervisor), w}, nil
}

// Close closes all plugins, the last one first, and then the runtimes.
func (r *Runtimes) Close(ctx context.Context) error {
	return errors.Join(r.Supervisor.Close(ctx), r.wasm.Close(ctx))
}

var _ plugin.Runtime = (*Runtimes)(nil)
