package embed

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// App is an open mini-program, wherever it is shown. Its methods are safe for concurrent use.
type App struct {
	host   *Host
	id     string
	user   string
	number uint64
	done   chan struct{}

	// Of the mini-program's goroutine.
	ready   map[int]bool
	top     int
	shown   int // the page that was told last
	path    string
	greeted bool

	mu       sync.Mutex
	page     string
	spots    []Spot
	spoken   bool                        // a page stands, or something went wrong
	headless *Headless                   // nil: it is in a browser
	post     func(message.ToActor) error // nil until it is begun
	stop     func()
}

// ID is the mini-program's id.
func (a *App) ID() string { return a.id }

// User is whom it runs for.
func (a *App) User() string { return a.user }

// Number tells this opening from every other one of the host.
func (a *App) Number() uint64 { return a.number }

// Page is the path of the page on top; "" before the first one is shown.
func (a *App) Page() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.page
}

// Stack are the pages that are open, the one on top last. Launch.Stack opens them again, also in another host.
func (a *App) Stack() []Spot {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.spots)
}

// Done is closed when the mini-program has ended.
func (a *App) Done() <-chan struct{} { return a.done }

// Send tells the mini-program an event: listeners of ft.onCustomEvent and of ft.addCustomEventListener(event, …) get
// {event, data}. data has to marshal to JSON; nil is none. It does not wait until it is heard.
func (a *App) Send(event string, data any) error {
	var text json.RawMessage
	if data != nil {
		var err error
		if text, err = json.Marshal(data); err != nil {
			return fmt.Errorf("embed: send %q to mini-program %q: %w", event, a.id, err)
		}
	}
	return a.tell(message.ToActor{Custom: &message.Custom{Event: event, Data: text}})
}

// tell hands a message over.
func (a *App) tell(m message.ToActor) error {
	a.mu.Lock()
	post := a.post
	a.mu.Unlock()
	select {
	case <-a.done:
		return fmt.Errorf("mini-program %q: %w", a.id, ErrClosed)
	default:
	}
	if post == nil {
		return fmt.Errorf("embed: mini-program %q is still being opened", a.id)
	}
	return post(m)
}

// Close ends the mini-program and waits until it is gone. Closing twice does nothing.
func (a *App) Close() {
	a.mu.Lock()
	stop := a.stop
	a.mu.Unlock()
	if stop != nil {
		stop()
		<-a.done
	}
}

// begun says how the mini-program is spoken to, and lists it.
func (a *App) begun(post func(message.ToActor) error, stop func()) {
	a.mu.Lock()
	a.post, a.stop = post, stop
	a.mu.Unlock()
	a.host.add(a)
}

// event is an event about this opening.
func (a *App) event(k Kind) Event {
	return Event{Kind: k, Time: time.Now(), App: a.id, User: a.user, Number: a.number, Page: a.path}
}

// hear makes events of what the mini-program says. It is called on the mini-program's goroutine.
func (a *App) hear(m message.FromActor) {
	if !a.greeted {
		a.greeted = true
		a.host.events.put(a.event(Opened))
	}
	switch {
	case m.Stack != nil:
		a.noteStack(m.Stack.Pages)
		if n := len(m.Stack.Pages); n > 0 {
			a.top, a.path = m.Stack.Pages[n-1].ID, m.Stack.Pages[n-1].Path
		}
		a.turnTo()
	case m.Ready != nil:
		a.ready[m.Ready.Page] = true
		a.speak()
		a.turnTo()
	case m.Error != nil:
		a.speak()
		e := a.event(Failed)
		e.Error = failure(m.Error)
		a.host.events.put(e)
	case m.Log != nil:
		e := a.event(Logged)
		e.Level, e.Message = m.Log.Level, m.Log.Message
		a.host.events.put(e)
	case m.Closed != nil:
		a.speak()
		e := a.event(Closed)
		e.Error = failure(m.Closed.Error)
		a.host.events.put(e)
		a.host.remove(a)
	}
}

func (a *App) speak() {
	a.mu.Lock()
	a.spoken = true
	a.mu.Unlock()
}

func (a *App) hasSpoken() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.spoken
}

func (a *App) noteStack(pages []message.Page) {
	spots := make([]Spot, len(pages))
	for i, p := range pages {
		spots[i] = Spot{Page: p.Path, Query: p.Query}
	}
	a.mu.Lock()
	a.spots = spots
	a.mu.Unlock()
}

// turnTo tells of the page on top once it stands.
func (a *App) turnTo() {
	a.mu.Lock()
	a.page = a.path
	a.mu.Unlock()
	if a.top != a.shown && a.ready[a.top] {
		a.shown = a.top
		a.host.events.put(a.event(Page))
	}
}
