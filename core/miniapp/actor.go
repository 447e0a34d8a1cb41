package miniapp

import (
	"context"
	"log/slog"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/baselib"
	"github.com/dougong-dev/dougong/core/miniapp/bridge"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// actor is one open mini-program. Everything in it happens on the goroutine of run.
type actor struct {
	in     Inbox
	out    bridge.Transport
	pulse  func(working bool)
	log    *slog.Logger
	now    func() time.Time
	job    Job
	prog   *program.Program
	realm  *script.Realm
	bridge *bridge.Bridge
	router *router
	open   message.Open
	theme  string
	height windowHeight

	metered bool     // the network is one whose traffic costs something
	jobs    []func() // what waits for the present turn to end

	observers map[int]uint64 // intersection observers by their own number: the ask's, 0 until it is sent
	observed  int

	opening map[int]*view.ClientEvent // events of buttons whose open-type is under way
	opens   int

	telling string // wx.onError is being told of a failure

	names map[string]bool // the members of wx and ft: "wx.request"

	held   []message.ToActor // what came while an answer was awaited
	quit   <-chan struct{}   // closed when the session is given up
	silent bool              // the client did not answer a question in time and has not been heard of since
	drawn  drawings

	workers workers
	fetches fetches

	closed bool
	rested bool // Idle has been sent since the last work
	seen   int  // messages from outside that have been handled
}

func newActor(j Job, at Place) *actor {
	a := &actor{
		job: j, in: at.In, out: at.Out, pulse: at.Pulse, log: j.Log, now: j.Now, prog: j.Program,
		observers: map[int]uint64{}, opening: map[int]*view.ClientEvent{}, names: map[string]bool{}, drawn: drawings{},
		workers: newWorkers(), fetches: newFetches(),
	}
	if a.pulse == nil {
		a.pulse = func(bool) {}
	}
	return a
}

// run works until the session is closed or fails, and says Closed last.
func (a *actor) run(ctx context.Context) {
	a.quit = ctx.Done()
	var closed message.Closed
	defer func() {
		if x := recover(); x != nil {
			closed.Error = PanicError(a.log, a.prog.App.ID, x)
		}
		a.workers.stopAll()
		a.sayClosed(&closed)
	}()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for !a.closed {
		if ctx.Err() != nil {
			return
		}
		a.pulse(true)
		if a.step() {
			continue
		}
		a.rest()
		a.pulse(false)
		timer.Reset(a.untilTimer())
		select {
		case <-ctx.Done():
			return
		case <-a.in.Wake():
		case e := <-a.workers.said:
			a.pulse(true)
			a.workerSaid(e)
		case <-timer.C:
		}
	}
}

// sayClosed sends the last message. A host that fails at it must not take others down.
func (a *actor) sayClosed(closed *message.Closed) {
	defer func() {
		if x := recover(); x != nil {
			a.log.Error("the host failed to take the end of a mini-program", "app", a.prog.App.ID, "panic", x)
		}
	}()
	a.send(message.FromActor{Closed: closed})
}

// step does one piece of work; false means that there was none.
func (a *actor) step() bool {
	if len(a.jobs) > 0 {
		job := a.jobs[0]
		a.jobs = a.jobs[1:]
		job()
		a.router.publish()
		return true
	}
	if a.realm != nil && a.untilTimer() == 0 {
		a.rested = false
		a.realm.RunTimers()
		a.router.publish()
		// Messages get their turn even if timers keep the actor busy.
		a.receive()
		a.fromWorkers()
		return true
	}
	return a.receive() || a.fromWorkers()
}

func (a *actor) receive() bool {
	var m message.ToActor
	if len(a.held) > 0 {
		m, a.held = a.held[0], a.held[1:]
	} else if next, ok := a.in.Take(); ok {
		m = next
	} else {
		return false
	}
	a.rested = false
	if m.Reply == nil && m.Task == nil && m.Package == nil {
		a.seen++
		a.silent = false
	}
	a.handle(m)
	if a.router != nil {
		a.router.publish()
	}
	return true
}

// untilTimer is how long the actor may sleep.
func (a *actor) untilTimer() time.Duration {
	if a.realm == nil {
		return time.Hour
	}
	at, ok := a.realm.NextTimer()
	if !ok {
		return time.Hour
	}
	return max(0, at.Sub(a.now()))
}

// rest says Idle if nothing is under way.
func (a *actor) rest() {
	if !a.open.Idle || a.rested || a.bridge == nil || !a.bridge.Idle() || !a.workers.idle() || !a.fetches.idle() {
		return
	}
	a.rested = true
	next := -1
	at, _ := a.realm.NextTimer()
	if at = a.workers.next(at); !at.IsZero() {
		next = max(0, int(at.Sub(a.now())/time.Millisecond))
	}
	a.send(message.FromActor{Idle: &message.Idle{Next: next, Seen: a.seen}})
}

func (a *actor) send(m message.FromActor) { a.out.Send(m) }

// later runs f once the present turn is over.
func (a *actor) later(f func()) { a.jobs = append(a.jobs, f) }

func (a *actor) handle(m message.ToActor) {
	if m.Open != nil {
		if a.realm == nil {
			a.start(*m.Open)
		}
		return
	}
	if m.Close {
		a.closed = true
		return
	}
	if a.realm == nil {
		return
	}
	switch {
	case m.Event != nil:
		a.event(m.Event)
	case m.Reply != nil:
		a.bridge.Reply(m.Reply)
	case m.Task != nil && m.Task.Task == 0:
		a.capabilityEvent(m.Task)
	case m.Task != nil:
		a.bridge.Task(m.Task)
	case m.Answer != nil:
		a.bridge.Answer(m.Answer)
	case m.Package != nil:
		a.packageSaid(m.Package)
	case m.Route != nil:
		a.router.user(*m.Route)
	case m.Show != nil:
		a.router.foreground(*m.Show)
	case m.Hide:
		a.router.background()
	case m.Resize != nil:
		a.resize(*m.Resize)
	case m.Custom != nil:
		a.custom(*m.Custom)
	case m.Update != "":
		_ = a.realm.Emit("update", m.Update)
	case m.Audit:
		a.audit()
	case m.Script != nil:
		a.scriptCall(*m.Script)
	case m.Resume:
		a.router.resume()
		// Once the client knows which page is on top: only then its canvases have a size.
		a.later(func() {
			a.redraw()
			_ = a.realm.Emit("resume")
		})
	}
}

// start makes the realm, launches the app and opens its first page.
func (a *actor) start(open message.Open) {
	a.open = open
	a.fetches.open(open.Absent)
	realm, err := script.New(script.Options{
		Program: a.prog, Budget: a.job.Budget, Now: a.job.Now,
		Report:   a.report,
		Console:  func(l message.Log) { a.send(message.FromActor{Log: &l}) },
		Patch:    func(p view.Patch) { a.send(message.FromActor{Patch: &p}) },
		Opening:  func(p *script.Page) { a.router.opening(p) },
		Packages: a,
		Prelude:  []script.Source{{Name: baselib.Name, Code: baselib.Script()}},

		ClientScripts: open.ClientScripts,
	})
	if err != nil {
		a.fail(message.Error{ID: "realm", Origin: "engine", Message: err.Error()})
		return
	}
	a.realm = realm
	a.router = newRouter(a)
	a.bridge = bridge.New(bridge.Options{
		Realm: realm, Transport: patient{a.out, realm}, Page: a.router.top, Await: a.awaitIn(realm), Pending: a.job.Pending, Timeouts: a.prog.App.NetworkTimeout,
	}, open.APIs)
	a.bind()
	launch := launchOf(open.Launch, a.prog)
	a.height.custom = isCustom(a.router.windowOf(launch.Path))
	_ = realm.Emit("setup", a.setup(launch))
	a.router.launch(launch)
}

// fail ends the session.
func (a *actor) fail(e message.Error) {
	a.send(message.FromActor{Error: &e})
	a.closed = true
}

// resize tells of another size. What the base library says of the window is right before anybody hears of it.
func (a *actor) resize(r message.Resize) {
	now := value.ObjectOf(
		"windowWidth", value.Int(r.Width), "windowHeight", value.Int(r.Height),
		"screenWidth", value.Int(r.Width), "screenHeight", value.Int(r.Height),
	)
	if own, err := value.DecodeJSON(r.System); err == nil && len(r.System) > 0 {
		if o, ok := own.(*value.Object); ok {
			for key, v := range o.All() {
				now.Set(key, v)
			}
		}
	}
	a.height.take(now)
	_ = a.realm.Emit("systemChange", now)
	size := value.NewObject(4)
	for _, key := range []string{"windowWidth", "windowHeight", "screenWidth", "screenHeight"} {
		v, _ := now.Get(key)
		size.Set(key, v)
	}
	arg := value.ObjectOf("size", size)
	_ = a.realm.Emit("windowResize", arg)
	if p := a.router.current(); p != nil {
		p.call("onResize", arg)
	}
}
