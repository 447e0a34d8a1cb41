package wasm

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// call is what one call needs of memory, in one piece: making memory is much of what a short call costs.
type call struct {
	deadline
	ctx pdk.Context
}

// serve carries out one request and returns the reply, appended to dst. q is used from request to request.
func serve(plugin *pdk.Plugin, host pdk.Host, q *wire.Request, request, dst []byte) []byte {
	if err := q.Decode(request); err != nil {
		return wire.AppendReply(dst, pdk.Payload{}, err)
	}
	if plugin == nil {
		return wire.AppendReply(dst, pdk.Payload{}, pdk.Errorf(pdk.CodeInternal, "internal",
			"the module registers no plugin; it needs `var _ = serve.Register(plugin)`"))
	}
	c := &call{}
	c.begin(q.Timeout)
	c.ctx.Bind(&c.deadline, &q.Info, host)
	p, err := carryOut(plugin, &c.ctx, q)
	c.cancel() // not deferred: a panic that gets here ends the module
	q.Payload = pdk.Payload{}
	return wire.AppendReply(dst, p, err)
}

func carryOut(plugin *pdk.Plugin, ctx *pdk.Context, q *wire.Request) (pdk.Payload, error) {
	switch q.Op {
	case wire.OpDescribe:
		text, err := json.Marshal(plugin.Describe())
		return pdk.Payload{JSON: text}, err
	case wire.OpConfigure:
		return pdk.Payload{}, plugin.ApplyConfig(ctx, q.Payload.JSON)
	case wire.OpCall:
		return plugin.Dispatch(ctx, q.Payload)
	case wire.OpClose:
		if plugin.Close == nil {
			return pdk.Payload{}, nil
		}
		return pdk.Payload{}, plugin.Close()
	}
	return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "operation %d is not known to this plugin", q.Op)
}

// deadline is a context with a deadline that starts a timer only if somebody waits for Done: most methods never do, and
// a timer costs more than the rest of a call.
type deadline struct {
	began, left time.Duration // since base; left is 0 if there is no deadline
	state       atomic.Int32

	mu   sync.Mutex
	real context.Context // what Done leads to; nil: nobody has asked
	stop context.CancelFunc
}

// The states of a deadline.
const (
	fresh int32 = iota
	asked       // for Done
	ended
)

// base makes the time of a deadline cost one question to the host in place of two, for the wall clock too.
var base = time.Now()

// begin has the context end after left, or never if left is 0.
func (d *deadline) begin(left time.Duration) {
	if left > 0 {
		d.began, d.left = time.Since(base), left
	}
}

func (d *deadline) start() context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.real != nil:
	case !d.state.CompareAndSwap(fresh, asked): // it has ended
		d.real = canceled
	case d.left == 0:
		d.real, d.stop = context.WithCancel(context.Background())
	default:
		d.real, d.stop = context.WithDeadline(context.Background(), base.Add(d.began+d.left))
	}
	return d.real
}

// cancel ends what Done has started. Who has not asked for Done cannot be waiting.
func (d *deadline) cancel() {
	if d.state.Swap(ended) == fresh {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stop != nil {
		d.stop()
	}
}

// canceled is what Done leads to after the end of the call.
var canceled = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// Deadline implements context.Context.
func (d *deadline) Deadline() (time.Time, bool) {
	if d.left == 0 {
		return time.Time{}, false
	}
	return base.Add(d.began + d.left), true
}

// Done implements context.Context.
func (d *deadline) Done() <-chan struct{} {
	return d.start().Done()
}

// Err implements context.Context.
func (d *deadline) Err() error {
	switch {
	case d.state.Load() == ended:
		return context.Canceled
	case d.left > 0 && time.Since(base) >= d.began+d.left:
		return context.DeadlineExceeded
	}
	return nil
}

// Value implements context.Context.
func (d *deadline) Value(any) any { return nil }

var _ context.Context = (*deadline)(nil)
