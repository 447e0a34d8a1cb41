package capability

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// cancelWait bounds the call that tells a provider that nobody wants its task any more.
const cancelWait = 5 * time.Second

// firstOwnNumber is where Tasks numbers the tasks of callers that do not number their own.
const firstOwnNumber = 1 << 52

// Tasks keeps the running tasks and passes their events to whoever started them, and the events of capabilities to
// whoever subscribed. Safe for concurrent use.
type Tasks struct {
	catalogue *Catalogue
	// report is told what is wrong with an event that is dropped; nil: nobody.
	report func(error)
	own    atomic.Uint64

	mu      sync.RWMutex
	tasks   map[uint64]*task
	subs    map[subject]map[*subscription]struct{}
	moved   chan struct{} // closed when a task ends and somebody waits for that; else nil
	cancels sync.WaitGroup
	closed  bool // no further cancels
}

type task struct {
	number   uint64
	info     pdk.Info
	provider Provider
	spec     *contract.TaskSpec
	cancel   *route
	events   func(Event)
	detach   func() bool // stops waiting for the caller to give up
}

// subject is whose capability events a subscription wants.
type subject struct{ app, user string }

type subscription struct{ f func(Event) }

// NewTasks makes an empty registry. report is told what is wrong with an event that is dropped; it may be nil.
func NewTasks(c *Catalogue, report func(error)) *Tasks {
	if report == nil {
		report = func(error) {}
	}
	return &Tasks{catalogue: c, report: report, tasks: map[uint64]*task{}, subs: map[subject]map[*subscription]struct{}{}}
}

// begin registers the task that a call starts, before the provider hears of it: events may come ahead of the answer.
// The task ends with its last event, or when ctx does.
func (ts *Tasks) begin(ctx context.Context, call *Call) (*task, error) {
	if call.Task == 0 {
		call.Task = firstOwnNumber + ts.own.Add(1)
	}
	t := &task{number: call.Task, info: call.Info, provider: call.provider, spec: call.route.starts, cancel: call.route.cancel, events: call.Events}
	ts.mu.Lock()
	if ts.tasks[t.number] != nil {
		ts.mu.Unlock()
		return nil, pdk.Errorf(pdk.CodeInternal, "internal", "%s: task number %d is in use", call.Method, t.number)
	}
	ts.tasks[t.number] = t
	ts.mu.Unlock()
	if t.spec.Until != "" { // others end with their call, which ctx cancels
		stop := context.AfterFunc(ctx, func() { ts.abandon(t) })
		ts.mu.Lock()
		t.detach = stop
		ts.mu.Unlock()
	}
	if call.Begun != nil {
		call.Begun()
	}
	return t, nil
}

// end forgets a task; it reports whether it was still known.
func (ts *Tasks) end(t *task) bool {
	ts.mu.Lock()
	known := ts.tasks[t.number] == t
	if known {
		delete(ts.tasks, t.number)
		if ts.moved != nil {
			close(ts.moved)
			ts.moved = nil
		}
	}
	detach := t.detach
	ts.mu.Unlock()
	if detach != nil {
		detach()
	}
	return known
}

// abandon ends a task whose caller is gone and tells the provider.
func (ts *Tasks) abandon(t *task) {
	if !ts.end(t) || t.cancel == nil {
		return
	}
	ts.mu.Lock()
	if ts.closed {
		ts.mu.Unlock()
		return
	}
	ts.cancels.Add(1)
	ts.mu.Unlock()
	defer ts.cancels.Done()
	ctx, cancel := context.WithTimeout(context.Background(), cancelWait)
	defer cancel()
	call := &Call{Info: t.info, Host: true, Contract: t.cancel.method, route: t.cancel}
	call.to(ts.providerOf(t))
	call.Method = t.cancel.method.Name
	if err := invoke(ctx, call); err != nil {
		ts.report(fmt.Errorf("end task of plugin %q: %w", call.provider.ID(), err))
	}
}

// member checks that a method of a task is called on a task that its own caller started.
func (ts *Tasks) member(call *Call) error {
	ts.mu.RLock()
	t := ts.tasks[call.Task]
	if t != nil {
		call.to(t.provider) // not that of the route, which may be another one by now
	}
	ts.mu.RUnlock()
	if t == nil || t.info.App != call.App || t.info.User != call.User || t.info.Caller != call.Caller ||
		t.info.Capability != call.Capability || t.info.Method != call.route.owner {
		return pdk.Errorf(pdk.CodeNotFound, "notFound", "%s: the task has ended", call.Method)
	}
	return nil
}

