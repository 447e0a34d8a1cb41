package frames

import (
	"context"
	"sync"
	"time"
)

// callContext is the context of a call on the plugin's side. It differs from one of package context in that it has neither
// channel nor timer until somebody waits for it: most calls return before anybody does.
type callContext struct {
	until time.Time // zero: no deadline

	mu    sync.Mutex
	err   error
	done  chan struct{} // nil until Done is called
	timer *time.Timer
	after map[*func()]struct{}
}

// Deadline implements context.Context.
func (c *callContext) Deadline() (time.Time, bool) { return c.until, !c.until.IsZero() }

// Value implements context.Context: there are none.
func (c *callContext) Value(any) any { return nil }

// closed is the channel of a context that ended before anybody asked for one.
var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Done implements context.Context.
func (c *callContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		if c.err != nil {
			return closed
		}
		c.done = make(chan struct{})
		c.watch()
	}
	return c.done
}

// watch starts the timer. The lock is held.
func (c *callContext) watch() {
	if c.timer == nil && !c.until.IsZero() {
		c.timer = time.AfterFunc(time.Until(c.until), func() { c.end(context.DeadlineExceeded) })
	}
}

// ended says why the context has ended, as far as anybody has noticed.
func (c *callContext) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// GivenUp says why the context of a call has ended, if the host has given the call up already. Other than Err it does not look at
// the clock: a call that is about to begin has some time left.
func GivenUp(ctx context.Context) error {
	if c, ok := ctx.(*callContext); ok {
		return c.ended()
	}
	return ctx.Err()
}

// Err implements context.Context.
func (c *callContext) Err() error {
	err := c.ended()
	if err == nil && !c.until.IsZero() && !time.Now().Before(c.until) {
		c.end(context.DeadlineExceeded)
		return context.DeadlineExceeded
	}
	return err
}

// AfterFunc lets package context derive contexts from this one without a goroutine for each.
func (c *callContext) AfterFunc(f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		go f()
		return func() bool { return false }
	}
	if c.after == nil {
		c.after = map[*func()]struct{}{}
	}
	c.after[&f] = struct{}{}
	c.watch()
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		_, ok := c.after[&f]
		delete(c.after, &f)
		return ok
	}
}

// end ends the context, unless it has ended.
func (c *callContext) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err = err
	if c.done != nil {
		close(c.done)
	}
	if c.timer != nil {
		c.timer.Stop()
	}
	for f := range c.after {
		go (*f)()
	}
	c.after = nil
}

var _ context.Context = (*callContext)(nil)
