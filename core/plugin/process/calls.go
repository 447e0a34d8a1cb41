package process

import (
	"context"
	"strings"
	"sync"

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
	ctx   context.Context
	info  pdk.Info
	live  bool   // the call has not returned
	until string // name of its task's last event, if it has a contract that says so
	lasts bool   // its task goes on after it has returned
	final bool   // its task has had its last event
}

func (c *calls) begin(ctx context.Context, call *capability.Call) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	o := &openCall{ctx: ctx, info: call.Info, live: true, lasts: lasts(call)}
	if call.Contract != nil && call.Contract.Task != nil {
		o.until = call.Contract.Task.Until
	}
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
	if !o.lasts || o.final || err != nil {
		delete(c.open, id)
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
	return o.ctx, o.info, nil
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
