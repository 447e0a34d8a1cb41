package core

import (
	"context"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Bounds of the timer.after service.
const (
	minTimer  = 10 * time.Millisecond
	maxTimer  = 24 * time.Hour
	maxTimers = 1024 // per plugin
)

// timers calls plugins back later, for as long as there is somebody to hear of it. The zero value is ready.
type timers struct {
	mu      sync.Mutex
	next    uint64
	pending map[uint64]pending
	count   map[*unit]int
	running sync.WaitGroup
	closed  bool
}

// pending is a timer that has not run out.
type pending struct {
	timer *time.Timer
	unit  *unit
}

// after is the timer.after service. The call that it makes has the info of the one it serves, apart from the method, and
// reaches the plugin alone: its method need not be one of the contract.
func (t *timers) after(k *Kernel, u *unit, info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.TimerAfter
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	delay := time.Duration(q.DelayMS) * time.Millisecond
	if q.Method == "" || q.DelayMS < 0 || q.DelayMS > int64(maxTimer/time.Millisecond) {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "timer.after: expected a method and a delay of at most %s", maxTimer)
	}
	call := &capability.Call{Info: info, Payload: pdk.Payload{JSON: q.Data.JSON}, Host: true}
	call.Method, call.Task = q.Method, 0
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeUnavailable, "unavailable", "the host is stopping")
	}
	if t.count[u] >= maxTimers {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeQuota, "quota", "plugin %q has %d timers already", u.ID(), maxTimers)
	}
	t.start(k, u, call, max(delay, minTimer))
	return pdk.Encode(struct{}{})
}

// start sets a timer. The lock is held.
func (t *timers) start(k *Kernel, u *unit, call *capability.Call, delay time.Duration) {
	if t.pending == nil {
		t.pending, t.count = map[uint64]pending{}, map[*unit]int{}
	}
	t.next++
	id := t.next
	timer := time.AfterFunc(delay, func() {
		if t.take(id) {
			defer t.running.Done()
			t.fire(k, u, call)
		}
	})
	t.pending[id] = pending{timer, u}
	t.count[u]++
}

// take forgets a timer that has run out; it reports whether its call is still wanted.
func (t *timers) take(id uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	p, ok := t.pending[id]
	if !ok || t.closed {
		return false
	}
	delete(t.pending, id)
	if t.count[p.unit]--; t.count[p.unit] == 0 {
		delete(t.count, p.unit)
	}
	t.running.Add(1)
	return true
}

// fire makes the call, unless the mini-program is gone.
func (t *timers) fire(k *Kernel, u *unit, call *capability.Call) {
	if call.App != "" && !k.tasks.Listening(call.App, call.User) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), u.manifest.Limits.CallTimeout)
	defer cancel()
	if _, err := u.Call(ctx, call); err != nil {
		k.log.Warn("timer call failed", "plugin", u.ID(), "method", call.Method, "error", err)
	}
}

// close drops what is pending and waits for what is running.
func (t *timers) close() {
	t.mu.Lock()
	t.closed = true
	for _, p := range t.pending {
		p.timer.Stop()
	}
	t.pending, t.count = nil, nil
	t.mu.Unlock()
	t.running.Wait()
}
