package plugin

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// Defaults of SupervisorOptions.
const (
	DefaultMinBackoff   = 100 * time.Millisecond
	DefaultMaxBackoff   = 10 * time.Second
	DefaultBreakAfter   = 5
	DefaultCooldown     = time.Minute
	DefaultStableAfter  = 30 * time.Second
	DefaultStartTimeout = 30 * time.Second
	DefaultHealthEvery  = 30 * time.Second
)

// SupervisorOptions of a Supervisor. Zero values are the defaults.
type SupervisorOptions struct {
	// Wasm and Process start plugins of their kind; nil: this host has none of the kind.
	Wasm, Process Runtime
	// MinBackoff is the pause before the first restart. It doubles with every failure, up to MaxBackoff.
	MinBackoff, MaxBackoff time.Duration
	// BreakAfter failures in a row cut the plugin off: its calls fail at once. After Cooldown it is tried once more.
	BreakAfter int
	Cooldown   time.Duration
	// StableAfter is how long a plugin has to run for its earlier failures to be forgotten.
	StableAfter time.Duration
	// StartTimeout bounds a restart.
	StartTimeout time.Duration
	// HealthEvery is how often a process is asked whether it still answers; negative: never.
	HealthEvery time.Duration
	// Ended is told of every plugin that ends by itself, before it is started again; nil: nobody wants to know. It does not
	// block.
	Ended func(State)
}

func (o *SupervisorOptions) setDefaults() {
	for _, d := range []struct {
		value *time.Duration
		def   time.Duration
	}{
		{&o.MinBackoff, DefaultMinBackoff}, {&o.MaxBackoff, DefaultMaxBackoff}, {&o.Cooldown, DefaultCooldown},
		{&o.StableAfter, DefaultStableAfter}, {&o.StartTimeout, DefaultStartTimeout}, {&o.HealthEvery, DefaultHealthEvery},
	} {
		if *d.value == 0 {
			*d.value = d.def
		}
	}
	if o.BreakAfter == 0 {
		o.BreakAfter = DefaultBreakAfter
	}
}

// Supervisor is a Runtime over both kinds of plugins. What it starts stays up: it is compared with its manifest,
// restarted with exponential backoff when it ends, given its configuration again, and cut off by a circuit breaker when
// it keeps failing. Safe for concurrent use.
type Supervisor struct {
	opts   SupervisorOptions
	mu     sync.Mutex
	list   []*supervised // in order of start
	closed bool
}

// NewSupervisor makes a Supervisor.
func NewSupervisor(opts SupervisorOptions) *Supervisor {
	opts.setDefaults()
	return &Supervisor{opts: opts}
}

// Start implements Runtime. The instance lives until its Close, or that of the Supervisor. A plugin that fails to start
// this first time is an error, and is not tried again.
func (s *Supervisor) Start(ctx context.Context, spec Spec) (Instance, error) {
	runtime, err := s.runtime(spec.Manifest)
	if err != nil {
		return nil, err
	}
	p := newSupervised(s, runtime, spec)
	if err := p.boot(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.list = append(s.list, p)
	}
	s.mu.Unlock()
	go p.watch()
	if closed {
		return nil, errors.Join(pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q: the host is closing", spec.Manifest.ID), p.Close(ctx))
	}
	return p, nil
}

func (s *Supervisor) runtime(m *manifest.Manifest) (Runtime, error) {
	runtime, kind := s.opts.Process, "process"
	if m.Runtime.Wasm != nil {
		runtime, kind = s.opts.Wasm, "WebAssembly"
	}
	if runtime == nil {
		return nil, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "plugin %q is a %s plugin, which this host does not run", m.ID, kind)
	}
	return runtime, nil
}

// States lists the plugins in the order in which they were started.
func (s *Supervisor) States() []State {
	s.mu.Lock()
	list := slices.Clone(s.list)
	s.mu.Unlock()
	out := make([]State, len(list))
	for i, p := range list {
		out[i] = p.State()
	}
	return out
}

// Close closes all plugins, the last one first, as later ones may use earlier ones.
func (s *Supervisor) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	list := slices.Clone(s.list)
	s.mu.Unlock()
	var errs []error
	for _, p := range slices.Backward(list) {
		errs = append(errs, p.Close(ctx))
	}
	return errors.Join(errs...)
}

func (s *Supervisor) forget(p *supervised) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.DeleteFunc(s.list, func(q *supervised) bool { return q == p })
}

var _ Runtime = (*Supervisor)(nil)
