package capability

import (
	"context"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// Call is one capability call on its way through the dispatch chain. The deadline is the context's.
type Call struct {
	// Info names the method and the caller. The chain trusts it: whoever builds a Call (bridge, plugin services, CLI)
	// answers for it.
	pdk.Info
	// Payload is the arguments.
	Payload pdk.Payload
	// Sync is true if the caller blocks its mini-program on the answer.
	Sync bool
	// Host marks a call that the host itself makes, in the name of App and User if they are set: methods without an API
	// name may be called, and the user is not asked.
	Host bool
	// Events receives the events of the task that this call starts, or is nil. It must not block.
	Events func(Event)
	// Begun is called once the task that this call starts is registered, so that its methods find it; it may be nil.
	Begun func()
	// Buffer, if it is not nil, is memory that the provider may put the result into, up to its capacity: who often gets
	// large results, and is done with one before it asks for the next, saves the making of fresh memory, which costs more
	// than the transport. If the call fails the buffer is lost: it must not be used again.
	Buffer []byte
	// Contract describes the method; the chain's first step fills it in.
	Contract *contract.Method
	// Result is what the call is answered, on its way back through the chain; it counts if there is no error. It stays here
	// because a Payload that every step returns is copied by every step.
	Result pdk.Payload

	route    *route
	provider Provider
	carrier  Carrier // the provider, as it is called
	started  time.Duration
	reached  time.Duration // when it was last known to be on its way
}

// epoch is what Started counts from, by the monotonic clock: one read of it costs half of a time.Now.
var epoch = time.Now()

// Now is the present by the clock of Started.
func Now() time.Duration { return time.Since(epoch) }

// Since is a time by that clock, and At the time that it shows.
func Since(t time.Time) time.Duration { return t.Sub(epoch) }

// At is the time at which the clock shows d.
func At(d time.Duration) time.Time { return epoch.Add(d) }

// Started is when the call entered the chain, as the time since a moment that is the same for all calls of this process.
func (c *Call) Started() time.Duration { return c.started }

// Reached is the time, by the same clock, at which the call was last known to be on its way: Started, or when a step that
// had kept it waiting let it go on. A runtime takes it for the present in place of reading the clock once more. It is 0 if
// the call did not come through the chain.
func (c *Call) Reached() time.Duration { return c.reached }

// Delayed is called by a step that has kept the call waiting.
func (c *Call) Delayed() { c.reached = Now() }

// Event is something a running task (or a capability) tells its caller.
type Event struct {
	// Capability is the event's own if Task is 0.
	Capability string
	Task       uint64
	Name       string
	Payload    pdk.Payload
	// Final is set on a task's last event.
	Final bool
}

// Handler carries out a call: a step of the chain, or its end. It leaves the answer in the call's Result.
type Handler func(ctx context.Context, call *Call) error

// Answer carries out a call and takes its result out of it.
func (h Handler) Answer(ctx context.Context, call *Call) (p pdk.Payload, err error) {
	if err = h(ctx, call); err == nil {
		p = call.Result
	}
	call.Result = pdk.Payload{}
	return p, err
}

// Step wraps a handler: it may refuse the call, pass it on, and look at what comes back.
type Step func(next Handler) Handler

// Chain puts steps before end; the first is entered first.
func Chain(end Handler, steps ...Step) Handler {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i] != nil {
			end = steps[i](end)
		}
	}
	return end
}

// Provider is a running plugin, seen from the dispatch chain. Implementations are safe for concurrent use.
type Provider interface {
	// ID is the plugin's id.
	ID() string
	// Call runs a method. The error is a *pdk.Error whenever the plugin or its runtime could say what went wrong.
	Call(ctx context.Context, call *Call) (pdk.Payload, error)
}

// Carrier is a Provider that can do what a Handler does: carry out the call and leave the answer in its Result.
type Carrier interface {
	Carry(ctx context.Context, call *Call) error
}

// Answerer carries out calls in a way that is good enough for what is slow anyway.
type Answerer interface {
	Call(ctx context.Context, call *Call) (pdk.Payload, error)
}

// CarrierOf is a itself if it is a Carrier, or else one that asks it.
func CarrierOf(a Answerer) Carrier {
	if c, ok := a.(Carrier); ok {
		return c
	}
	return asker{a}
}

type asker struct{ Answerer }

// Carry implements Carrier.
func (a asker) Carry(ctx context.Context, call *Call) (err error) {
	call.Result, err = a.Call(ctx, call)
	return err
}

// to says who carries out the call.
func (c *Call) to(p Provider) { c.provider, c.carrier = p, CarrierOf(p) }

// Provider is the id of the plugin that the call goes to, once the chain's first step has found it.
func (c *Call) Provider() string {
	if c.provider == nil {
		return ""
	}
	return c.provider.ID()
}
