package miniapp

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp/bridge"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Kernel is what a session needs of the kernel. It is called concurrently.
type Kernel interface {
	// Call carries out a capability call.
	Call(ctx context.Context, call *capability.Call) (pdk.Payload, error)
	// APIs lists the capability methods that a mini-program gets as wx.* and ft.*.
	APIs(app string) []message.API
}

// Subscriber is a Kernel that passes on events of capabilities, such as a change of the network.
type Subscriber interface {
	// Subscribe has f called with every capability event for an app and user until the returned function is called.
	// f does not block.
	Subscribe(app, user string, f func(capability.Event)) (cancel func())
}

// Options are what a session needs. Program and Send are required.
type Options struct {
	Program *program.Program
	// User is the identity that the host supplies.
	User   string
	Launch message.Launch
	// Env is what wx.getAccountInfoSync says of the program, message.EnvDevelop for one; "" is message.EnvRelease.
	Env string
	// System is what wx.getSystemInfoSync returns; keys that are missing come from DefaultSystem.
	System json.RawMessage
	// Kernel carries out capability calls; nil means that the mini-program gets none.
	Kernel Kernel
	// Send takes what the actor says, in order, on the actor's goroutine. It must not wait for the session.
	Send func(message.FromActor)
	// Budget limits what the mini-program may use.
	Budget script.Budget
	// Pending limits calls and asks under way, Mailbox the messages that may wait; 0 means the default.
	Pending, Mailbox int
	// Log takes what goes wrong outside the mini-program's own code; nil means slog.Default.
	Log *slog.Logger
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Idle asks for message.Idle.
	Idle bool
	// ClientScripts says that Send reaches a client that runs the program's template scripts, those of
	// script.ClientScripts: handlers of events and observers of properties.
	ClientScripts bool
	// Runner runs the actor; nil means a goroutine of this process.
	Runner Runner
	// Memory limits what a Runner's actor may use, in bytes; 0 means the Runner's default.
	Memory int64
}

// Session is an open mini-program. Its methods are safe for concurrent use.
type Session struct {
	box        *mailbox
	dispatcher *bridge.Dispatcher
	cancel     context.CancelFunc
	fetcher    *fetcher
	done       chan struct{}
}

// Start opens a mini-program. It ends when ctx does, when it is closed, or when it fails; its last message is Closed.
func Start(ctx context.Context, o Options) (*Session, error) {
	if o.Program == nil || o.Send == nil {
		return nil, errors.New("miniapp: Options.Program and Options.Send are required")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Kernel == nil {
		o.Kernel = noKernel{}
	}
	if o.Program.Frame != nil {
		o.Send = withFrames(o.Send, o.Program.Frame)
	}
	app := o.Program.App.ID
	ctx, cancel := context.WithCancel(ctx)
	s := &Session{box: newMailbox(o.Mailbox), cancel: cancel, done: make(chan struct{})}
	s.dispatcher = bridge.NewDispatcher(ctx, o.Kernel, bridge.Identity{App: app, User: o.User}, s.postBack)
	s.fetcher = newFetcher(ctx, o.Program, s.box.put)
	work := o.actor(s)
	open := message.Open{
		Launch: o.Launch, User: o.User, System: o.System, APIs: o.Kernel.APIs(app), Idle: o.Idle, Env: o.Env,
		Absent: o.Program.Absent(), ClientScripts: o.ClientScripts,
	}
	if err := s.box.put(message.ToActor{Open: &open}); err != nil {
		cancel()
		return nil, err
	}
	unsubscribe := func() {}
	if k, ok := o.Kernel.(Subscriber); ok {
		unsubscribe = k.Subscribe(app, o.User, s.capabilityEvent)
	}
	go func() {
		defer close(s.done)
		defer cancel()
		defer unsubscribe()
		work(ctx)
		s.box.close()
		s.dispatcher.Close()
		cancel()
		s.fetcher.close()
	}()
	return s, nil
}

// Post hands a message to the actor. It does not wait; ErrBusy and ErrClosed say that the message was dropped.
func (s *Session) Post(m message.ToActor) error { return s.box.put(m) }

// Close ends the session and waits until it is gone. It must not be called from Options.Send.
func (s *Session) Close() {
	_ = s.box.put(message.ToActor{Close: true})
	s.cancel()
	<-s.done
}

// Done is closed when the session has ended and nothing of it runs any more.
func (s *Session) Done() <-chan struct{} { return s.done }

func (s *Session) postBack(m message.ToActor) {
	// A task event that finds the mailbox full is lost; the actor is not keeping up with it.
	_ = s.box.put(m)
}

func (s *Session) capabilityEvent(e capability.Event) {
	s.postBack(message.ToActor{Task: &message.TaskEvent{Capability: e.Capability, Name: e.Name, Payload: e.Payload}})
}

// local is the transport of an actor in the kernel's own process.
type local struct {
	send       func(message.FromActor)
	dispatcher *bridge.Dispatcher
	fetcher    *fetcher
}

// Send passes calls to the dispatcher and wishes for subpackages to the fetcher, everything else to the host.
func (l local) Send(m message.FromActor) {
	switch {
	case m.Call != nil:
		l.dispatcher.Start(*m.Call)
	case m.Fetch != nil:
		l.fetcher.start(m.Fetch.Root)
	default:
		l.send(m)
	}
}

// Sync makes a call and waits.
func (l local) Sync(call message.Call) message.Reply { return l.dispatcher.Sync(call) }

// noKernel is a kernel without plugins.
type noKernel struct{}

// APIs lists nothing.
func (noKernel) APIs(string) []message.API { return nil }

// Call refuses.
func (noKernel) Call(_ context.Context, c *capability.Call) (pdk.Payload, error) {
	return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "no plugin provides %s", c.Capability)
}

var (
	_ bridge.Transport = local{}
	_ Kernel           = noKernel{}
)
