package wasm

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/plugin/internal/output"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	"github.com/tetratelabs/wazero/api"
)

// reusable is the size up to which one buffer of dg_alloc serves many calls; a larger one is used up by its call.
const reusable = 64 << 10

// maxReply bounds a reply: the payload and what surrounds it.
const maxReply = pdk.MaxPayload + 1<<20

// instance is one instantiated module. It carries out one call at a time: whoever took it from the pool owns it.
type instance struct {
	plugin      *wasmPlugin
	module      api.Module
	memory      api.Memory
	alloc, call api.Function
	stack       [2]uint64
	buffer      uint32        // guest address of the request buffer
	space       uint32        // its size; 0: there is none
	seen        atomic.Uint64 // its memory after its last call
	output      output.Lines  // what the guest printed
	results     portions      // memory for results

	guest  callee
	native bool // guest is the instance itself
	leash  *leash
	halt   halt
	info   *pdk.Info // of the call under way: the caller's own, which nobody changes until the call is over
	reply  []byte    // answer of a host service, until the guest takes it
	fault  error     // a lie of the guest that a host function saw
	broken bool      // it must not be used again

	generation uint64 // of the configuration that it has
	pinned     int    // tasks that live in it; the pool's lock guards it
	waiting    []chan *instance
	claimed    atomic.Bool // calls may wait for this very instance
	seat       uint32      // by which the pool knows it while it is the spare one
}

// initTimeout bounds the initialization of an instance, its description and configuration.
const initTimeout = 30 * time.Second

func (p *wasmPlugin) instantiate(ctx context.Context) (*instance, error) {
	inst := &instance{plugin: p, info: &pdk.Info{Method: "initialization"}}
	inst.output.Log = func(line string) { p.services.Log(p.manifest.ID, pdk.LevelInfo, line, nil) }
	inst.leash = newLeash(inst)
	if _, err := inst.leash.hold(ctx, inst.leash.now(), initTimeout); err != nil {
		return nil, p.notMade(ctx, err)
	}
	defer inst.leash.drop()
	if err := p.abi.instantiate(inst.leash, inst, inst.wasi()); err != nil {
		return nil, p.ended("initialization", err, inst.output.Cause())
	}
	return inst, nil
}

// sleep is the guest's nanosleep. It ends with the call, which wazero could not stop in a host function.
func (i *instance) sleep(ns int64) {
	t := time.NewTimer(time.Duration(ns))
	defer t.Stop()
	select {
	case <-t.C:
	case <-i.leash.Done():
	case <-i.leash.caller.Done():
	}
}

// configure hands the plugin's configuration to this instance.
func (i *instance) configure(ctx context.Context, config []byte) error {
	return i.do(ctx, wire.OpConfigure, &pdk.Info{Method: "configure"}, &pdk.Payload{JSON: config}, &pdk.Payload{}, i.leash.now())
}

// do carries out one request and puts the answer into out. now is the time by the leash's clock. Every error is a
// *pdk.Error.
func (i *instance) do(ctx context.Context, op wire.Op, info *pdk.Info, in, out *pdk.Payload, now time.Duration) error {
	limit := i.plugin.manifest.Limits.CallTimeout
	if op != wire.OpCall {
		limit = max(limit, initTimeout)
	}
	left, err := i.leash.hold(ctx, now, limit)
	if err != nil {
		return i.plugin.notReached(info.Method, err)
	}
	i.info, i.fault = info, nil
	if i.native { // without asking what kind of guest it is
		err = (*nativeGuest)(i).roundTrip(op, left, info, in, out)
	} else {
		err = i.guest.roundTrip(op, left, info, in, out)
	}
	i.info = &nobody
	if !i.leash.drop() {
		i.broken = true
	}
	i.output.Flush()
	i.reply = nil
	return err
}

// nobody is who speaks through an instance that carries out no call.
var nobody pdk.Info

func (g *nativeGuest) roundTrip(op wire.Op, left time.Duration, info *pdk.Info, in, out *pdk.Payload) error {
	i := (*instance)(g)
	size := uint32(wire.PartsSize(info, in))
	request, err := i.room(size)
	if err != nil {
		return i.failed(info.Method, err)
	}
	wire.PutParts(request, op, left, info, in)
	i.stack[0], i.stack[1] = uint64(i.buffer), uint64(size)
	if i.space > reusable {
		i.space = 0
	}
	if err := i.call.CallWithStack(i.leash, i.stack[:]); err != nil {
		return i.failed(info.Method, err)
	}
	return i.takeReply(out, info.Method, uint32(i.stack[0]>>32), uint32(i.stack[0]))
}

// room returns size bytes of the guest's memory for a request.
func (i *instance) room(size uint32) ([]byte, error) {
	if size > i.space {
		want := max(size, 1<<10)
		i.stack[0] = uint64(want)
		if err := i.alloc.CallWithStack(i.leash, i.stack[:]); err != nil {
			return nil, err
		}
		i.buffer, i.space = uint32(i.stack[0]), want
	}
	view, ok := i.memory.Read(i.buffer, i.space)
	if !ok {
		i.fault = fmt.Errorf("%s returned %d bytes at %#x, outside of its %d bytes of memory", allocName, i.space, i.buffer, i.memory.Size())
		return nil, i.fault
	}
	return view[:size:size], nil
}

// takeReply copies the reply out of the guest's memory, to out.
func (i *instance) takeReply(out *pdk.Payload, method string, at, size uint32) error {
	if size > maxReply {
		return i.failed(method, i.lie("its reply of %d bytes is over the limit of %d", size, maxReply))
	}
	view, ok := i.memory.Read(at, size)
	if !ok {
		return i.failed(method, i.lie("its reply is %d bytes at %#x, outside of its %d bytes of memory", size, at, i.memory.Size()))
	}
	if json, ok := wire.PlainReply(view); ok {
		out.JSON, out.Blobs = i.results.copy(json), nil
		return nil
	}
	p, failure, err := wire.DecodeReply(view)
	if err != nil {
		return i.failed(method, i.lie("%s", err))
	}
	if failure != nil {
		return failure
	}
	*out = wire.Clone(p)
	return nil
}

// lie records what the guest did wrong.
func (i *instance) lie(format string, args ...any) error {
	i.fault = fmt.Errorf(format, args...)
	return i.fault
}

// failed marks the instance as broken and explains why.
func (i *instance) failed(method string, err error) error {
	i.broken = true
	i.output.Flush()
	if i.fault != nil {
		return i.plugin.lied(method, i.fault)
	}
	err = i.halt.why(i.leash.Err(), err)
	failure := i.plugin.ended(method, err, i.output.Cause())
	i.plugin.services.Services.Log(i.plugin.manifest.ID, pdk.LevelError, failure.Error(), map[string]string{"method": method, "cause": err.Error()})
	return failure
}

// close gives the instance back to the system.
func (i *instance) close() {
	i.leash.close()
	_ = i.module.Close(context.Background())
	i.guest.close()
}

// usable reports whether the instance may carry out another call.
func (i *instance) usable() bool { return !i.broken && !i.module.IsClosed() }
