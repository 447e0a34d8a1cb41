package bridge

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Caller carries out capability calls: the kernel. It is called concurrently.
type Caller interface {
	Call(ctx context.Context, call *capability.Call) (pdk.Payload, error)
}

// Keeper is a Caller that can make a file of a mini-program and user, whoever keeps files, and tell its path. name gives
// its kind: "drawing.png".
type Keeper interface {
	KeepFile(ctx context.Context, app, user, name string, content io.Reader) (path string, err error)
}

// What the base library asks of the host, which no contract describes: mini-programs cannot ask it.
const (
	HostCapability = "dougong.host"
	KeepFile       = "keepFile" // params: pdk.FileWrite, result: pdk.FileWritten
)

// Identity says for whom a dispatcher calls. It comes from the host; nothing the mini-program says can change it.
type Identity struct {
	App  string
	User string
}

// Dispatcher is the kernel's end of the bridge for one open mini-program: it carries out the actor's calls and posts
// replies and task events back.
type Dispatcher struct {
	caller Caller
	who    Identity
	post   func(message.ToActor)
	ctx    context.Context //nolint:containedctx // the life of the session, which bounds every call
	cancel context.CancelFunc
	calls  sync.WaitGroup

	mu    sync.Mutex
	tasks map[uint64]*task // by the actor's number
	open  bool
}

// task is a running task: its number for the providers and what ends it.
type task struct {
	number uint64
	until  string
	cancel context.CancelCauseFunc
	ctx    context.Context //nolint:containedctx // the life of the task
	begun  chan struct{}   // closed once the kernel knows the task, or never will
	once   sync.Once
}

// begin says that the kernel knows the task: what its methods ask can be carried out.
func (t *task) begin() { t.once.Do(func() { close(t.begun) }) }

// taskNumbers makes task numbers unique for providers, which serve many sessions.
var taskNumbers atomic.Uint64

// NewDispatcher makes a dispatcher that lives until ctx ends or Close is called. post must not block for long.
func NewDispatcher(ctx context.Context, caller Caller, who Identity, post func(message.ToActor)) *Dispatcher {
	ctx, cancel := context.WithCancel(ctx)
	return &Dispatcher{
		caller: caller, who: who, post: post, ctx: ctx, cancel: cancel, tasks: map[uint64]*task{}, open: true,
	}
}

// Close cancels every call and task under way and waits for the calls to end.
func (d *Dispatcher) Close() {
	d.mu.Lock()
	d.open = false
	d.mu.Unlock()
	d.cancel()
	d.calls.Wait()
}

// Start carries out an asynchronous call in the background; its Reply is posted.
func (d *Dispatcher) Start(call message.Call) {
	d.StartTo(call, func(r message.Reply) { d.post(message.ToActor{Reply: &r}) })
}

// StartTo carries out a call in the background and hands its Reply to done. Once Close has been called it does nothing.
func (d *Dispatcher) StartTo(call message.Call, done func(message.Reply)) {
	d.mu.Lock()
	if !d.open {
		d.mu.Unlock()
		return
	}
	d.calls.Add(1)
	d.mu.Unlock()
	if call.Task != 0 && call.Task == call.ID {
		d.begin(call) // now: a method of the task may be called before the goroutine runs
	}
	go func() {
		defer d.calls.Done()
		done(d.call(call))
	}()
}

// Sync carries out a call while the actor waits.
func (d *Dispatcher) Sync(call message.Call) message.Reply {
	if call.Task != 0 && call.Task == call.ID {
		d.begin(call)
	}
	return d.call(call)
}

func (d *Dispatcher) call(m message.Call) (reply message.Reply) {
	reply.ID = m.ID
	defer func() {
		if x := recover(); x != nil {
			reply.Error = pdk.Errorf(pdk.CodeInternal, "internal", "%s of %s panicked: %v", m.Method, m.Capability, x)
		}
	}()
	if m.Task != 0 && m.Task == m.ID {
		return d.start(m)
	}
	ctx, cancel := d.context(m)
	defer cancel()
	if m.Capability == HostCapability && m.Method == KeepFile {
		return d.keepFile(ctx, m)
	}
	call := d.describe(m)
	if t := d.find(m.Task); t != nil {
		call.Task = t.number
		select {
		case <-t.begun:
		case <-ctx.Done():
		}
	}
	return answer(ctx, m.ID, d.caller, call)
}

