package headless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
	"github.com/dougong-dev/dougong/core/miniapp/view/raster"
)

// Defaults of Config.
const (
	// DefaultPatience is how soon a timer must be due for Rest to wait for it.
	DefaultPatience = 500 * time.Millisecond
	// DefaultUnrest is how long Rest bears with a mini-program that never comes to rest, such as one that animates.
	DefaultUnrest = 3 * time.Second
	// DefaultUser is whom a mini-program runs for.
	DefaultUser = "local"
)

// Config says what to open and how.
type Config struct {
	Program *program.Program
	Kernel  miniapp.Kernel
	User    string
	Launch  message.Launch
	System  json.RawMessage
	Budget  script.Budget
	// Runner, Memory and Logger are the session's, as miniapp.Options has them.
	Runner miniapp.Runner
	Memory int64
	Logger *slog.Logger
	// Patience and Unrest bound Rest; 0 means the default. To a mini-program that has not come round yet, Rest gives the turn of
	// Budget as well, if it says one.
	Patience, Unrest time.Duration
	// Answers are the first answers to dialogs.
	Answers Answers
	// Dir is where the paths of answers start; "" is the working directory.
	Dir string
	// Log takes console output and errors as they come; nil drops them. It is called on the mini-program's goroutine.
	Log func(message.FromActor)

	// Find gives the other mini-programs that a Stage may open; nil: there are none.
	Find Find

	stage *Stage // where other mini-programs are; nil: there are none
}

// App is an open mini-program. Its methods are safe for concurrent use.
type App struct {
	config  Config
	session *miniapp.Session

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever something below changes
	pages   map[int]*dom.Tree
	stack   message.Stack
	ready   map[int]message.Ready
	errors  []message.Error
	logs    []message.Log
	idle    *message.Idle
	posted  int
	toast   string
	answers Answers
	state   state
	focused *dom.Node // the field that was typed into last
	copied  string    // the clipboard
	shared  *message.Share
	easels  map[int]*raster.Easel
	players map[uint64]*player
	opened  time.Time
	life    context.Context //nolint:containedctx // bounds what is loaded for canvases
	end     context.CancelFunc
	loads   sync.WaitGroup
	exited  bool
	// generation counts how often it was started anew; exits are what its pages want to find again.
	generation int
	exits      []message.ExitState
	device     device
	reports    []report // that wait for the answer before them
	closed     *message.Closed
	given      []Given // files handed to the user
	detach     func()
}

// Open starts a mini-program. It is open, not at rest, when Open returns.
func Open(ctx context.Context, c Config) (*App, error) {
	if c.User == "" {
		c.User = DefaultUser
	}
	if c.Patience <= 0 {
		c.Patience = DefaultPatience
	}
	if c.Unrest <= 0 {
		c.Unrest = DefaultUnrest
	}
	a := &App{
		config: c, changed: make(chan struct{}), pages: map[int]*dom.Tree{}, ready: map[int]message.Ready{},
		posted: 1, answers: maps.Clone(c.Answers), state: state{}, device: newDevice(),
		easels: map[int]*raster.Easel{}, players: map[uint64]*player{}, opened: time.Now(),
	}
	a.life, a.end = context.WithCancel(ctx)
	a.mu.Lock() // the session may speak before it is known
	defer a.mu.Unlock()
	if err := a.start(ctx, c.Launch); err != nil {
		a.end()
		return nil, err
	}
	a.detach = func() {}
	if k, ok := c.Kernel.(*Kernel); ok && k.open != nil {
		a.detach = k.open.add(a)
	}
	return a, nil
}

// Close ends the mini-program and waits until it is gone.
func (a *App) Close() {
	a.end()
	a.mu.Lock()
	session := a.session
	a.mu.Unlock()
	session.Close()
	a.detach()
	a.loads.Wait() // also for one that was just being started anew, which then has ended by itself
}

// Post sends a message and counts it, so that Rest waits for what comes of it.
func (a *App) Post(m message.ToActor) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.post(m)
}

func (a *App) post(m message.ToActor) error {
	if err := a.session.Post(m); err != nil {
		return err
	}
	a.posted++
	return nil
}

