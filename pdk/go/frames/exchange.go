package frames

import (
	"context"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// exchange is a question of ours that waits for its answer.
type exchange struct {
	answer chan message  // holds one: the answer, or nothing if there will be none
	err    error         // why there will be none; written before answer
	task   uint64        // what it is about, or 0
	into   []byte        // where the answer may be put; nil: into fresh memory
	until  time.Duration // when it is given up, since epoch; 0: never
	parked bool          // its answer has come and waits behind events
}

// pool keeps exchanges with their channels. One goes back only when nothing can be sent to it any more.
var pool = sync.Pool{New: func() any { return &exchange{answer: make(chan message, 1)} }}

// epoch is what times are measured from.
var epoch = time.Now()

// exchanges are all of one kind that are open. An id is free again when its answer has come, also if nobody waits for
// the answer any more. There is one timer for all: one for each would be set and stopped with each call, which with many
// callers is a tenth of all that there is to do. Safe for concurrent use.
type exchanges struct {
	late func(id uint64) // is told of what was given up because its time had passed

	mu    sync.Mutex
	open  map[uint64]*exchange // nil: given up
	timer *time.Timer          // nil until it is needed
	fires time.Duration        // when the timer will; 0: it will not
	ended error                // of the connection
}

// begin opens an exchange, or says why not.
func (x *exchanges) begin(id, task uint64, into []byte, timeout time.Duration) (e *exchange, others bool, err error) {
	e = pool.Get().(*exchange)
	e.task, e.into, e.until, e.parked = task, into, 0, false
	if timeout > 0 {
		e.until = time.Since(epoch) + timeout
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ended != nil {
		return nil, false, x.ended
	}
	if _, ok := x.open[id]; ok {
		return nil, false, pdk.Errorf(pdk.CodeInternal, "frames", "number %d is in use", id)
	}
	if len(x.open) >= MaxOpen {
		return nil, false, pdk.Errorf(pdk.CodeBusy, "busy", "%d calls over this connection are not answered yet", len(x.open))
	}
	x.open[id] = e
	if timeout > 0 && (x.fires == 0 || e.until < x.fires) {
		x.arm(e.until, timeout)
	}
	return e, len(x.open) > 1, nil
}

// arm has the timer fire at a time, which is so far away. The lock is held.
func (x *exchanges) arm(at, left time.Duration) {
	x.fires = at
	if x.timer == nil {
		x.timer = time.AfterFunc(left, x.expire)
	} else {
		x.timer.Reset(left)
	}
}

// expire gives up what has waited too long.
func (x *exchanges) expire() {
	now, next := time.Since(epoch), time.Duration(0)
	var late []uint64
	x.mu.Lock()
	for id, e := range x.open {
		switch {
		case e == nil || e.until == 0:
		case e.until <= now:
			x.drop(id, context.DeadlineExceeded)
			late = append(late, id)
		case next == 0 || e.until < next:
			next = e.until
		}
	}
	if x.fires = 0; next > 0 && x.ended == nil {
		x.arm(next, next-now)
	}
	x.mu.Unlock()
	for _, id := range late {
		x.late(id)
	}
}

// drop gives one up. The lock is held.
func (x *exchanges) drop(id uint64, why error) {
	e := x.open[id]
	x.open[id] = nil
	e.err = why
	e.answer <- message{}
}

// end gives up everything, because the connection has ended.
func (x *exchanges) end(why error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ended = why
	for id, e := range x.open {
		if e != nil {
			x.drop(id, why)
		}
	}
	if x.timer != nil {
		x.timer.Stop()
	}
}

// done gives an exchange back.
func (e *exchange) done() {
	e.into, e.err = nil, nil
	pool.Put(e)
}

// answered hands an answer to whoever waits for it. It returns false if there was no question.
func (x *exchanges) answered(m message) (known, wanted bool) {
	x.mu.Lock()
	e, ok := x.open[m.id]
	delete(x.open, m.id)
	x.mu.Unlock()
	if e != nil {
		e.answer <- m
	}
	return ok, e != nil
}

// task returns the task of a question that waits for its answer, and whether there is such a question: one that was given
// up does not wait, nor one whose answer has been parked.
func (x *exchanges) task(id uint64) (task uint64, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if e := x.open[id]; e != nil && !e.parked {
		return e.task, true
	}
	return 0, false
}

// park notes that the answer to a question waits behind events.
func (x *exchanges) park(id uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if e := x.open[id]; e != nil {
		e.parked = true
	}
}

// isParked reports whether it does.
func (x *exchanges) isParked(id uint64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	e := x.open[id]
	return e != nil && e.parked
}

// memory takes, once, the memory that an answer of n bytes may be put into, if there is enough of it. From then on the
// asker has to leave it alone until it has the answer.
func (x *exchanges) memory(id uint64, n int) []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	e := x.open[id]
	if e == nil || cap(e.into) < n {
		return nil
	}
	b := e.into[:n:n]
	e.into = nil
	return b
}

// likely is the memory that the answer to the only question that is open may be put into, if it has n bytes; nil if that
// cannot be said. It is not taken: that is for memory, when the answer's header is known.
// A parked answer may reach its asker while the next frame is read, and from then on the memory is the asker's again.
func (x *exchanges) likely(n int) []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.open) != 1 {
		return nil
	}
	for _, e := range x.open {
		if e != nil && !e.parked && cap(e.into) >= n {
			return e.into[:n:n]
		}
	}
	return nil
}

