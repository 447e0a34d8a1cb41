package plugin

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// supervised is a plugin that is kept running.
type supervised struct {
	owner   *Supervisor
	runtime Runtime
	spec    Spec
	ctx     context.Context // ends with Close
	stop    context.CancelFunc
	done    chan struct{}

	mu         sync.Mutex
	running    atomic.Pointer[running] // nil while there is none; calls read it without the lock
	changed    chan struct{}           // closed and replaced when the status changes
	state      State
	failures   int // in a row
	configured bool
	config     []byte
	err        error
}

// running is an instance that takes calls.
type running struct {
	Instance
	capability.Carrier // the instance, as it is called
}

func newSupervised(owner *Supervisor, runtime Runtime, spec Spec) *supervised {
	p := &supervised{owner: owner, runtime: runtime, spec: spec, done: make(chan struct{}), changed: make(chan struct{})}
	p.ctx, p.stop = context.WithCancel(context.Background())
	m := spec.Manifest
	p.state = State{ID: m.ID, Version: m.Version, Kind: "process", Provides: slices.Clone(m.Provides)}
	if m.Runtime.Wasm != nil {
		p.state.Kind = "wasm"
	}
	return p
}

// boot starts an instance, compares it with the manifest and configures it.
func (p *supervised) boot(ctx context.Context) error {
	inst, err := p.runtime.Start(ctx, p.spec)
	if err != nil {
		return err
	}
	if err := p.greet(ctx, inst); err != nil {
		_ = inst.Close(context.WithoutCancel(ctx))
		return err
	}
	p.become(Running, inst, nil)
	return nil
}

func (p *supervised) greet(ctx context.Context, inst Instance) error {
	d, err := inst.Describe(ctx)
	if err != nil {
		return err
	}
	if err := CheckDescription(p.spec.Manifest, d); err != nil {
		return err
	}
	p.mu.Lock()
	configured, config := p.configured, p.config
	p.mu.Unlock()
	if !configured {
		return nil
	}
	return inst.Configure(ctx, config)
}

// become changes the status.
func (p *supervised) become(s Status, inst Instance, why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Status, p.state.Since = s, time.Now()
	if p.running.Store(nil); inst != nil {
		p.running.Store(&running{inst, capability.CarrierOf(inst)})
	}
	if why != nil {
		p.state.LastError = why.Error()
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// State describes the plugin.
func (p *supervised) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// watch restarts the plugin whenever it ends, until Close.
func (p *supervised) watch() {
	defer close(p.done)
	defer p.owner.forget(p)
	for {
		inst := p.current()
		began := time.Now()
		why := p.guard(inst)
		if p.ctx.Err() != nil {
			return
		}
		if time.Since(began) >= p.owner.opts.StableAfter {
			p.failures = 0
		}
		p.log("plugin ended and will be restarted", why)
		if told := p.owner.opts.Ended; told != nil {
			s := p.State()
			if why != nil {
				s.LastError = why.Error()
			}
			told(s)
		}
		if !p.restart(why) {
			return
		}
	}
}

func (p *supervised) current() Instance {
	if inst := p.running.Load(); inst != nil {
		return inst.Instance
	}
	return nil
}

// restart tries until the plugin runs again. It returns false if Close came first.
func (p *supervised) restart(why error) bool {
	o := p.owner.opts
	for {
		p.failures++
		status, pause := Restarting, o.MaxBackoff
		if shift := min(p.failures-1, 20); o.MinBackoff<<shift < o.MaxBackoff {
			pause = o.MinBackoff << shift
		}
		if p.failures >= o.BreakAfter {
			status, pause = Broken, o.Cooldown
			p.log("plugin failed again and again and is cut off; it is tried again after "+o.Cooldown.String(), nil)
		}
		p.become(status, nil, why)
		if !p.sleep(pause) {
			return false
		}
		ctx, cancel := context.WithTimeout(p.ctx, o.StartTimeout)
		why = p.boot(ctx)
		cancel()
		if p.ctx.Err() != nil {
			return false
		}
		if why == nil {
			p.mu.Lock()
			p.state.Restarts++
			p.mu.Unlock()
			return true
		}
		p.log("restart failed", why)
	}
}

func (p *supervised) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-p.ctx.Done():
		return false
	}
}

