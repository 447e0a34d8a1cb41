// Package inside runs plugins that are compiled into the host: for who builds a host of their own and wants one program, or
// the speed of a function call. Such a plugin has no isolation at all: it is as trusted as the host. What it shares with the
// others is the time that a call may take; a method that does not come back is left alone with its goroutine. A goroutine that has
// come back carries out other calls of the plugin: a method that locks it to its thread has to unlock it.
//
//	r := inside.New(others, map[string]*pdk.Plugin{"com.acme.pay": pay.Plugin()})
//
// Manifest, contracts and configuration are those of the plugin's bundle or folder; only its code is not. The package must
// not know who decides which plugins are compiled in.
package inside

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
)

// maxLeft bounds the methods of a plugin that have not come back, those included that nobody waits for any more.
const maxLeft = 1024

// Runtime is a plugin.Runtime for plugins in the host's program; all others it hands on.
type Runtime struct {
	others  plugin.Runtime
	plugins map[string]*pdk.Plugin
}

// New makes a runtime of plugins by id.
func New(others plugin.Runtime, plugins map[string]*pdk.Plugin) *Runtime {
	return &Runtime{others, plugins}
}

// Start implements plugin.Runtime.
func (r *Runtime) Start(ctx context.Context, spec plugin.Spec) (plugin.Instance, error) {
	p := r.plugins[spec.Manifest.ID]
	if p == nil {
		return r.others.Start(ctx, spec)
	}
	if p.Version != spec.Manifest.Version {
		return nil, fmt.Errorf("plugin %q is compiled into this host as version %s, superapp.yaml names version %s; build the host again, or name the other version",
			p.ID, p.Version, spec.Manifest.Version)
	}
	return &instance{plugin: p, services: spec.Services, clock: clock{limit: spec.Manifest.Limits.CallTimeout}, done: make(chan struct{})}, nil
}

// instance is a plugin that runs.
type instance struct {
	plugin   *pdk.Plugin
	services plugin.Services
	crew     crew
	clock    clock
	jobs     sync.Pool    // those that nobody else has any more: their methods have answered
	left     atomic.Int64 // methods that have not come back
	once     sync.Once
	done     chan struct{}
}

// Describe implements plugin.Instance.
func (i *instance) Describe(context.Context) (plugin.Description, error) {
	d := i.plugin.Describe()
	return plugin.Description{ID: d.ID, Version: d.Version, Capabilities: d.Capabilities}, nil
}

// Configure implements plugin.Instance.
func (i *instance) Configure(ctx context.Context, config []byte) error {
	select {
	case err := <-apart("configure", func() error { return i.plugin.ApplyConfig(pdk.NewContext(ctx, pdk.Info{}, host{i}), config) }):
		return err
	case <-ctx.Done():
		return i.unawaited(ctx, "configure")
	}
}

// Call implements plugin.Instance. Nothing can stop a method that does not heed its context: the call ends without it when
// its time is over, or the plugin is stopped, and what it answers later is dropped.
func (i *instance) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	select {
	case <-i.done:
		return pdk.Payload{}, i.stopped()
	default:
	}
	if i.left.Add(1) > maxLeft {
		i.left.Add(-1)
		return pdk.Payload{}, pdk.Errorf(pdk.CodeBusy, "busy", "plugin %q: %d of its methods have not come back", i.plugin.ID, maxLeft)
	}
	j, t := newJob(ctx, i, call)
	i.crew.carryOut(j)
	o := i.wait(ctx, j)
	t.end()
	i.clock.end(j)
	j.free()
	return o.out, o.err
}

// wait waits until j is settled, or does so itself.
func (i *instance) wait(ctx context.Context, j *job) outcome {
	select {
	case <-j.settled:
		return j.outcome
	case <-ctx.Done():
		j.settle(given, outcome{err: i.unawaited(ctx, j.method)})
	case <-i.done:
		j.settle(given, outcome{err: i.stopped()})
	}
	<-j.settled
	return j.outcome
}

// apart carries out what is no call on a goroutine of its own. It answers in any case, also if the plugin's code ends its goroutine.
func apart(what string, do func() error) <-chan error {
	answer := make(chan error, 1)
	go func() {
		err := exited(what).err
		defer func() { answer <- err }()
		err = do()
	}()
	return answer
}

// exited is what comes of code that has ended its goroutine.
func exited(what string) outcome { return outcome{err: pdk.Exited(what)} }

// unawaited says why a call ended without its method, whose caller waits no more.
func (i *instance) unawaited(ctx context.Context, method string) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return i.late(method)
	}
	return pdk.Errorf(pdk.CodeCanceled, "canceled", "plugin %q: nobody waits for %s any more", i.plugin.ID, method)
}

// late says that a method did not answer in time.
func (i *instance) late(method string) error {
	return pdk.Errorf(pdk.CodeTimeout, "timeout", "plugin %q: %s did not answer in time", i.plugin.ID, method)
}

func (i *instance) stopped() error {
	return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q was stopped", i.plugin.ID)
}

// Done implements plugin.Instance.
func (i *instance) Done() <-chan struct{} { return i.done }

// Err implements plugin.Instance.
func (i *instance) Err() error { return nil }

// Close implements plugin.Instance.
func (i *instance) Close(ctx context.Context) (err error) {
	i.once.Do(func() {
		close(i.done)
		i.crew.leave()
		i.clock.stop()
		if i.plugin.Close == nil {
			return
		}
		select {
		case err = <-apart("close", i.plugin.Close):
		case <-ctx.Done():
			err = i.unawaited(ctx, "close")
		}
	})
	return err
}

// host is the host as the plugin sees it.
type host struct{ *instance }

// Service implements pdk.Host.
func (h host) Service(ctx context.Context, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	return h.services.Service(ctx, h.plugin.ID, info, name, in)
}

// Emit implements pdk.Host.
func (h host) Emit(_ context.Context, info pdk.Info, event string, in pdk.Payload, final bool) error {
	h.services.Emit(h.plugin.ID, info, event, in, final)
	return nil
}

// Log implements pdk.Host.
func (h host) Log(_ context.Context, level, message string, fields map[string]string) {
	h.services.Log(h.plugin.ID, level, message, fields)
}

var (
	_ plugin.Runtime  = (*Runtime)(nil)
	_ plugin.Instance = (*instance)(nil)
	_ pdk.Host        = host{}
)
