// Package worker runs a mini-program's worker scripts (wx.createWorker): each in a realm and on a goroutine of its own,
// beside the actor that started it, in the same process.
//
// Worker and actor share nothing but the program, which is read-only: messages are copied. It must not know pages, wx nor
// the actor; what a worker says comes out of Options.Events.
package worker

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/bridge"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// MaxQueue is how many messages may wait for a worker.
const MaxQueue = 1024

// TurnFactor is how much longer than the mini-program's own code a worker may compute without giving control back: that is
// what workers are for.
const TurnFactor = 6

// ErrBusy is what Post returns when MaxQueue messages wait.
var ErrBusy = errors.New("the worker does not keep up: too many messages wait for it")

// Options are what a worker needs.
type Options struct {
	Program *program.Program
	// Script is the module to run, without .js.
	Script string
	Budget script.Budget
	Now    func() time.Time
	// ID marks the worker's events.
	ID int
	// APIs are the methods of capabilities that there are; the Prelude makes what scripts see of them.
	APIs    []message.API
	Prelude []script.Source
	// Events takes what the worker says. The worker waits while nobody receives.
	Events chan<- Event
}

// Event is one thing that a worker says. Exactly one field beside ID is set.
type Event struct {
	ID      int
	Message *Message
	Error   *message.Error
	Log     *message.Log
	// Done says that a piece of work given to the worker is over: its start, or one message.
	Done bool
	// Sleep says that the worker has nothing to do before a time; zero if only a message can wake it.
	Sleep *time.Time
	// Call is a capability call, to be answered by Reply with its number.
	Call *message.Call
	// Killed says that the worker used up its budget and runs no more.
	Killed bool
}

// item is a piece of work: a message, or the answer to a call.
type item struct {
	data  value.Value
	reply *message.Reply
}

// Message is what a worker posts to the mini-program.
type Message struct{ Data value.Value }

// Worker is a running worker. Its methods may be called by one goroutine, its owner's.
type Worker struct {
	o     Options
	realm *script.Realm
	quit  chan struct{}
	once  sync.Once
	ended chan struct{}
	wake  chan struct{}

	bridge *bridge.Bridge

	mu      sync.Mutex
	queue   []item
	waiting uint64             // the call whose answer the script waits for
	answer  chan message.Reply // takes it
	frame   value.Value        // what the camera shows, or null

	// What only the worker's goroutine uses.
	killed bool
	due    time.Time // what was said last of when it wakes
}

// Start starts a worker. Its script runs on its goroutine; what is wrong with it comes as an event.
func Start(o Options) (*Worker, error) {
	w := &Worker{o: o, frame: value.Null, quit: make(chan struct{}), ended: make(chan struct{}), wake: make(chan struct{}, 1), answer: make(chan message.Reply, 1)}
	if o.Budget.Turn <= 0 {
		o.Budget.Turn = script.DefaultTurn
	}
	o.Budget.Turn *= TurnFactor
	if w.o.Now == nil {
		w.o.Now = time.Now
	}
	realm, err := script.New(script.Options{
		Program: o.Program, Budget: o.Budget, Now: w.o.Now, Report: w.report,
		Console: func(l message.Log) { w.say(Event{Log: &l}) },
		Prelude: append([]script.Source{{Name: preludeName, Code: prelude}}, o.Prelude...),
	})
	if err != nil {
		return nil, fmt.Errorf("start worker %s: %w", o.Script, err)
	}
	w.realm = realm
	realm.Bind("post", func(args []value.Value) (value.Value, error) {
		var data value.Value
		if len(args) > 0 {
			data = value.Plain(args[0])
		}
		w.say(Event{Message: &Message{data}})
		return nil, nil
	})
	realm.Bind("cameraFrame", func([]value.Value) (value.Value, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		return value.Plain(w.frame), nil
	})
	w.bridge = bridge.New(bridge.Options{Realm: realm, Transport: calls{w}, Page: nowhere, Await: nobody}, o.APIs)
	w.bridge.Bind()
	go w.run()
	return w, nil
}

// Show lets the worker see a picture of the camera whenever it asks, until there is another one; null takes it away.
func (w *Worker) Show(frame value.Value) {
	frame = value.Plain(frame)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.frame = frame
}

// Post gives the worker a message.
func (w *Worker) Post(data value.Value) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) >= MaxQueue {
		return ErrBusy
	}
	w.put(item{data: value.Plain(data)})
	return nil
}

// put adds a piece of work. The caller holds mu.
func (w *Worker) put(i item) {
	w.queue = append(w.queue, i)
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Stop ends the worker, in the middle of what it does if need be, and waits for it. No event comes afterwards.
func (w *Worker) Stop() {
	w.once.Do(func() {
		close(w.quit)
		w.realm.Interrupt()
	})
	<-w.ended
}

func (w *Worker) stopped() bool {
	select {
	case <-w.quit:
		return true
	default:
		return false
	}
}

// run is the worker's goroutine.
func (w *Worker) run() {
	defer close(w.ended)
	w.setup()
	_ = w.realm.Run(w.o.Script) // has been reported
	w.say(Event{Done: true})
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for !w.stopped() && !w.killed {
		if w.step() {
			continue
		}
		w.saySleep()
		timer.Reset(w.untilTimer())
		select {
		case <-w.quit:
		case <-w.wake:
		case <-timer.C:
		}
	}
	if w.killed {
		w.say(Event{Killed: true})
	}
}

// step does one piece of work; false means that there was none.
func (w *Worker) step() bool {
	if i, ok := w.take(); ok {
		if i.reply != nil {
			w.bridge.Reply(i.reply)
		} else {
			_ = w.realm.Emit("message", i.data)
		}
		w.say(Event{Done: true})
		return true
	}
	if w.untilTimer() == 0 {
		w.realm.RunTimers()
		return true
	}
	return false
}

// saySleep tells when the worker wakes by itself, if that has changed.
func (w *Worker) saySleep() {
	at, _ := w.realm.NextTimer()
	if !at.Equal(w.due) {
		w.due = at
		w.say(Event{Sleep: &at})
	}
}

func (w *Worker) take() (item, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		return item{}, false
	}
	i := w.queue[0]
	w.queue = w.queue[1:]
	return i, true
}

func (w *Worker) untilTimer() time.Duration {
	at, ok := w.realm.NextTimer()
	if !ok {
		return time.Hour
	}
	return max(0, at.Sub(w.o.Now()))
}

// report passes a failure on. A worker that does not come back in time ends.
func (w *Worker) report(e message.Error) {
	if e.ID == "turn-timeout" {
		w.killed = true
	}
	w.say(Event{Error: &e})
}

func (w *Worker) say(e Event) {
	if w.stopped() {
		return
	}
	e.ID = w.o.ID
	select {
	case w.o.Events <- e:
	case <-w.quit:
	}
}
