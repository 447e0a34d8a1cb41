package isolate

import (
	"sync"
	"time"
)

// watch ends an actor that does not come back. The engine stops a script that runs too long, but not what is inside one of
// its own functions.
type watch struct {
	limit time.Duration
	hung  func(limit time.Duration)
	now   func() time.Time

	mu      sync.Mutex
	timer   *time.Timer
	armed   bool
	since   time.Time // of the present piece of work; zero: the actor sleeps
	paused  int       // waits for the host, whose time is not the mini-program's
	resumed time.Time
}

func newWatch(limit time.Duration, hung func(time.Duration)) *watch {
	return &watch{limit: limit, hung: hung, now: time.Now}
}

// pulse notes that the actor begins a piece of work, or that it sleeps.
func (w *watch) pulse(working bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !working {
		w.since = time.Time{}
		return
	}
	w.since = w.now()
	if !w.armed {
		w.armed = true
		w.arm(w.limit)
	}
}

func (w *watch) arm(d time.Duration) {
	if w.timer == nil {
		w.timer = time.AfterFunc(d, w.check)
		return
	}
	w.timer.Reset(d)
}

// pause stops the time until the returned function is called.
func (w *watch) pause() (resume func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.paused++
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.paused--
		w.resumed = w.now()
	}
}

// check looks whether the piece of work is over.
func (w *watch) check() {
	w.mu.Lock()
	if w.since.IsZero() {
		w.armed = false
		w.mu.Unlock()
		return
	}
	from := w.since
	if w.resumed.After(from) {
		from = w.resumed
	}
	left := w.limit - w.now().Sub(from)
	if w.paused > 0 {
		left = w.limit
	}
	if left > 0 {
		w.arm(left)
		w.mu.Unlock()
		return
	}
	w.mu.Unlock()
	w.hung(w.limit)
}
