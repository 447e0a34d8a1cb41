package bridge

import (
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// Deadlines of calls, in milliseconds.
const (
	DefaultNetworkTimeout = 60_000 // of network methods, as in WeChat
	DefaultSyncTimeout    = 5_000  // of sync calls, which block the mini-program
)

// call is __dougong.call(call, settle, emit): starts a call and returns its number.
func (b *Bridge) call(args []value.Value) (value.Value, error) {
	spec, err := object(arg(args, 0))
	if err != nil {
		return nil, err
	}
	p := &pending{settle: function(arg(args, 1)), emit: function(arg(args, 2))}
	m := b.message(spec)
	p.network = m.Capability == networkCapability
	if p.emit != nil {
		m.Task = m.ID
		p.task, p.until = true, b.apis[m.Capability+"."+m.Method+"."+string(contract.Task)].TaskUntil
		m.Until = p.until
	}
	if len(b.calls) >= b.Pending {
		return nil, fmt.Errorf("%s:fail more than %d calls are under way; wait for some to end", m.Method, b.Pending)
	}
	if size := m.Payload.Size(); size > pdk.MaxPayload {
		return nil, fmt.Errorf("%s:fail the arguments are %d bytes, more than the %d allowed", m.Method, size, pdk.MaxPayload)
	}
	b.calls[m.ID] = p
	b.Transport.Send(message.FromActor{Call: &m})
	return value.Int(int(m.ID)), nil
}

// Relay makes a call on behalf of a part of the mini-program that has a bridge of its own, a worker; reply gets the answer,
// with the number that the call had there.
func (b *Bridge) Relay(m message.Call, reply func(message.Reply)) {
	if len(b.calls) >= b.Pending {
		reply(message.Reply{ID: m.ID, Error: pdk.Errorf(pdk.CodeBusy, "busy", "more than %d calls are under way; wait for some to end", b.Pending)})
		return
	}
	there := m.ID
	m.ID = b.number()
	m.Sync = false
	_, m.Page = b.Page()
	b.calls[m.ID] = &pending{relay: func(r message.Reply) {
		r.ID = there
		reply(r)
	}}
	b.Transport.Send(message.FromActor{Call: &m})
}

// callSync is __dougong.callSync(call, emit): makes a call, waits, and returns {failure} or {result}, and the id of the task
// whose events emit takes.
func (b *Bridge) callSync(args []value.Value) (value.Value, error) {
	spec, err := object(arg(args, 0))
	if err != nil {
		return nil, err
	}
	m := b.message(spec)
	m.Sync, m.Timeout = true, DefaultSyncTimeout
	if emit := function(arg(args, 1)); emit != nil {
		m.Task, m.Until = m.ID, b.apis[m.Capability+"."+m.Method+"."+string(contract.Task)].TaskUntil
		b.calls[m.ID] = &pending{emit: emit, task: true, done: true, until: m.Until}
	}
	reply := b.Transport.Sync(m)
	failure, result := outcome(&reply)
	if !value.IsNull(failure) {
		delete(b.calls, m.ID)
		return value.ObjectOf("failure", failure), nil
	}
	return value.ObjectOf("result", result, "id", value.Int(int(m.ID))), nil
}

func (b *Bridge) message(spec *value.Object) message.Call {
	_, page := b.Page()
	m := message.Call{
		ID: b.number(), Capability: text(spec, "capability"), Method: text(spec, "method"), Page: page,
		Task: uint64(max(0, number(spec, "task"))),
	}
	params, _ := spec.Get("params")
	m.Payload = Encode(params)
	m.Timeout = b.timeout(m.Capability, m.Method, number(spec, "timeout"))
	return m
}

// timeout is the deadline of a call: its own, app.json's for the kind, or the default. Only the network has one; other
// calls may wait for the user.
func (b *Bridge) timeout(capability, method string, own float64) int {
	switch {
	case capability != networkCapability:
		return 0
	case own >= 1:
		return int(own)
	case b.Timeouts[method] > 0:
		return b.Timeouts[method]
	}
	return DefaultNetworkTimeout
}
