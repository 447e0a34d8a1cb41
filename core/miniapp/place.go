package miniapp

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/bridge"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
)

// Runner runs actors somewhere else than on a goroutine of this process. It is called concurrently.
type Runner interface {
	// Run runs one actor: it hands on what the inbox gives, in order, and passes what the actor says to out, in order and
	// on one goroutine at a time. It returns when the actor has ended and nothing of it runs any more, at the latest soon
	// after ctx has; the error is why the actor did not end by itself.
	Run(ctx context.Context, job Job, in Inbox, out Outlet) *message.Error
}

// Job is what an actor needs beside its messages.
type Job struct {
	Program *program.Program
	Budget  script.Budget
	// Pending limits calls and asks under way.
	Pending int
	// Memory limits a Runner's actor, in bytes; 0 means the Runner's default.
	Memory int64
	Log    *slog.Logger
	Now    func() time.Time
}

// Inbox is the ordered queue that an actor takes its messages from.
type Inbox interface {
	// Take returns the next message, if there is one.
	Take() (message.ToActor, bool)
	// Wake has a token while there may be something to take.
	Wake() <-chan struct{}
}

// Outlet takes what a Runner's actor says.
type Outlet interface {
	// Send passes on everything but calls.
	Send(message.FromActor)
	// Call carries out a call in the background. The reply comes out of the inbox, or goes to done if that is not nil.
	Call(call message.Call, done func(message.Reply))
}

// Place is where an actor works.
type Place struct {
	In  Inbox
	Out bridge.Transport
	// Pulse is called with true before each piece of work and with false before the actor sleeps; may be nil.
	Pulse func(working bool)
}

// Work is an actor at its work: what a Runner has run at the other end. It returns when the actor has ended.
func Work(ctx context.Context, j Job, at Place) {
	if j.Log == nil {
		j.Log = slog.Default()
	}
	if j.Now == nil {
		j.Now = time.Now
	}
	newActor(j, at).run(ctx)
}

// actor is what runs the session's actor to its end.
func (o *Options) actor(s *Session) func(context.Context) {
	j := Job{Program: o.Program, Budget: o.Budget, Pending: o.Pending, Memory: o.Memory, Log: o.Log, Now: o.Now}
	out := local{send: o.Send, dispatcher: s.dispatcher, fetcher: s.fetcher}
	if o.Runner == nil {
		return newActor(j, Place{In: s.box, Out: out}).run
	}
	return func(ctx context.Context) { runElsewhere(ctx, o.Runner, j, s.box, out) }
}

// runElsewhere runs an actor by a Runner and says Closed at the end. A host that fails to take a message ends its own
// session only.
func runElsewhere(ctx context.Context, r Runner, j Job, in Inbox, out local) {
	closed := message.Closed{Error: r.Run(ctx, j, in, out)}
	defer func() {
		if x := recover(); x != nil {
			j.Log.Error("the host failed to take the end of a mini-program", "app", j.Program.App.ID, "panic", x)
		}
	}()
	out.send(message.FromActor{Closed: &closed})
}

// PanicError is the failure of an actor, or of a host that took its message, that panicked.
func PanicError(log *slog.Logger, app string, x any) *message.Error {
	log.Error("mini-program actor panicked", "app", app, "panic", x, "stack", string(debug.Stack()))
	return &message.Error{
		ID: "actor-panic", Origin: "engine", Message: fmt.Sprintf("internal error: %v", x),
		Hint: "this is a fault of the engine, not of the mini-program; please report it",
	}
}

// Call implements Outlet.
func (l local) Call(call message.Call, done func(message.Reply)) {
	if done == nil {
		l.dispatcher.Start(call)
		return
	}
	l.dispatcher.StartTo(call, done)
}

var (
	_ Inbox  = (*mailbox)(nil)
	_ Outlet = local{}
)
