package process

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// calls are the calls that a plugin may speak for: those under way, and those whose task goes on.
type calls struct {
	mu   sync.Mutex
	next uint64
	open map[uint64]*openCall
}

type openCall struct {
	ctx      context.Context
	deadline time.Time          // the call's deadline, which may be earlier than that of ctx; zero: ctx has it
	own      context.Context    // ctx with that deadline, if somebody has asked for it
	end      context.CancelFunc // of own
	info     pdk.Info
	live     bool   // the call has not returned
	until    string // name of its task's last event, if it has a contract that says so
	lasts    bool   // its task goes on after it has returned
	final    bool   // its task has had its last event
}

// spare keeps what calls are counted by, for others.
var spare = sync.Pool{New: func() any { return new(openCall) }}

// begin opens a call. until is its deadline if ctx does not have it.
func (c *calls) begin(ctx context.Context, until time.Time, call *capability.Call) uint64 {
	o := spare.Get().(*openCall)
	o.ctx, o.deadline, o.info, o.live, o.lasts = ctx, until, call.Info, true, lasts(call)
	if call.Contract != nil && call.Contract.Task != nil {
		o.until = call.Contract.Task.Until
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	c.open[c.next] = o
	return c.next
}

// lasts reports whether the call starts a task that goes on after it. Without a contract every task does, until its
// final event.
func lasts(call *capability.Call) bool {
	if call.Task == 0 || strings.Contains(call.Method, ".") {
		return false
	}
	return call.Contract == nil || call.Contract.Task != nil && call.Contract.Task.Until != ""
}

// end notes that a call has returned.
func (c *calls) end(id uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.open[id]
	o.live = false
	if o.own != nil {
		defer o.end()
	}
	o.own, o.deadline = nil, time.Time{}
	if !o.lasts || o.final || err != nil {
		delete(c.open, id)
		*o = openCall{}
		spare.Put(o)
		return
	}
	o.ctx = context.WithoutCancel(o.ctx)
}

// speaker returns whom a plugin speaks for when it names a call; 0 is nobody in particular.
func (c *calls) speaker(id uint64) (context.Context, pdk.Info, error) {
	if id == 0 {
		return context.Background(), pdk.Info{}, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	o, ok := c.open[id]
	if !ok {
		return nil, pdk.Info{}, pdk.Errorf(pdk.CodeNotFound, "notFound", "call %d has ended or never began", id)
	}
	return o.context(), o.info, nil
}

// context makes the context of a call when it is needed: most calls ask for no service, and the deadline is kept by
// whoever waits for the call.
func (o *openCall) context() context.Context {
	if o.deadline.IsZero() {
		return o.ctx
	}
	if o.own == nil {
		o.own, o.end = context.WithDeadline(o.ctx, o.deadline)
	}
	return o.own
}

// task returns the task of a call that goes on, 0 if there is none.
func (c *calls) task(id uint64) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o, ok := c.open[id]; ok {
		return o.info.Task
	}
	return 0
}

// emit checks that a call may emit another event, and notes its final one.
func (c *calls) emit(id uint64, final bool) (pdk.Info, error) {
	_, info, err := c.speaker(id)
	if err != nil || id == 0 || info.Task == 0 {
		return info, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	o, ok := c.open[id]
	if !ok || o.final {
		return info, pdk.Errorf(pdk.CodeNotFound, "notFound", "task %d has had its final event", info.Task)
	}
	if final {
		o.final = true
		if !o.live {
			delete(c.open, id)
		}
	}
	return info, nil
}

// lost returns the tasks that were going on when the process ended, and forgets them.
func (c *calls) lost() (tasks []*openCall) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, o := range c.open {
		if !o.live && !o.final {
			tasks = append(tasks, o)
			delete(c.open, id)
		}
	}
	return tasks
}
