package inside

import (
	"context"
	"sync"
	"time"
)

// term is the context of a call. There is neither channel nor timer to it until somebody waits: most methods return before
// anybody does. From then on it is one of package context, which that package knows how to derive others from.
type term struct {
	parent context.Context
	until  time.Time // zero: no time but the parent's

	mu     sync.Mutex
	real   context.Context
	cancel context.CancelFunc
	over   bool // the call has ended
}

// Deadline implements context.Context.
func (t *term) Deadline() (time.Time, bool) {
	until, ok := t.parent.Deadline()
	if t.until.IsZero() || ok && until.Before(t.until) {
		return until, ok
	}
	return t.until, true
}

// Done implements context.Context.
func (t *term) Done() <-chan struct{} { return t.made().Done() }

// Err implements context.Context.
func (t *term) Err() error {
	t.mu.Lock()
	runs := t.real == nil && !t.over && t.parent.Err() == nil && !t.late()
	t.mu.Unlock()
	if runs {
		return nil
	}
	return t.made().Err()
}

// Value implements context.Context.
func (t *term) Value(key any) any {
	t.mu.Lock()
	from := t.real
	t.mu.Unlock()
	if from == nil {
		from = t.parent
	}
	return from.Value(key)
}

// late reports whether the call's time is over.
func (t *term) late() bool { return !t.until.IsZero() && !time.Now().Before(t.until) }

// made is the context that somebody waits for.
func (t *term) made() context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.real != nil {
		return t.real
	}
	if t.until.IsZero() {
		t.real, t.cancel = context.WithCancel(t.parent)
	} else {
		t.real, t.cancel = context.WithDeadline(t.parent, t.until)
	}
	if t.over {
		t.cancel()
	}
	return t.real
}

// end ends the context with its call.
func (t *term) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	if t.cancel != nil && !t.late() { // who is late is told so by a timer, in this moment
		t.cancel()
	}
}

var _ context.Context = (*term)(nil)
