package wasm

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// leash ends the guest when the call's deadline passes or its caller gives up. There is one for each instance, and it is
// itself the context that wazero sees, because a context made for each call costs as much as the rest of the call. Once
// pulled, it stays so, and the instance is thrown away.
type leash struct {
	inst    *instance
	pulled  chan struct{}
	once    sync.Once
	why     error       // valid once pulled is closed
	free    bool        // of a trusted plugin, which is never stopped
	timer   *time.Timer // checks the deadline; it is not reset by every call, which would wake the scheduler each time
	armed   atomic.Bool
	fires   atomic.Int64 // when the timer will, if it is armed; unix nanoseconds
	until   atomic.Int64 // deadline of the call under way; 0: there is none, overdue: it was pulled
	release func() bool  // from the caller's context; nil if that never ends

	// Of the call under way; for the goroutine that makes the call.
	caller   context.Context
	deadline time.Time
	direct   bool // wazero watches the caller's context itself
}

// overdue marks a leash that its timer has pulled.
const overdue = -1

func newLeash(inst *instance) *leash {
	l := &leash{inst: inst, pulled: make(chan struct{}), caller: context.Background(), free: inst.plugin.trusted}
	l.timer = time.AfterFunc(time.Hour, l.check)
	l.timer.Stop()
	return l
}

// check runs when the timer fires: perhaps for a call that has ended long ago.
func (l *leash) check() {
	for {
		until := l.until.Load()
		now := time.Now().UnixNano()
		switch {
		case until == 0:
			l.armed.Store(false)
			if l.until.Load() == 0 || l.armed.Swap(true) {
				return // the next call arms it, or has done so
			}
		case until == overdue:
			return
		case until > now:
			l.fires.Store(until)
			l.timer.Reset(time.Duration(until - now))
			return
		case l.until.CompareAndSwap(until, overdue):
			l.pull(context.DeadlineExceeded)
			return
		}
	}
}

// arm makes sure that the timer fires by the deadline.
func (l *leash) arm(left time.Duration) {
	at := l.deadline.UnixNano()
	l.until.Store(at)
	switch {
	case !l.armed.Swap(true):
		l.fires.Store(at)
		l.timer.Reset(left)
	case l.fires.Load() > at:
		l.fires.Store(at)
		l.timer.Reset(left)
	}
}

// close ends the timer of an instance that is not used any more.
func (l *leash) close() { l.timer.Stop() }

func (l *leash) pull(why error) {
	l.once.Do(func() {
		l.why = why
		close(l.pulled)
	})
}

// hold begins a call: it ends at the caller's deadline, or after limit if that comes first. It returns the time left, or
// the context's error if there is none.
func (l *leash) hold(ctx context.Context, limit time.Duration) (time.Duration, error) {
	now := time.Now()
	l.caller, l.deadline, l.release = ctx, now.Add(limit), nil
	at, ok := ctx.Deadline()
	within := ok && at.Before(l.deadline)
	if within {
		l.deadline = at
	}
	left := l.deadline.Sub(now)
	if left <= 0 {
		return 0, context.DeadlineExceeded
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l.direct = l.free || within && ctx.Done() != nil
	if l.direct {
		return left, nil
	}
	if ctx.Done() != nil {
		l.release = context.AfterFunc(ctx, func() { l.pull(ctx.Err()) })
	}
	l.arm(left)
	return left, nil
}

// context is what wazero gets to see in this call.
func (l *leash) context() context.Context {
	if l.direct {
		return &directContext{l.caller, l.inst}
	}
	return l
}

// directContext is a caller's context that bounds the call by itself, made for one call: wazero may look at it for a
// moment after the call has returned.
type directContext struct {
	context.Context
	inst *instance
}

// Value implements context.Context. It leads host functions to the instance.
func (c *directContext) Value(key any) any {
	if key == (instanceKey{}) {
		return c.inst
	}
	return c.Context.Value(key)
}

// drop ends the call. It reports whether the leash can be used again.
func (l *leash) drop() bool {
	if l.direct {
		return l.free || l.caller.Err() == nil
	}
	whole := l.until.Swap(0) != overdue
	if l.release != nil && !l.release() {
		whole = false
	}
	return whole
}

// service is a context for a host service: the caller's, with the call's deadline.
func (l *leash) service() (context.Context, context.CancelFunc) {
	return context.WithDeadline(l.caller, l.deadline)
}

type instanceKey struct{}

// Value implements context.Context. It leads host functions to the instance.
func (l *leash) Value(key any) any {
	if key == (instanceKey{}) {
		return l.inst
	}
	return l.caller.Value(key)
}

// Done implements context.Context. wazero may still ask for a moment after the call has returned.
func (l *leash) Done() <-chan struct{} { return l.pulled }

// Err implements context.Context.
func (l *leash) Err() error {
	select {
	case <-l.pulled:
		return l.why
	default:
		return nil
	}
}

// Deadline implements context.Context.
func (l *leash) Deadline() (time.Time, bool) { return l.deadline, !l.deadline.IsZero() }

var _ context.Context = (*leash)(nil)