// Emit passes an event of a plugin on. Events that no contract describes, that do not fit it, or whose task has ended
// are dropped.
func (ts *Tasks) Emit(plugin string, info pdk.Info, name string, p pdk.Payload, final bool) {
	if info.Task == 0 {
		ts.broadcast(plugin, info, name, p)
		return
	}
	ts.mu.RLock()
	t := ts.tasks[info.Task]
	ts.mu.RUnlock()
	if t == nil || ts.providerOf(t).ID() != plugin {
		return // it ended while the event was on its way
	}
	e := t.spec.Events[name]
	if e == nil {
		ts.report(fmt.Errorf("plugin %q emits %q, which is no event of %s of %s", plugin, name, t.info.Method, t.info.Capability))
	} else if err := e.CheckPayload(p); err != nil {
		ts.report(fmt.Errorf("plugin %q emits a bad event: %w", plugin, err))
		e = nil
	}
	final = final || name == t.spec.Until && name != ""
	if final && !ts.end(t) {
		return
	}
	if t.events != nil && (e != nil || final) {
		if e == nil {
			p = pdk.Payload{}
		}
		t.events(Event{Task: t.number, Name: name, Payload: p, Final: final})
	}
}

// broadcast passes a capability's event to the subscribers of the call's app and user.
func (ts *Tasks) broadcast(plugin string, info pdk.Info, name string, p pdk.Payload) {
	table := ts.catalogue.table.Load()
	entry, provider := table.entries[info.Capability], table.Provider(info.Capability, info.App)
	if entry == nil || provider == nil || provider.ID() != plugin || entry.contract.Events[name] == nil {
		ts.report(fmt.Errorf("plugin %q emits %q, which is no event of a capability it provides (%s)", plugin, name, info.Capability))
		return
	}
	if err := entry.contract.Events[name].CheckPayload(p); err != nil {
		ts.report(fmt.Errorf("plugin %q emits a bad event: %w", plugin, err))
		return
	}
	ts.mu.RLock()
	var list []*subscription
	for s := range ts.subs[subject{info.App, info.User}] {
		list = append(list, s)
	}
	ts.mu.RUnlock()
	for _, s := range list {
		s.f(Event{Capability: info.Capability, Name: name, Payload: p})
	}
}

// Subscribe has f called with every capability event for an app and user, until the returned function is called.
// f must not block.
func (ts *Tasks) Subscribe(app, user string, f func(Event)) (cancel func()) {
	who, s := subject{app, user}, &subscription{f}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.subs[who] == nil {
		ts.subs[who] = map[*subscription]struct{}{}
	}
	ts.subs[who][s] = struct{}{}
	return func() {
		ts.mu.Lock()
		defer ts.mu.Unlock()
		delete(ts.subs[who], s)
		if len(ts.subs[who]) == 0 {
			delete(ts.subs, who)
		}
	}
}

// Listening reports whether anybody is subscribed to the capability events of an app and user.
func (ts *Tasks) Listening(app, user string) bool {
	ts.mu.RLock()
	defer ts.mu.RUnlock()
	return len(ts.subs[subject{app, user}]) > 0
}

func (ts *Tasks) providerOf(t *task) Provider {
	ts.mu.RLock()
	defer ts.mu.RUnlock()
	return t.provider
}

// Move notes that a task has been started by another provider than the one it was routed to.
func (ts *Tasks) Move(number uint64, to Provider) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t := ts.tasks[number]; t != nil {
		t.provider = to
	}
}

// Drain waits until a provider has no task any more, or ctx ends; it returns how many are left.
func (ts *Tasks) Drain(ctx context.Context, p Provider) int {
	for {
		left := 0
		ts.mu.Lock()
		for _, t := range ts.tasks {
			if t.provider == p {
				left++
			}
		}
		if ts.moved == nil {
			ts.moved = make(chan struct{})
		}
		moved := ts.moved
		ts.mu.Unlock()
		if left == 0 {
			return 0
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return left
		}
	}
}

// Len is how many tasks are running.
func (ts *Tasks) Len() int {
	ts.mu.RLock()
	defer ts.mu.RUnlock()
	return len(ts.tasks)
}

// Close waits for the calls that tell providers of abandoned tasks; later ones are not made.
func (ts *Tasks) Close() {
	ts.mu.Lock()
	ts.closed = true
	ts.mu.Unlock()
	ts.cancels.Wait()
}
