package script

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// maxRounds is how often a turn goes through flush and callbacks before what is left waits for the next turn's sake:
// a setData callback that calls setData with itself as callback would never end.
const maxRounds = 1000

// turn is the state of the running macrotask.
type turn struct {
	depth   int
	watch   watchdog
	reports int             // failures reported so far
	stopped error           // the uncatchable error that was reported last
	slow    map[string]bool // what was warned of
	waited  time.Duration   // for the host, in all turns
	abort   error           // set when an uncatchable error must unwind the scripts above
}

// Turn runs f as one macrotask: the mini-program's code that f calls is stopped when it uses up the budget, microtasks
// are drained, dirty pages are flushed and what waits for the flush runs. Inside a running turn it only calls f. What f
// returns is reported, and returned as a *Failure.
func (r *Realm) Turn(what string, f func() error) error {
	if r.turn.depth > 0 {
		return f()
	}
	r.turn.depth++
	r.turn.reports, r.turn.stopped = 0, nil
	defer func() { r.turn.depth-- }()
	var failed error
	if err := r.step("base library", r.boot); err != nil {
		failed = err
	}
	if err := r.step(what, f); err != nil && failed == nil {
		failed = err
	}
	r.settle()
	if lost := r.turn.reports - maxReports; lost > 0 && r.o.Console != nil {
		r.o.Console(message.Log{Level: "warn", Message: fmt.Sprintf("%d more failures in this turn are not listed", lost)})
	}
	return failed
}

// step runs f under a fresh time budget and reports what goes wrong.
func (r *Realm) step(what string, f func() error) (err error) {
	r.turn.abort = nil
	r.turn.watch.begin(r.vm, r.budget.Turn)
	start, waited := r.o.Now(), r.turn.waited
	defer func() {
		if took := r.o.Now().Sub(start) - (r.turn.waited - waited); err == nil && took >= SlowTurn {
			r.warnSlow(what, took)
		}
		r.turn.watch.end(r.vm)
		r.turn.abort = nil
	}()
	if err := guard(f); err != nil {
		return r.report(what, err)
	}
	return nil
}

// Waiting says that the running turn waits for the host, until done is called: SlowTurn is about scripts.
func (r *Realm) Waiting() (done func()) {
	start := r.o.Now()
	return func() { r.turn.waited += r.o.Now().Sub(start) }
}

// warnSlow tells of work that was legal and slow, once for each kind of it.
func (r *Realm) warnSlow(what string, took time.Duration) {
	if r.turn.slow[what] || len(r.turn.slow) >= maxReports || r.o.Console == nil {
		return
	}
	if r.turn.slow == nil {
		r.turn.slow = map[string]bool{}
	}
	r.turn.slow[what] = true
	r.o.Console(message.Log{Level: "warn", Message: fmt.Sprintf(
		"%s ran for %v, while nothing else of the mini-program could: split the work with setTimeout, or give it to a Worker", what, took.Round(100*time.Millisecond))})
}

// guard turns a panic of the engine or the host into an error: the mini-program must not take the host down.
func guard(f func() error) (err error) {
	defer func() {
		if x := recover(); x != nil {
			if e, ok := x.(error); ok {
				err = fmt.Errorf("internal error: %w", e)
			} else {
				err = fmt.Errorf("internal error: %v", x)
			}
		}
	}()
	return f()
}

// settle flushes pages and runs what waits for that, until nothing is left.
func (r *Realm) settle() {
	for range maxRounds {
		r.flushPages()
		r.reportRejections()
		if len(r.afterFlush) == 0 && len(r.afterTurn) == 0 && !r.dirty() {
			return
		}
		r.runQueue(&r.afterFlush, "callback after the flush")
		r.runQueue(&r.afterTurn, "end of the turn")
	}
	r.afterFlush, r.afterTurn = nil, nil
	r.report("setData callback", errors.New("callbacks keep asking for another flush"))
}

func (r *Realm) runQueue(queue *[]func(), what string) {
	work := *queue
	*queue = nil
	for _, f := range work {
		_ = r.step(what, func() error { f(); return nil })
	}
}

// later runs f after the next flush.
func (r *Realm) later(f func()) { r.afterFlush = append(r.afterFlush, f) }

// call calls a script function from Go. An uncatchable error is remembered, so that scripts further up are unwound too.
func (r *Realm) call(fn goja.Callable, this goja.Value, args ...goja.Value) (goja.Value, error) {
	if r.turn.abort != nil {
		return nil, r.turn.abort
	}
	v, err := fn(this, args...)
	if err != nil && uncatchable(err) {
		r.turn.abort = err
	}
	return v, err
}

// rethrow raises err in the running script.
func (r *Realm) rethrow(err error) {
	var ex *goja.Exception
	if errors.As(err, &ex) {
		panic(ex.Value())
	}
	if uncatchable(err) {
		panic(err)
	}
	panic(r.errorValue(err))
}

func uncatchable(err error) bool {
	switch err.(type) { //nolint:errorlint // goja returns them bare; one that a script error wraps can be caught
	case *goja.InterruptedError, *goja.StackOverflowError:
		return true
	}
	return false
}

// native wraps a Go function for scripts. If a script that it called was stopped, the calling one is stopped as well.
func (r *Realm) native(name string, fn func(goja.FunctionCall) goja.Value) goja.Value {
	v := r.vm.ToValue(func(call goja.FunctionCall) goja.Value {
		out := fn(call)
		if err := r.turn.abort; err != nil {
			panic(err)
		}
		return out
	})
	_ = v.(*goja.Object).DefineDataProperty("name", r.vm.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return v
}

// watchdog interrupts a realm that does not come back in time.
type watchdog struct {
	mu    sync.Mutex
	timer *time.Timer
	round uint64
	// fired is set while the script is to stop, for natives that take long.
	fired atomic.Bool
}

func (w *watchdog) begin(vm *goja.Runtime, limit time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.round++
	round := w.round
	w.timer = time.AfterFunc(limit, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.round == round {
			w.fired.Store(true)
			vm.Interrupt(errTurn)
		}
	})
}

func (w *watchdog) end(vm *goja.Runtime) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.round++
	w.timer.Stop()
	w.fired.Store(false)
	vm.ClearInterrupt()
}
