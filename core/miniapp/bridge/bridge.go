package bridge

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/pdk/go"
)

// DefaultPending is how many calls and asks a mini-program may have under way.
const DefaultPending = 256

// networkCapability is the capability whose failures are the network's, not the mini-program's.
const networkCapability = "dougong.network/v1"

// Realm is what the bridge needs of the logic layer.
type Realm interface {
	// Bind makes fn callable by the base library.
	Bind(name string, fn func(args []value.Value) (value.Value, error))
	// Invoke calls a function that came as an argument.
	Invoke(fn value.Func, args ...value.Value) (value.Value, error)
}

// Transport carries messages from the actor.
type Transport interface {
	// Send passes a message on. It keeps the order and must not block for long.
	Send(message.FromActor)
	// Sync carries out a call and waits.
	Sync(message.Call) message.Reply
}

// Options are what a Bridge needs.
type Options struct {
	Realm     Realm
	Transport Transport
	// Page tells which page is on top, for calls and asks.
	Page func() (id int, path string)
	// Await waits for the answer to an ask while the actor does nothing else; nil if none comes in time.
	Await func(id uint64, timeout time.Duration) *message.Answer
	// Pending limits calls and asks under way; DefaultPending if 0.
	Pending int
	// Timeouts are app.json's networkTimeout, milliseconds by method.
	Timeouts map[string]int
}

// Bridge is the actor's end. It belongs to the actor's goroutine.
type Bridge struct {
	Options
	apis  map[string]message.API // by capability and method
	next  uint64
	calls map[uint64]*pending
	asks  map[uint64]*pending
}

// pending is what waits for an answer.
type pending struct {
	settle value.Func
	emit   value.Func // of a task
	// decode, if set, turns an ask's raw answer into what settle gets.
	decode func(json.RawMessage) (value.Value, error)
	many   bool // an observer: answered again and again
	done   bool // a task that has had its reply and lives on
	task   bool
	until  string
	// relay, if set, gets the reply in place of settle.
	relay func(message.Reply)
	// network marks calls whose failure is not the mini-program's.
	network bool
}

// New makes a bridge; Bind installs it in the realm.
func New(o Options, apis []message.API) *Bridge {
	if o.Pending <= 0 {
		o.Pending = DefaultPending
	}
	b := &Bridge{Options: o, calls: map[uint64]*pending{}, asks: map[uint64]*pending{}, apis: map[string]message.API{}}
	for _, api := range apis {
		b.apis[api.Capability+"."+api.Method+"."+api.Mode] = api
	}
	return b
}

// Bind installs call, callSync and ask.
func (b *Bridge) Bind() {
	b.Realm.Bind("call", b.call)
	b.Realm.Bind("callSync", b.callSync)
	b.Realm.Bind("ask", b.ask)
}

// Idle reports that nothing is waiting for an answer; observers and tasks that have been answered do not count.
func (b *Bridge) Idle() bool {
	for _, p := range b.calls {
		if !p.done {
			return false
		}
	}
	for _, p := range b.asks {
		if !p.many {
			return false
		}
	}
	return true
}

func (b *Bridge) number() uint64 {
	b.next++
	return b.next
}

// Reply settles a call.
func (b *Bridge) Reply(r *message.Reply) {
	p := b.calls[r.ID]
	if p == nil || p.done {
		return
	}
	if p.task && p.until != "" && r.Error == nil {
		p.done = true
	} else {
		delete(b.calls, r.ID)
	}
	if p.relay != nil {
		p.relay(*r)
		return
	}
	failure, result := outcome(r)
	if o, ok := failure.(*value.Object); ok && p.network && networkFault(r.Error) {
		o.Set("origin", "network")
	}
	b.invoke(p.settle, failure, result)
}

// Task passes an event to its task's handle.
func (b *Bridge) Task(e *message.TaskEvent) {
	p := b.calls[e.Task]
	if p == nil || p.emit == nil {
		return
	}
	if e.Final {
		if p.done {
			delete(b.calls, e.Task)
		}
		p.until = "" // if the reply is still to come, it is the last of the task
	}
	payload, err := Decode(e.Payload)
	if err != nil {
		return
	}
	b.invoke(p.emit, e.Name, payload, e.Final)
}

// Answer settles an ask.
func (b *Bridge) Answer(a *message.Answer) {
	p := b.asks[a.ID]
	if p == nil {
		return
	}
	if !p.many {
		delete(b.asks, a.ID)
	}
	if a.Error != "" {
		b.invoke(p.settle, value.ObjectOf("message", a.Error))
		return
	}
	result, err := p.decode(a.Result)
	if err != nil {
		b.invoke(p.settle, value.ObjectOf("message", "the answer is not readable: "+err.Error()))
		return
	}
	b.invoke(p.settle, value.Null, result)
}

// invoke calls back into the realm, which reports what goes wrong there.
func (b *Bridge) invoke(fn value.Func, args ...value.Value) {
	if fn != nil {
		_, _ = b.Realm.Invoke(fn, args...)
	}
}

// networkFault tells a network that fails from a call that is wrong in itself.
func networkFault(e *pdk.Error) bool {
	if e == nil {
		return false
	}
	switch e.Code {
	case pdk.CodeInvalidParams, pdk.CodeInvalidResult, pdk.CodeUnsupported, pdk.CodeCanceled:
		return false
	}
	return true
}

// outcome is a reply as the base library's Settle takes it.
func outcome(r *message.Reply) (failure, result value.Value) {
	if r.Error != nil {
		return failureOf(r.Error), nil
	}
	result, err := Decode(r.Payload)
	if err != nil {
		return failureOf(pdk.Errorf(pdk.CodeInvalidResult, "invalid_result", "%v", err)), nil
	}
	return value.Null, result
}

func failureOf(e *pdk.Error) *value.Object {
	o := value.ObjectOf("code", value.Int(e.Code), "name", e.Name, "message", e.Message)
	if data, err := value.DecodeJSON(e.Data); err == nil && len(e.Data) > 0 {
		o.Set("data", data)
	}
	return o
}

// arg is the i-th argument, undefined if there is none.
func arg(args []value.Value, i int) value.Value {
	if i < len(args) {
		return args[i]
	}
	return nil
}

func function(v value.Value) value.Func {
	fn, _ := v.(value.Func)
	return fn
}

func object(v value.Value) (*value.Object, error) {
	o, ok := v.(*value.Object)
	if !ok {
		return nil, fmt.Errorf("bridge: want an object, got %s", value.TypeOf(v))
	}
	return o, nil
}

func text(o *value.Object, key string) string {
	v, _ := o.Get(key)
	s, _ := v.(string)
	return s
}

func number(o *value.Object, key string) float64 {
	v, _ := o.Get(key)
	f, _ := v.(float64)
	return f
}
