// Package inside runs plugins that are compiled into the host: for who builds a host of their own and wants one program, or
// the speed of a function call. Such a plugin has no isolation at all: it is as trusted as the host. What it shares with the
// others is the time that a call may take; a method that does not come back is left alone with its goroutine.
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
	"time"

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
	return &instance{plugin: p, services: spec.Services, limit: spec.Manifest.Limits.CallTimeout, done: make(chan struct{})}, nil
}

// instance is a plugin that runs.
type instance struct {
	plugin   *pdk.Plugin
	services plugin.Services
	limit    time.Duration // of a call; 0: none but the caller's
	left     atomic.Int64  // methods that have not come back
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
	answer := make(chan outcome, 1)
	go answered("configure", answer, func() (pdk.Payload, error) {
		return pdk.Payload{}, i.plugin.ApplyConfig(pdk.NewContext(ctx, pdk.Info{}, host{i}), config)
	})
	select {
	case o := <-answer:
		return o.err
	case <-ctx.Done():
		return i.late(ctx, "configure")
	}
}

// outcome is what a call comes to.
type outcome struct {
	out pdk.Payload
	err error
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
	if i.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, i.limit)
		defer cancel()
	}
	answer := make(chan outcome, 1)
	// The call's own memory may be another call's by the time that a late method looks at it.
	info, in := call.Info, call.Payload
	go answered(info.Method, answer, func() (pdk.Payload, error) {
		defer i.left.Add(-1)
		return i.plugin.Dispatch(pdk.NewContext(ctx, info, host{i}), in)
	})
	select {
	case o := <-answer:
		return o.out, o.err
	case <-ctx.Done():
		return pdk.Payload{}, i.late(ctx, call.Method)
	case <-i.done:
		return pdk.Payload{}, i.stopped()
	}
}

// answered answers in any case, also if the plugin's code ends its goroutine.
func answered(what string, answer chan<- outcome, do func() (pdk.Payload, error)) {
	o := outcome{err: pdk.Exited(what)}
	defer func() { answer <- o }()
	o.out, o.err = do()
}

// late says why a call ended without its method.
func (i *instance) late(ctx context.Context, method string) error {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return pdk.Errorf(pdk.CodeCanceled, "canceled", "plugin %q: nobody waits for %s any more", i.plugin.ID, method)
	}
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
		if i.plugin.Close == nil {
			return
		}
		answer := make(chan outcome, 1)
		go answered("close", answer, func() (pdk.Payload, error) { return pdk.Payload{}, i.plugin.Close() })
		select {
		case o := <-answer:
			err = o.err
		case <-ctx.Done():
			err = i.late(ctx, "close")
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