// guard waits for the end of an instance, and brings it about if it does not answer any more.
func (p *supervised) guard(inst Instance) error {
	every := p.owner.opts.HealthEvery
	if every < 0 || p.state.Kind == "wasm" { // a module is stopped by the deadline of its call
		every = 1 << 62
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-inst.Done():
			return inst.Err()
		case <-p.ctx.Done():
			return nil
		case <-tick.C:
			ctx, cancel := context.WithTimeout(p.ctx, every)
			_, err := inst.Describe(ctx)
			cancel()
			if pdk.Code(err) == pdk.CodeTimeout {
				gone, cancel := context.WithCancel(p.ctx)
				cancel() // no patience: it does not answer
				_ = inst.Close(gone)
				return pdk.Errorf(pdk.CodeUnavailable, "hung", "plugin %q did not answer a health check for %s and was killed", p.spec.Manifest.ID, every)
			}
		}
	}
}

func (p *supervised) log(message string, why error) {
	fields := map[string]string{}
	if why != nil {
		fields["error"] = why.Error()
	}
	p.spec.Services.Log(p.spec.Manifest.ID, pdk.LevelError, message, fields)
}

// ready returns the running instance. It waits for a restart, as long as ctx allows, but not for a broken plugin.
func (p *supervised) ready(ctx context.Context) (*running, error) {
	for {
		if inst := p.running.Load(); inst != nil {
			return inst, nil
		}
		p.mu.Lock()
		inst, status, last, changed := p.running.Load(), p.state.Status, p.state.LastError, p.changed
		p.mu.Unlock()
		switch {
		case inst != nil:
			return inst, nil
		case status == Broken:
			return nil, pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q is cut off after %d failures in a row, the last one: %s; it is tried again within %s", p.spec.Manifest.ID, p.owner.opts.BreakAfter, last, p.owner.opts.Cooldown)
		case status == Stopped:
			return nil, pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q is stopped", p.spec.Manifest.ID)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q is being restarted: %s", p.spec.Manifest.ID, last)
		}
	}
}

// ID implements capability.Provider.
func (p *supervised) ID() string { return p.spec.Manifest.ID }

// Describe implements Instance.
func (p *supervised) Describe(ctx context.Context) (Description, error) {
	inst, err := p.ready(ctx)
	if err != nil {
		return Description{}, err
	}
	return inst.Describe(ctx)
}

// Configure implements Instance. What the plugin accepts is handed to it again after every restart.
func (p *supervised) Configure(ctx context.Context, config []byte) error {
	inst, err := p.ready(ctx)
	if err != nil {
		return err
	}
	if err := inst.Configure(ctx, config); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.configured, p.config = true, slices.Clone(config)
	return nil
}

// Call implements Instance and capability.Provider.
func (p *supervised) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	return capability.Handler(p.Carry).Answer(ctx, call)
}

// Carry implements capability.Carrier.
func (p *supervised) Carry(ctx context.Context, call *capability.Call) error {
	if inst := p.running.Load(); inst != nil {
		return inst.Carry(ctx, call)
	}
	inst, err := p.ready(ctx)
	if err != nil {
		return err
	}
	call.Delayed()
	return inst.Carry(ctx, call)
}

// Done implements Instance: it is closed by Close only.
func (p *supervised) Done() <-chan struct{} { return p.done }

// Err implements Instance.
func (p *supervised) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Close implements Instance.
func (p *supervised) Close(ctx context.Context) error {
	p.stop()
	<-p.done
	inst := p.current()
	if inst == nil {
		p.become(Stopped, nil, nil)
		return nil
	}
	err := inst.Close(ctx)
	p.become(Stopped, nil, nil)
	p.mu.Lock()
	p.err = err
	p.mu.Unlock()
	return err
}

var (
	_ Instance            = (*supervised)(nil)
	_ capability.Provider = (*supervised)(nil)
	_ capability.Carrier  = (*supervised)(nil)
)
