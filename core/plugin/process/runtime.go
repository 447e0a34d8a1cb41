package process

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
)

// Defaults of Options.
const (
	// DefaultStartTimeout is how long a plugin may take from its start to its handshake.
	DefaultStartTimeout = 15 * time.Second
	// DefaultStopTimeout is how long a plugin may take to shut down before it is killed.
	DefaultStopTimeout = 3 * time.Second
	// DefaultGrace is how long a plugin may go on with a call whose deadline has passed before it is killed.
	DefaultGrace = 2 * time.Second
)

// Options of a Runtime.
type Options struct {
	// SocketDir is where the private folders of the plugins' sockets are made; "": the system's temporary folder. Keep
	// it short: the path of a unix socket has room for about 100 bytes.
	SocketDir string
	// Sandbox says what to do where plugins cannot be confined; "": sandbox.BestEffort.
	Sandbox sandbox.Mode
	// StartTimeout, StopTimeout and Grace default to the constants of the same names.
	StartTimeout, StopTimeout, Grace time.Duration
	// NoFrames calls every plugin over gRPC, also one that offers the faster "frames/1".
	NoFrames bool

	noSpaces bool // tests of what is left without namespaces
	told     *told
}

// Runtime starts plugins as processes. Safe for concurrent use.
type Runtime struct{ opts Options }

// New makes a runtime.
func New(opts Options) *Runtime {
	for _, d := range []struct {
		value *time.Duration
		def   time.Duration
	}{{&opts.StartTimeout, DefaultStartTimeout}, {&opts.StopTimeout, DefaultStopTimeout}, {&opts.Grace, DefaultGrace}} {
		if *d.value <= 0 {
			*d.value = d.def
		}
	}
	opts.told = &told{}
	return &Runtime{opts}
}

// Start implements plugin.Runtime.
func (r *Runtime) Start(ctx context.Context, spec plugin.Spec) (plugin.Instance, error) {
	m := spec.Manifest
	if len(m.Runtime.Process) == 0 {
		return nil, fmt.Errorf("plugin %q is not a process plugin", m.ID)
	}
	if err := startable(m.ID, runtime.GOOS); err != nil {
		return nil, err
	}
	name, err := m.ThisExecutable()
	if err != nil {
		return nil, err
	}
	file, err := openExecutable(spec.Dir, name, spec.Checksum)
	if err != nil {
		return nil, fmt.Errorf("plugin %q: %w", m.ID, err)
	}
	defer func() { _ = file.Close() }() // only read
	if spec.Dir, err = filepath.Abs(spec.Dir); err != nil {
		return nil, err
	}
	path := filepath.Join(spec.Dir, filepath.FromSlash(name))
	p := newProcess(r.opts, spec)
	p.runner = newRunner(file, path, spec, r.opts)
	if err := p.start(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// dataDir checks the folder that the plugin may write to.
func dataDir(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("data folder %q is not a folder", dir)
	}
	return nil
}

var _ plugin.Runtime = (*Runtime)(nil)
