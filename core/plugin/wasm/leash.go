package wasm

import (
	"context"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
)

// tick is how long a call runs before anybody watches its caller's context: most calls have ended long before, and
// registering with a context costs as much as the rest of a call. A caller that gives up is heeded after two ticks at most.
const tick = 5 * time.Millisecond

// leash ends the guest when the call's deadline passes or its caller gives up. There is one for each instance, and it is
// itself the context that wazero sees, because a context made for each call costs as much as the rest of the call. Once
// pulled, it stays so, and the instance is thrown away.
type leash struct {
	inst   *instance
	free   bool // of a trusted plugin, which is never stopped
	pulled chan struct{}

	// Of the call under way; written by the goroutine that makes the call, under mu.
	caller   context.Context
	deadline time.Duration

	mu    sync.Mutex
	busy  bool
	call  uint64      // counts calls, so that the timer knows one that it has seen before
	seen  uint64      // the call that was under way when the timer last fired
	stop  func() bool // takes the registration with the caller's context back; nil: there is none
	why   error       // set before pulled is closed
	timer *time.Timer // fires while there are calls; it is not reset by each, which would wake the scheduler each time
	armed bool
	fires time.Duration // when the timer will, if it is armed
}

func newLeash(inst *instance) *leash {
	l := &leash{inst: inst, pulled: make(chan struct{}), caller: context.Background(), free: inst.plugin.trusted}
	l.timer = time.AfterFunc(time.Hour, l.check)
	l.timer.Stop()
	return l
}

// check runs when the timer fires. It pulls a call that is over its deadline, begins to watch the caller of one that has
// run for a while, and fires again until no call is left.
func (l *leash) check() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.busy || l.why != nil {
		l.armed = false
		return
	}
	now := l.now()
	if now >= l.deadline {
		l.armed = false
		l.pull(context.DeadlineExceeded)
		return
	}
	next := l.deadline
	if l.stop == nil && l.caller.Done() != nil {
		if l.seen == l.call {
			caller, call := l.caller, l.call
			l.stop = context.AfterFunc(caller, func() { l.gaveUp(call, caller.Err()) })
		} else {
			l.seen = l.call
			next = min(next, now+tick)
		}
	}
	l.fires = next
	l.timer.Reset(next - now)
}

// gaveUp pulls the call that was registered with its caller's context, unless it has ended.
func (l *leash) gaveUp(call uint64, why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy && l.call == call {
		l.pull(why)
	}
}

// pull ends the guest. mu is held.
func (l *leash) pull(why error) {
	if l.why == nil {
		l.why = why
		close(l.pulled)
		l.inst.halt.pull()
	}
}

// cut ends the guest, whatever it does. Any goroutine may call it.
func (l *leash) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pull(context.Canceled)
}

// close ends the timer of an instance that is not used any more.
func (l *leash) close() { l.timer.Stop() }

// now is the leash's clock: that of the calls, so that the time at which one came is not read again.
func (*leash) now() time.Duration { return capability.Now() }

// hold begins a call: it ends at the caller's deadline, or after limit if that comes first. It returns the time left, or
// the context's error if there is none.
func (l *leash) hold(ctx context.Context, now, limit time.Duration) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	left := limit
	if at, ok := ctx.Deadline(); ok {
		left = min(left, capability.Since(at)-now)
	}
	if left <= 0 {
		return 0, context.DeadlineExceeded
	}
	if l.free {
		l.caller, l.deadline = ctx, now+left
		return left, nil
	}
	l.mu.Lock()
	l.caller, l.deadline, l.busy = ctx, now+left, true
	l.call++
	l.arm(now, left)
	l.mu.Unlock()
	return left, nil
}

// arm makes sure that the timer fires by the deadline, and soon if there is a caller to watch. mu is held.
func (l *leash) arm(now, left time.Duration) {
	wait := left
	if l.caller.Done() != nil {
		wait = min(wait, tick)
	}
	if l.armed && l.fires <= now+wait {
		return
	}
	l.armed, l.fires = true, now+wait
	l.timer.Reset(wait)
}

// drop ends the call. It reports whether the leash can be used again.
func (l *leash) drop() bool {
	if l.free {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy = false
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
	return l.why == nil
}

// service is a context for a host service: the caller's, with the call's deadline.
func (l *leash) service() (context.Context, context.CancelFunc) {
	return context.WithDeadline(l.caller, capability.At(l.deadline))
}

type instanceKey struct{}

// Value implements context.Context. It leads host functions to the instance. What a caller's context holds is not for
// wazero, which would take its own switches from it.
func (l *leash) Value(key any) any {
	if key == (instanceKey{}) {
		return l.inst
	}
	return nil
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

// Deadline implements context.Context. The leash has none that holds for its life.
func (l *leash) Deadline() (time.Time, bool) { return time.Time{}, false }

var _ context.Context = (*leash)(nil)
