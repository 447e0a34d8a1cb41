package provider

import (
	"context"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
)

// key is what a task is known by. Ids are unique within the plugin's life; the owner makes sure that nobody reaches
// another's task by guessing.
type key struct {
	owner owner
	id    uint64
}

type owner struct{ caller, app, user string }

func ownerOf(ctx *pdk.Context) owner { return owner{ctx.Caller, ctx.App, ctx.User} }

func taskKey(ctx *pdk.Context) key { return key{ownerOf(ctx), ctx.Task} }

// earlyAborts is how many aborts are kept whose task has not arrived yet: calls run concurrently, so that the abort of a
// task may overtake the call that starts it.
const earlyAborts = 256

// tasks is what is under way.
type tasks struct {
	mu      sync.Mutex
	running map[key]*task
	count   map[owner]map[kind]int
	early   map[key]bool
	order   []key // of early
	closed  bool
	wait    sync.WaitGroup
}

type kind string

const (
	exchange kind = "request"
	sockets  kind = "socket"
)

// task is one request, upload, download or socket.
type task struct {
	cancel context.CancelCauseFunc
	socket any // *socket, *tcpSocket or *udpSocket; nil for other tasks
}

func newTasks() *tasks {
	return &tasks{running: map[key]*task{}, count: map[owner]map[kind]int{}, early: map[key]bool{}}
}

// start registers the call as a task, at most limit of a kind for each owner. The context ends when the task is
// aborted; done has to be called at its end.
func (t *tasks) start(ctx *pdk.Context, parent context.Context, k kind, limit int) (*task, context.Context, func(), error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	id := taskKey(ctx)
	switch {
	case t.closed:
		return nil, nil, nil, pdk.Errorf(pdk.CodeUnavailable, "unavailable", "the network plugin is stopping")
	case t.count[id.owner][k] >= limit:
		return nil, nil, nil, pdk.Errorf(codeTooManyTasks, "too-many-tasks", "exceed max task count: %d are under way, wait for one to end", limit)
	}
	running, cancel := context.WithCancelCause(parent)
	if t.early[id] {
		cancel(errAborted)
	}
	job := &task{cancel: cancel}
	if ctx.Task != 0 {
		t.running[id] = job
	}
	if t.count[id.owner] == nil {
		t.count[id.owner] = map[kind]int{}
	}
	t.count[id.owner][k]++
	t.wait.Add(1)
	return job, running, func() { cancel(nil); t.end(id, k) }, nil
}

func (t *tasks) end(id key, k kind) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.running, id)
	if t.count[id.owner][k]--; t.count[id.owner][k] == 0 {
		delete(t.count[id.owner], k)
	}
	if len(t.count[id.owner]) == 0 {
		delete(t.count, id.owner)
	}
	t.wait.Done()
}

func (t *tasks) attach(job *task, s any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	job.socket = s
}

// attached returns the socket of a task, or nil.
func (t *tasks) attached(id key) any {
	t.mu.Lock()
	defer t.mu.Unlock()
	if job := t.running[id]; job != nil {
		return job.socket
	}
	return nil
}

// socket returns the WebSocket of a task, or nil.
func (t *tasks) socket(id key) *socket {
	s, _ := t.attached(id).(*socket)
	return s
}

func (t *tasks) abort(id key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if job := t.running[id]; job != nil {
		job.cancel(errAborted)
		return
	}
	if len(t.order) == earlyAborts {
		delete(t.early, t.order[0])
		t.order = t.order[1:]
	}
	t.early[id] = true
	t.order = append(t.order, id)
}

func (t *tasks) close() {
	t.mu.Lock()
	t.closed = true
	for _, job := range t.running {
		job.cancel(pdk.Errorf(pdk.CodeUnavailable, "unavailable", "the network plugin is stopping"))
	}
	t.mu.Unlock()
	t.wait.Wait()
}
