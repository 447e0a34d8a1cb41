package wasm

import (
	"context"
	"sync"
	"time"
)

// leash is the context that wazero sees: it ends the guest when the call's deadline passes or its caller gives up. There
// is one for each instance, because a context made for each call costs as much as the rest of the call. Once pulled, it
// stays so, and the instance is thrown away.
type leash struct {
	inst    *instance
	pulled  chan struct{}
	once    sync.Once
	why     error       // valid once pulled is closed
	timer   *time.Timer // nil for a trusted plugin, which is never stopped
	release func() bool // from the caller's context; nil if that never ends

	// Of the call under way; for the goroutine that makes the call.
	caller   context.Context
	deadline time.Time
}

func newLeash(inst *instance) *leash {
	l := &leash{inst: inst, pulled: make(chan struct{}), caller: context.Background()}
	if !inst.plugin.trusted {
		l.timer = time.AfterFunc(time.Hour, func() { l.pull(context.DeadlineExceeded) })
		l.timer.Stop()
	}
	return l
}

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
	if at, ok := ctx.Deadline(); ok && at.Before(l.deadline) {
		l.deadline = at
	}
	left := l.deadline.Sub(now)
	if left <= 0 {
		return 0, context.DeadlineExceeded
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if l.timer == nil {
		return left, nil
	}
	if ctx.Done() != nil {
		l.release = context.AfterFunc(ctx, func() { l.pull(ctx.Err()) })
	}
	l.timer.Reset(left)
	return left, nil
}

// drop ends the call. It reports whether the leash can be used again.
func (l *leash) drop() bool {
	if l.timer == nil {
		return true
	}
	whole := l.timer.Stop()
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