// giveUp stops waiting. It returns false if the answer was faster. With forget the question was never asked.
func (x *exchanges) giveUp(id uint64, forget bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.open[id] == nil {
		return false
	}
	x.open[id] = nil
	if forget {
		delete(x.open, id)
	}
	return true
}

// ask sends a question and waits for the answer, for as long as ctx and timeout allow; 0 is no timeout. failure is what the other side answered instead of a payload.
func (c *conn) ask(ctx context.Context, timeout time.Duration, task uint64, into []byte, h header, size int, o outgoing) (p pdk.Payload, failure *pdk.Error, err error) {
	e, others, err := c.asked.begin(h.id, task, into, timeout)
	if err != nil {
		return p, nil, err
	}
	when := now
	if others {
		when = yield
	}
	if err = c.send(ctx, h, size, when, o); err != nil {
		if c.asked.giveUp(h.id, true) {
			e.done()
			return p, nil, err
		}
	}
	m, err := c.obtain(ctx, h.id, e, others)
	if err == nil {
		err = e.err
	}
	e.done()
	if err != nil {
		return p, nil, err
	}
	defer c.lobby.leave(m.ticket)
	if p, failure, err = wire.DecodeReply(m.body); err != nil {
		err = m.malformed(err)
		c.fail(err)
	}
	return p, failure, err
}

// obtain gets the answer, by reading it itself if nobody else has questions.
func (c *conn) obtain(ctx context.Context, id uint64, e *exchange, others bool) (message, error) {
	if !others && c.turns.take() {
		if m, ok := c.lead(e); ok {
			return m, nil
		}
	} else if others {
		c.turns.needed()
	}
	c.mayWait()
	return c.await(ctx, id, e)
}

// some reports whether any question is open.
func (x *exchanges) some() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.open) > 0
}

// await waits for the answer, and cancels if ctx ends first.
func (c *conn) await(ctx context.Context, id uint64, e *exchange) (message, error) {
	if ctx.Done() == nil {
		return <-e.answer, nil
	}
	select {
	case m := <-e.answer:
		return m, nil
	case <-ctx.Done():
	}
	if c.asked.giveUp(id, false) {
		c.late(id)
		return message{}, ctx.Err()
	}
	return <-e.answer, nil // it was faster
}

// late tells the other side that nobody waits for an answer any more.
func (c *conn) late(id uint64) { c.w.control(header{kind: kindCancel, id: id}) }

// tooLarge is about a message over MaxMessage.
func tooLarge(h header, size int) error {
	return pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "a %s of %d bytes; the limit is %d", h.kind, size, MaxMessage)
}