// receive takes what the mini-program says, unless it has been started anew since.
func (a *App) receive(generation int, m message.FromActor) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if generation != a.generation {
		return
	}
	switch {
	case m.Patch != nil:
		a.patch(*m.Patch)
	case m.Stack != nil:
		a.navigate(*m.Stack)
	case m.Ask != nil:
		a.ask(*m.Ask)
	case m.Error != nil:
		a.errors = append(a.errors, *m.Error)
	case m.Log != nil:
		a.logs = append(a.logs, *m.Log)
	case m.Ready != nil:
		a.ready[m.Ready.Page] = *m.Ready
	case m.Idle != nil:
		a.idle = m.Idle
	case m.Exit != nil:
		a.exits = m.Exit.Pages
	case m.Closed != nil:
		a.closed = m.Closed
		if m.Closed.Error != nil {
			a.errors = append(a.errors, *m.Closed.Error)
		}
	}
	if a.config.Log != nil {
		a.config.Log(m)
	}
	close(a.changed)
	a.changed = make(chan struct{})
}

func (a *App) patch(p view.Patch) {
	page := a.pages[p.Page]
	if page == nil {
		page = dom.New()
		a.pages[p.Page] = page
	}
	if err := page.Apply(p); err != nil {
		a.errors = append(a.errors, message.Error{
			ID: "patch", Origin: "engine", Message: fmt.Sprintf("patch %d of page %d does not apply: %v", p.Seq, p.Page, err),
			Hint: "this is a fault of the engine, not of the mini-program; please report it",
		})
	}
}

// navigate takes a new stack and forgets the pages that are gone.
func (a *App) navigate(s message.Stack) {
	a.stack = s
	alive := map[int]bool{}
	for _, p := range s.Pages {
		alive[p.ID] = true
	}
	for _, id := range s.Kept {
		alive[id] = true
	}
	for id := range a.pages {
		if !alive[id] {
			delete(a.pages, id)
			delete(a.easels, id)
		}
	}
}

// Changed is closed when the mini-program says something next.
func (a *App) Changed() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.changed
}

// ErrClosed says that the mini-program has ended.
var ErrClosed = errors.New("the mini-program has ended")

// Rest waits until nothing is going on: no message, call or dialog is under way and no timer is due soon. It also returns
// when the mini-program ends or does not come to rest for too long; the error is ctx's.
func (a *App) Rest(ctx context.Context) error {
	unrest := time.NewTimer(a.config.Unrest)
	defer unrest.Stop()
	left := a.config.Budget.Turn // for one that computes, or waits, without coming round
	for {
		a.mu.Lock()
		done, changed := a.atRest() || a.closed != nil, a.changed
		silent := a.idle == nil || a.idle.Seen < a.posted
		a.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-unrest.C:
			if !silent || left <= 0 {
				return nil
			}
			unrest.Reset(left)
			left = 0
		case <-changed:
		}
	}
}

func (a *App) atRest() bool {
	if a.idle == nil || a.idle.Seen < a.posted {
		return false
	}
	return a.idle.Next < 0 || time.Duration(a.idle.Next)*time.Millisecond > a.config.Patience
}

// Stack is the page stack as the shell was told last.
func (a *App) Stack() message.Stack {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stack
}

// Path is the path of the page on top.
func (a *App) Path() string {
	if s := a.Stack(); len(s.Pages) > 0 {
		return s.Pages[len(s.Pages)-1].Path
	}
	return ""
}

// Errors are the failures reported so far.
func (a *App) Errors() []message.Error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]message.Error(nil), a.errors...)
}

// Logs are the console lines so far.
func (a *App) Logs() []message.Log {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]message.Log(nil), a.logs...)
}

// Exited reports whether the mini-program has asked to be closed.
func (a *App) Exited() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.exited
}

// Toast is the toast or loading text that is shown.
func (a *App) Toast() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.toast
}

// Shared is what the mini-program handed over to forward, or nil.
func (a *App) Shared() *message.Share {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.shared
}

// Ready tells whether the page on top has run onReady.
func (a *App) Ready() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.stack.Pages); n > 0 {
		_, ok := a.ready[a.stack.Pages[n-1].ID]
		return ok
	}
	return false
}
