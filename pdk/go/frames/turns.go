package frames

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A connection is read by one goroutine at a time. Usually that is its resident reader, which hands what it reads to
// other goroutines. But waking a goroutine costs as much as half a round trip, so a lone caller on the host's side reads
// its answer itself, and the plugin's reader carries out a lone call itself if its method is known to be quick. Both last
// for a tick or two at most: what takes longer is left to the resident reader and to a worker, as usual.

// tick is how long nobody may read, or a lone caller or call hold the turn, before the resident reader takes over.
const tick = time.Millisecond

// holder says who may read.
type holder byte

const (
	resident holder = iota
	nobody          // the next lone caller, or the resident reader after a tick
	caller          // a lone caller, for its answer
	doer            // the resident reader, which carries out a call instead
)

// turns hands the right to read around. Safe for concurrent use.
type turns struct {
	mu      sync.Mutex
	who     atomic.Uint32 // a holder; changes with mu held
	number  uint64        // of the turn; each has another
	ticking bool
	active  chan struct{} // wakes the watch; holds one
	back    chan struct{} // wakes the resident reader; holds one
}

func (t *turns) holder() holder { return holder(t.who.Load()) }

// take makes a caller the reader, if nobody reads.
func (t *turns) take() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.holder() != nobody {
		return false
	}
	t.pass(caller)
	return true
}

// pass begins a turn of somebody. The lock is held.
func (t *turns) pass(to holder) {
	t.who.Store(uint32(to))
	t.number++
	if to == resident {
		select {
		case t.back <- struct{}{}:
		default:
		}
	} else if !t.ticking {
		t.ticking = true
		t.active <- struct{}{}
	}
}

// leave ends a turn: that of a caller, or of the resident reader. Questions that were asked while it lasted count on
// somebody to read, and the next one takes the turn only if there is none left.
func (c *conn) leave(to holder) {
	t := &c.turns
	t.mu.Lock()
	defer t.mu.Unlock()
	if to == nobody {
		buffered := c.r.buffered()
		t.who.Store(uint32(nobody)) // first: whoever asks a question after the look for some sees this, and needs somebody
		if buffered || c.asked.some() {
			to = resident
		}
	}
	t.pass(to)
}

// needed sees to it that somebody reads.
func (t *turns) needed() {
	if t.holder() != nobody {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.holder() == nobody {
		t.pass(resident)
	}
}

// begin makes the resident reader a doer, and returns the number of its turn.
func (t *turns) begin() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pass(doer)
	return t.number
}

// end makes a doer the resident reader again, unless another has taken its place.
func (t *turns) end(number uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.holder() != doer || t.number != number {
		return false
	}
	t.who.Store(uint32(resident))
	t.number++
	return true
}

// watch takes turns away that last too long.
func (c *conn) watch() {
	t := &c.turns
	for {
		select {
		case <-t.active:
		case <-c.ctx.Done():
			return
		}
		beat := time.NewTicker(tick)
		for last := uint64(0); last != over; {
			select {
			case <-beat.C:
				last = c.beat(last)
			case <-c.ctx.Done():
				last = over
			}
		}
		beat.Stop()
	}
}

// over is the number of no turn.
const over = ^uint64(0)

// beat looks whether the turn is still the one of the last tick.
func (c *conn) beat(last uint64) uint64 {
	t := &c.turns
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.number != last {
		return t.number
	}
	switch t.holder() {
	case nobody:
		t.pass(resident)
	case caller: // its read returns, and it passes the turn on
		_ = c.net.SetReadDeadline(time.Unix(1, 0))
		return last
	case doer:
		t.replace(c)
	}
	t.ticking = false
	return over
}

// replace starts a resident reader in the place of a doer. The lock is held.
func (t *turns) replace(c *conn) {
	t.who.Store(uint32(resident))
	t.number++
	c.running.Go(c.reside)
}

// mayWait is called before somebody waits for what only the other side can bring about: if it is the doer, somebody else
// has to read now.
func (c *conn) mayWait() {
	t := &c.turns
	if t.holder() != doer {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.holder() == doer {
		t.replace(c)
	}
}

// errReplaced ends a resident reader that has been replaced.
var errReplaced = errors.New("another reads")

// reside is the resident reader.
func (c *conn) reside() {
	for {
		err := c.step()
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded): // meant for a caller that has finished
			err = c.net.SetReadDeadline(time.Time{})
		case errors.Is(err, errReplaced):
			return
		}
		if err != nil {
			c.fail(c.ended(err))
			return
		}
		if c.stepBack != nil && c.stepBack() && !c.rest() {
			return
		}
	}
}

// rest leaves reading to others, until it is the resident reader's turn again. It returns false if that never comes.
func (c *conn) rest() bool {
	t := &c.turns
	select {
	case <-t.back: // left over from when it came back by itself
	default:
	}
	c.leave(nobody)
	select {
	case <-t.back:
		return true
	case <-c.ctx.Done():
		return false
	}
}

// lead reads as a caller until the answer to e is there. It returns false if the turn was over before, or the connection.
func (c *conn) lead(e *exchange) (message, bool) {
	c.parked = false
	for {
		err := c.step()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			if err = c.net.SetReadDeadline(time.Time{}); err == nil {
				c.leave(resident)
				return message{}, false
			}
		}
		if err != nil {
			c.fail(c.ended(err))
			return message{}, false
		}
		select {
		case m := <-e.answer:
			c.leave(nobody)
			return m, true
		default:
		}
		if c.parked { // perhaps ours
			c.parked = false
			c.leave(resident)
			return message{}, false
		}
	}
}