// keepFile keeps what the base library has made: the picture of a canvas, a frame of a video.
func (d *Dispatcher) keepFile(ctx context.Context, m message.Call) message.Reply {
	fail := func(err error) message.Reply { return message.Reply{ID: m.ID, Error: asError(ctx, err)} }
	keeper, ok := d.caller.(Keeper)
	if !ok {
		return fail(pdk.Errorf(pdk.CodeUnsupported, "unsupported", "nobody keeps files"))
	}
	var file pdk.FileWrite
	if err := pdk.Decode(m.Payload, &file); err != nil {
		return fail(err)
	}
	path, err := keeper.KeepFile(ctx, d.who.App, d.who.User, "made"+file.Extension, bytes.NewReader(file.Data))
	if err != nil {
		return fail(err)
	}
	out, err := pdk.Encode(pdk.FileWritten{Path: path, Size: int64(len(file.Data))})
	if err != nil {
		return fail(err)
	}
	return message.Reply{ID: m.ID, Payload: out}
}

// MaxTasks is how many tasks one open mini-program may have.
const MaxTasks = 1024

// start begins a task. Its context lives as long as the task; the deadline is for the answer only.
func (d *Dispatcher) start(m message.Call) message.Reply {
	t := d.find(m.Task)
	if t == nil {
		return message.Reply{ID: m.ID, Error: pdk.Errorf(pdk.CodeQuota, "quota", "more than %d tasks are open; wait for some to end", MaxTasks)}
	}
	defer t.begin()
	ctx := t.ctx
	if m.Timeout > 0 {
		timer := time.AfterFunc(time.Duration(m.Timeout)*time.Millisecond, func() { t.cancel(context.DeadlineExceeded) })
		defer timer.Stop()
	}
	call := d.describe(m)
	call.Task, call.Begun = t.number, t.begin
	call.Events = func(e capability.Event) { d.event(m.Task, e) }
	reply := answer(ctx, m.ID, d.caller, call)
	if reply.Error != nil || m.Until == "" {
		d.end(m.Task)
	}
	return reply
}

func answer(ctx context.Context, id uint64, caller Caller, call *capability.Call) message.Reply {
	payload, err := caller.Call(ctx, call)
	if err != nil {
		return message.Reply{ID: id, Error: asError(ctx, err)}
	}
	return message.Reply{ID: id, Payload: payload}
}

func (d *Dispatcher) describe(m message.Call) *capability.Call {
	return &capability.Call{
		Info: pdk.Info{
			Capability: m.Capability, Method: m.Method, Page: m.Page,
			App: d.who.App, User: d.who.User, Trace: newTrace(),
		},
		Payload: m.Payload,
		Sync:    m.Sync,
	}
}

func (d *Dispatcher) context(m message.Call) (context.Context, context.CancelFunc) {
	if m.Timeout <= 0 {
		return context.WithCancel(d.ctx)
	}
	return context.WithTimeout(d.ctx, time.Duration(m.Timeout)*time.Millisecond)
}

// begin notes a task; nil: there are too many.
func (d *Dispatcher) begin(m message.Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.tasks) >= MaxTasks {
		return
	}
	t := &task{number: taskNumbers.Add(1), until: m.Until, begun: make(chan struct{})}
	t.ctx, t.cancel = context.WithCancelCause(d.ctx)
	if old := d.tasks[m.Task]; old != nil {
		old.cancel(context.Canceled) // the number was used twice, which a sound actor does not
	}
	d.tasks[m.Task] = t
}

func (d *Dispatcher) find(id uint64) *task {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tasks[id]
}

func (d *Dispatcher) event(id uint64, e capability.Event) {
	t := d.find(id)
	if t == nil {
		return
	}
	final := e.Final || (t.until != "" && e.Name == t.until)
	d.post(message.ToActor{Task: &message.TaskEvent{Task: id, Name: e.Name, Payload: e.Payload, Final: final}})
	if final {
		d.end(id)
	}
}

func (d *Dispatcher) end(id uint64) {
	t := d.find(id)
	d.mu.Lock()
	delete(d.tasks, id)
	d.mu.Unlock()
	if t != nil {
		t.cancel(context.Canceled)
	}
}

// asError gives any error the form that reaches the mini-program.
func asError(ctx context.Context, err error) *pdk.Error {
	var known *pdk.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded), errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return pdk.Errorf(pdk.CodeTimeout, "timeout", "timeout")
	case errors.Is(err, context.Canceled):
		return pdk.Errorf(pdk.CodeCanceled, "canceled", "canceled")
	default:
		return &pdk.Error{Code: pdk.CodeInternal, Name: "internal", Message: err.Error()}
	}
}

func newTrace() string {
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		panic(fmt.Sprintf("bridge: the system gives no random bytes: %v", err))
	}
	return hex.EncodeToString(id[:])
}
