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
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
)

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
	return i.plugin.ApplyConfig(pdk.NewContext(ctx, pdk.Info{}, host{i}), config)
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
	if i.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, i.limit)
		defer cancel()
	}
	answer := make(chan outcome, 1)
	// The call's own memory may be another call's by the time that a late method looks at it.
	go i.carryOut(pdk.NewContext(ctx, call.Info, host{i}), call.Payload, answer)
	select {
	case o := <-answer:
		return o.out, o.err
	case <-ctx.Done():
		return pdk.Payload{}, i.late(ctx, call.Method)
	case <-i.done:
		return pdk.Payload{}, i.stopped()
	}
}

// carryOut answers in any case, also if the method ends its goroutine.
func (i *instance) carryOut(ctx *pdk.Context, in pdk.Payload, answer chan<- outcome) {
	o := outcome{err: pdk.Errorf(pdk.CodeInternal, "internal", "plugin %q: %s ended its goroutine without an answer", i.plugin.ID, ctx.Method)}
	defer func() { answer <- o }()
	o.out, o.err = i.plugin.Dispatch(ctx, in)
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
func (i *instance) Close(context.Context) (err error) {
	i.once.Do(func() {
		close(i.done)
		if i.plugin.Close != nil {
			err = i.plugin.Close()
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
