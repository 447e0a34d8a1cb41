package script

import (
	"container/heap"
	"math"
	"time"

	"github.com/dop251/goja"
)

// minInterval keeps setInterval(f, 0) from starving everything else; browsers do the same.
const minInterval = 4 * time.Millisecond

type timer struct {
	id    int64
	at    time.Time
	seq   int64 // timers of one moment fire in the order they were set
	every time.Duration
	fn    goja.Callable
	args  []goja.Value
	index int
}

// timers are setTimeout and setInterval. The actor asks when the next is due and lets them run.
type timers struct {
	queue timerQueue
	byID  map[int64]*timer
	next  int64
	seq   int64
}

// NextTimer says when the next timer is due.
func (r *Realm) NextTimer() (time.Time, bool) {
	if len(r.timers.queue) == 0 {
		return time.Time{}, false
	}
	return r.timers.queue[0].at, true
}

// RunTimers runs every timer that is due, each in a turn of its own. Timers set meanwhile wait for the next call.
func (r *Realm) RunTimers() {
	now, last := r.now(), r.timers.seq
	for len(r.timers.queue) > 0 {
		t := r.timers.queue[0]
		if t.at.After(now) || t.seq > last {
			return
		}
		r.fire(t, now)
	}
}

func (r *Realm) fire(t *timer, now time.Time) {
	what := "setTimeout callback"
	if t.every > 0 {
		what = "setInterval callback"
		r.timers.seq++
		t.at, t.seq = now.Add(t.every), r.timers.seq
		heap.Fix(&r.timers.queue, t.index)
	} else {
		r.clearTimer(t.id)
	}
	_ = r.Turn(what, func() error {
		_, err := r.call(t.fn, goja.Undefined(), t.args...)
		return err
	})
}

func (r *Realm) setUpTimers() {
	r.timers.byID = map[int64]*timer{}
	global := r.vm.GlobalObject()
	r.set(global, "setTimeout", r.native("setTimeout", func(c goja.FunctionCall) goja.Value { return r.setTimer(c, false) }))
	r.set(global, "setInterval", r.native("setInterval", func(c goja.FunctionCall) goja.Value { return r.setTimer(c, true) }))
	clearFn := r.native("clearTimeout", func(c goja.FunctionCall) goja.Value {
		r.clearTimer(c.Argument(0).ToInteger())
		return goja.Undefined()
	})
	r.set(global, "clearTimeout", clearFn)
	r.set(global, "clearInterval", clearFn)
	r.set(r.host, "nextTick", r.native("nextTick", func(c goja.FunctionCall) goja.Value {
		if fn, ok := goja.AssertFunction(c.Argument(0)); ok {
			r.later(func() { r.run("nextTick callback", fn, goja.Undefined()) })
		}
		return goja.Undefined()
	}))
}

func (r *Realm) setTimer(c goja.FunctionCall, repeat bool) goja.Value {
	fn, ok := goja.AssertFunction(c.Argument(0))
	if !ok {
		r.throw("setTimeout: the first argument must be a function, got %s", r.inspect(c.Argument(0)))
	}
	if len(r.timers.queue) >= r.budget.Timers {
		r.throwMarked("timer-limit", originApp, "clear timers that are no longer needed",
			"too many timers are pending")
	}
	delay := delayOf(c.Argument(1))
	t := &timer{fn: fn}
	if len(c.Arguments) > 2 {
		t.args = append(t.args, c.Arguments[2:]...)
	}
	if repeat {
		delay = max(delay, minInterval)
		t.every = delay
	}
	r.timers.next++
	r.timers.seq++
	t.id, t.seq, t.at = r.timers.next, r.timers.seq, r.now().Add(delay)
	r.timers.byID[t.id] = t
	heap.Push(&r.timers.queue, t)
	return r.vm.ToValue(t.id)
}

func delayOf(v goja.Value) time.Duration {
	ms := v.ToFloat()
	if math.IsNaN(ms) || ms < 0 {
		return 0
	}
	return time.Duration(math.Min(ms, math.MaxInt32) * float64(time.Millisecond))
}

func (r *Realm) clearTimer(id int64) {
	if t := r.timers.byID[id]; t != nil {
		delete(r.timers.byID, id)
		heap.Remove(&r.timers.queue, t.index)
	}
}

// timerQueue is a heap by due time.
type timerQueue []*timer

func (q timerQueue) Len() int { return len(q) }
func (q timerQueue) Less(i, j int) bool {
	if !q[i].at.Equal(q[j].at) {
		return q[i].at.Before(q[j].at)
	}
	return q[i].seq < q[j].seq
}
func (q timerQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}
func (q *timerQueue) Push(x any) {
	t := x.(*timer)
	t.index = len(*q)
	*q = append(*q, t)
}
func (q *timerQueue) Pop() any {
	old := *q
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return t
}
