package pdk

import (
	"fmt"
	"runtime/debug"
	"sort"
	"strings"
	"sync/atomic"
)

// Description is a plugin's own account of itself, as it crosses the wire.
type Description struct {
	ID           string              `json:"id"`
	Version      string              `json:"version"`
	Capabilities map[string][]string `json:"capabilities"`
	Features     []string            `json:"features,omitempty"`
}

// Describe says what p provides, methods in order.
func (p *Plugin) Describe() Description {
	d := Description{ID: p.ID, Version: p.Version, Capabilities: map[string][]string{}}
	for name, methods := range p.Capabilities {
		list := make([]string, 0, len(methods))
		for m := range methods {
			list = append(list, m)
		}
		sort.Strings(list)
		d.Capabilities[name] = list
	}
	return d
}

// Dispatch carries out the call that ctx describes. A panic of the method becomes an *Error, and so does every other
// error. Transports call it.
func (p *Plugin) Dispatch(ctx *Context, in Payload) (out Payload, err error) {
	method, err := p.find(ctx.Capability, ctx.Method)
	if err != nil {
		return Payload{}, err
	}
	defer func() {
		if cause := recover(); cause != nil {
			out, err = Payload{}, p.panicked(ctx, cause)
		}
	}()
	out, err = method(ctx, in)
	if err != nil {
		return Payload{}, AsError(err)
	}
	if out.Size() > MaxPayload {
		return Payload{}, Errorf(CodeTooLarge, "tooLarge", "plugin %q: the result of %s is %d bytes, more than the limit of %d",
			p.ID, ctx.Method, out.Size(), MaxPayload)
	}
	return out, nil
}

// ApplyConfig calls the OnConfigure hook, if any. Transports call it.
func (p *Plugin) ApplyConfig(ctx *Context, config []byte) (err error) {
	if p.Configure == nil {
		return nil
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = p.panicked(ctx, cause)
		}
	}()
	if err := p.Configure(ctx, config); err != nil {
		e := *AsError(err)
		if e.Code == CodeInternal {
			e.Code, e.Name = CodeConfig, "config"
		}
		return &e
	}
	return nil
}

// Exited is the failure of a method that has ended its goroutine by runtime.Goexit, which nobody can take back: transports see to
// it that their call is answered nevertheless.
func Exited(method string) *Error {
	return Errorf(CodeInternal, "exited", "%s has ended its goroutine (runtime.Goexit) instead of returning; return an error, and leave FailNow and Skip to tests", method)
}

func (p *Plugin) find(capability, name string) (Method, error) {
	place := p.placeOf(name)
	if f := place.Load(); f != nil && f.name == name && f.capability == capability {
		return f.method, nil
	}
	methods, ok := p.Capabilities[capability]
	if !ok {
		return nil, Errorf(CodeUnsupported, "unsupported", "plugin %q does not provide %s", p.ID, capability)
	}
	method, ok := methods[name]
	if !ok || method == nil {
		return nil, Errorf(CodeUnsupported, "unsupported", "plugin %q has no method %q in %s", p.ID, name, capability)
	}
	place.Store(&found{capability, name, method})
	return method, nil
}

// found is a method that has been called. Finding it again takes no maps, which are slow in a module: there is no
// instruction for their hash.
type found struct {
	capability, name string
	method           Method
}

func (p *Plugin) placeOf(name string) *atomic.Pointer[found] {
	n := len(name)
	if n == 0 {
		return &p.recent[0]
	}
	return &p.recent[(n+int(name[n-1])+int(name[0]))%len(p.recent)]
}

func (p *Plugin) panicked(ctx *Context, cause any) *Error {
	ctx.Log(LevelError, fmt.Sprintf("panic in %s: %v", ctx.Method, cause), "stack", trimStack(string(debug.Stack())))
	return Errorf(CodeInternal, "panic", "plugin %q panicked in %s: %v; its log has the stack", p.ID, ctx.Method, cause)
}

// trimStack drops the frames of recovery itself, above the panic.
func trimStack(stack string) string {
	if at := strings.Index(stack, "\npanic("); at >= 0 {
		stack = stack[at+1:]
	}
	return stack
}
