package embed

import (
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Kind says what an event is about.
type Kind string

// The kinds of events.
const (
	Opened Kind = "opened" // a mini-program was opened, here or in a browser
	Page   Kind = "page"   // a page is shown: it was opened, or is on top again
	Called Kind = "call"   // a mini-program has called a capability, and was answered
	Failed Kind = "error"  // something went wrong in a mini-program, which goes on
	Logged Kind = "log"    // a mini-program has written to its console
	Closed Kind = "closed" // a mini-program has ended; Error says why if it did not by itself
)

// Event is something that has happened. As JSON it is the same on every door of the embedded host.
type Event struct {
	Kind Kind      `json:"kind"`
	Time time.Time `json:"time"`
	// App and User are the mini-program and for whom it runs.
	App  string `json:"app"`
	User string `json:"user,omitempty"`
	// Number tells one opening from the others, see App.Number; 0 for Called, which knows only App and User.
	Number uint64 `json:"number,omitempty"`
	// Page is the path of a page.
	Page string `json:"page,omitempty"`
	// Capability and Method were called, Took says how long it took.
	Capability string        `json:"capability,omitempty"`
	Method     string        `json:"method,omitempty"`
	Took       time.Duration `json:"took_ns,omitempty"`
	// Level and Message are a line of the console.
	Level   string `json:"level,omitempty"`
	Message string `json:"message,omitempty"`
	// Error says what went wrong; nil: nothing did.
	Error *Failure `json:"error,omitempty"`
	// Dropped is how many events before this one were lost because too many waited.
	Dropped int `json:"dropped,omitempty"`
}

// String is the event in a line, for logs.
func (e Event) String() string {
	words := []string{string(e.Kind), e.App}
	add := func(word string) {
		if word != "" {
			words = append(words, word)
		}
	}
	add(e.Page)
	if e.Method != "" {
		add(e.Capability + "#" + e.Method)
	}
	add(e.Level)
	add(e.Message)
	if e.Error != nil {
		add(e.Error.Error())
	}
	return strings.Join(words, " ")
}

// Failure is what went wrong, with the place in its author's source if that is known.
type Failure struct {
	// Code is a capability's number, see package pdk; 0 for a failure in a mini-program.
	Code int `json:"code,omitempty"`
	// ID is stable: "script-throw", "page-missing" … or the name of the capability's code.
	ID      string `json:"id"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
}

// Error implements error.
func (f *Failure) Error() string { return f.ID + ": " + f.Message }

func failure(e *message.Error) *Failure {
	if e == nil {
		return nil
	}
	return &Failure{ID: e.ID, Message: e.Message, Hint: e.Hint, File: e.File, Line: e.Line, Column: e.Column}
}

// observer makes events of calls.
type observer struct{ events *queue }

// Observe implements capability.Observer.
func (o observer) Observe(out capability.Outcome) {
	e := Event{Kind: Called, Time: out.Started.Add(out.Took), App: out.App, User: out.User, Page: out.Page,
		Capability: out.Capability, Method: out.Method, Took: out.Took}
	var known *pdk.Error
	switch {
	case errors.As(out.Err, &known):
		e.Error = &Failure{Code: known.Code, ID: known.Name, Message: known.Message}
	case out.Err != nil:
		e.Error = &Failure{Code: pdk.CodeInternal, ID: "internal", Message: out.Err.Error()}
	}
	o.events.put(e)
}

// queue hands events on, in order, to one who may be slow.
type queue struct {
	tell    func(Event)
	mu      sync.Mutex
	waiting []Event
	dropped int
	wake    chan struct{}
	ended   bool
	done    chan struct{}
}

// newQueue starts the goroutine that tells; close ends it. tell may be nil.
func newQueue(tell func(Event)) *queue {
	q := &queue{tell: tell, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go q.run()
	return q
}

// put does not block.
func (q *queue) put(e Event) {
	if q.tell == nil {
		return
	}
	q.mu.Lock()
	if len(q.waiting) >= DefaultEventQueue {
		q.dropped++
		q.mu.Unlock()
		return
	}
	e.Dropped, q.dropped = q.dropped, 0
	q.waiting = append(q.waiting, e)
	q.mu.Unlock()
	q.nudge()
}

func (q *queue) nudge() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) run() {
	defer close(q.done)
	for range q.wake {
		q.mu.Lock()
		batch, ended := q.waiting, q.ended
		q.waiting = nil
		q.mu.Unlock()
		for _, e := range batch {
			q.tell(e)
		}
		if ended {
			return
		}
	}
}

// close has everything told that waits, and returns when it is.
func (q *queue) close() {
	q.mu.Lock()
	q.ended = true
	q.mu.Unlock()
	q.nudge()
	<-q.done
}

var _ capability.Observer = observer{}
