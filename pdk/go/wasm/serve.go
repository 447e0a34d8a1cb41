package wasm

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// serve carries out one request and returns the reply, appended to dst.
func serve(plugin *pdk.Plugin, host pdk.Host, request, dst []byte) []byte {
	q, err := wire.DecodeRequest(request)
	if err != nil {
		return wire.AppendReply(dst, pdk.Payload{}, err)
	}
	if plugin == nil {
		return wire.AppendReply(dst, pdk.Payload{}, pdk.Errorf(pdk.CodeInternal, "internal",
			"the module registers no plugin; it needs `var _ = serve.Register(plugin)`"))
	}
	ctx, cancel := newDeadline(q.Timeout)
	defer cancel()
	p, err := carryOut(plugin, pdk.NewContext(ctx, q.Info, host), &q)
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
	context.Context
	at time.Time

	mu    sync.Mutex
	real  context.Context // what Done leads to; nil: nobody has asked
	stop  context.CancelFunc
	ended bool
}

// base makes the time of a deadline cost one question to the host in place of two, for the wall clock too.
var base = time.Now()

// newDeadline returns a context that ends after left, or never if left is 0.
func newDeadline(left time.Duration) (context.Context, context.CancelFunc) {
	if left <= 0 {
		return context.WithCancel(context.Background())
	}
	d := &deadline{Context: context.Background(), at: base.Add(time.Since(base) + left)}
	return d, d.cancel
}

func (d *deadline) start() context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.real == nil {
		d.real, d.stop = context.WithDeadline(context.Background(), d.at)
	}
	return d.real
}

// cancel ends what Done has started. Who has not asked for Done cannot be waiting.
func (d *deadline) cancel() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
	if d.real == nil {
		d.real = canceled
	}
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
func (d *deadline) Deadline() (time.Time, bool) { return d.at, true }

// Done implements context.Context.
func (d *deadline) Done() <-chan struct{} {
	return d.start().Done()
}

// Err implements context.Context.
func (d *deadline) Err() error {
	d.mu.Lock()
	ended := d.ended
	d.mu.Unlock()
	if ended {
		return context.Canceled
	}
	if !time.Now().Before(d.at) {
		return context.DeadlineExceeded
	}
	return nil
}
