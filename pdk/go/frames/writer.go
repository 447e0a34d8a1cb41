package frames

import (
	"context"
	"net"
	"runtime"
	"sync"
	"time"
)

const (
	// roomFor is how much may wait to be written before whoever wants to write more has to wait.
	roomFor = 512 << 10
	// mostWaiting bounds what is written without waiting for room: answers to the other side's own frames. More of them
	// means that it asks and asks and never reads.
	mostWaiting = 8 << 20
	// keep is the largest buffer that is used again.
	keep = 1 << 20
	// rounds is how often a caller writes what others have added in the meantime, before it leaves that to the flusher.
	rounds = 4
)

// writer collects frames and writes as many as there are in one go. Whoever adds a frame while nobody writes does so
// itself: a lone call costs no change of goroutines. It never waits in a write: what the socket does not take is left to
// the flusher, a goroutine that waits. Safe for concurrent use.
type writer struct {
	conn    net.Conn
	trier   *trier // of whoever has set flushing
	broken  func(error)
	mu      sync.Mutex
	pending []byte
	spare   []byte
	head    []byte        // of a direct message; of whoever has set busy
	pieces  [][]byte      // the same
	busy    bool          // somebody writes or is about to
	room    chan struct{} // closed when pending has been taken; nil if nobody waits
	idle    chan struct{} // closed when nobody is busy any more; nil if nobody waits
	err     error
	kick    chan []byte // what the flusher has to write first; it takes over busy
	stop    chan struct{}
}

func newWriter(conn net.Conn, broken func(error)) *writer {
	return &writer{conn: conn, trier: newTrier(conn), broken: broken, kick: make(chan []byte, 1), stop: make(chan struct{})}
}

// begin waits until less than most is waiting, for as long as ctx and left allow (0 is no limit), and returns with the lock
// held, for frames to be appended to pending and commit to be called.
func (w *writer) begin(ctx context.Context, most int, left time.Duration) error {
	w.mu.Lock()
	for {
		if w.err != nil {
			defer w.mu.Unlock()
			return w.err
		}
		if len(w.pending) < most {
			return nil
		}
		if w.room == nil {
			w.room = make(chan struct{})
		}
		room := w.room
		w.mu.Unlock()
		if left > 0 { // a context of its own costs more than a short call: only those who wait have one
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, left)
			defer cancel()
			left = 0
		}
		select {
		case <-room:
		case <-w.stop:
		case <-ctx.Done():
			return ctx.Err()
		}
		w.mu.Lock()
	}
}

// urgency says when what was appended is written.
type urgency byte

const (
	now   urgency = iota
	yield         // when the goroutines have run that are about to append something, too
	later         // when push is called
)

// commit ends what begin began, and sees to it that what was appended is written.
func (w *writer) commit(when urgency) {
	if w.busy || when == later {
		w.mu.Unlock()
		return
	}
	w.busy = true
	w.mu.Unlock()
	if when == yield {
		runtime.Gosched()
	}
	w.flush()
}

// push writes what was left for later.
func (w *writer) push() {
	w.mu.Lock()
	if len(w.pending) == 0 || w.err != nil {
		w.mu.Unlock()
		return
	}
	w.commit(now)
}

func (w *writer) flush() {
	for round := 0; ; round++ {
		b := w.take()
		if b == nil {
			return
		}
		n := 0
		var err error
		if round < rounds {
			n, err = w.trier.write(b)
		}
		if err != nil {
			w.fail(err)
			return
		}
		if n < len(b) {
			w.kick <- b[n:] // never waits: it holds one, and busy is ours to hand over
			return
		}
		w.give(b)
	}
}

// take returns all that is to be written, or nil, and then nobody is busy any more.
func (w *writer) take() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.pending) == 0 || w.err != nil {
		w.busy = false
		if w.idle != nil {
			close(w.idle)
			w.idle = nil
		}
		return nil
	}
	b := w.pending
	w.pending, w.spare = w.spare[:0], nil
	if w.room != nil {
		close(w.room)
		w.room = nil
	}
	return b
}

// give takes a written buffer back.
func (w *writer) give(b []byte) {
	if cap(b) > keep {
		return
	}
	w.mu.Lock()
	w.spare = b[:0]
	w.mu.Unlock()
}

// control adds a frame without waiting for anything, and leaves it to the flusher to write it: the reader of a
// connection must go on reading whatever the other side does.
func (w *writer) control(h header, body ...byte) {
	w.mu.Lock()
	if w.err != nil {
		w.mu.Unlock()
		return
	}
	if len(w.pending) > mostWaiting {
		w.mu.Unlock()
		w.broken(violation(0, "the other side asks and does not read the answers, %d bytes of them", mostWaiting))
		return
	}
	h.size = uint32(len(body))
	w.pending = append(appendHeader(w.pending, h), body...)
	idle := !w.busy
	w.busy = true
	w.mu.Unlock()
	if idle {
		w.kick <- nil
	}
}

// run is the flusher.
func (w *writer) run() {
	for {
		select {
		case b := <-w.kick:
			w.drain(b)
		case <-w.stop:
			return
		}
	}
}

// drain writes, waiting as long as it takes, until nothing is left.
func (w *writer) drain(rest []byte) {
	if len(rest) > 0 {
		if _, err := w.conn.Write(rest); err != nil {
			w.fail(err)
			return
		}
	}
	for b := w.take(); b != nil; b = w.take() {
		if _, err := w.conn.Write(b); err != nil {
			w.fail(err)
			return
		}
		w.give(b)
	}
}

func (w *writer) fail(err error) {
	w.close(err)
	w.broken(err)
}

// close makes every later write fail with err, and ends the flusher once its write, if any, is cut off.
func (w *writer) close(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return
	}
	w.err = err
	w.pending, w.spare = nil, nil
	close(w.stop)
}
