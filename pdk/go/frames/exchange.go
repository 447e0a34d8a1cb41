package frames

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
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

	asker context.Context //nolint:containedctx // looked after by the sweep
	sent  atomic.Bool     // before, whoever sends it looks after the context: a cancel must not overtake what it cancels
	seen  bool            // the sweep has met it
	stop  func() bool     // takes the registration with the asker's context back; nil: there is none
}

// sweep is how often it is looked after the contexts of those who wait: to wait for an answer and a context at a time costs
// a tenth of all work with many callers, and most calls have ended long before. An asker that gives up is heeded
// after two sweeps at most.
const sweep = 2 * time.Millisecond

// pool keeps exchanges with their channels. One goes back only when nothing can be sent to it any more.
var pool = sync.Pool{New: func() any { return &exchange{answer: make(chan message, 1)} }}

// epoch is what times are measured from.
var epoch = time.Now()

// exchanges are all of one kind that are open. An id is free again when its answer has come, also if nobody waits for
// the answer any more. There is one timer for all, for deadlines and the sweep: one for each would be set and stopped with
// each call, which with many callers is a tenth of all that there is to do. Safe for concurrent use.
type exchanges struct {
	late func(id uint64) // is told of what was given up

	mu    sync.Mutex
	open  table[exchange] // nil: given up
	timer *time.Timer     // nil until it is needed
	fires time.Duration   // when the timer will; 0: it will not
	ended error           // of the connection
}

// begin opens an exchange, or says why not.
func (x *exchanges) begin(ctx context.Context, began time.Time, id, task uint64, into []byte, timeout time.Duration) (e *exchange, others bool, err error) {
	e = pool.Get().(*exchange)
	e.task, e.into, e.until, e.parked, e.asker, e.seen = task, into, 0, false, ctx, false
	e.sent.Store(false)
	now := began.Sub(epoch)
	wait := sweep
	if timeout > 0 {
		e.until = now + timeout
		wait = min(wait, timeout)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ended != nil {
		return nil, false, x.ended
	}
	if _, ok := x.open.get(id); ok {
		return nil, false, pdk.Errorf(pdk.CodeInternal, "frames", "number %d is in use", id)
	}
	if x.open.size >= MaxOpen {
		return nil, false, pdk.Errorf(pdk.CodeBusy, "busy", "%d calls over this connection are not answered yet", x.open.size)
	}
	x.open.set(id, e)
	if x.fires == 0 || now+wait < x.fires {
		x.arm(now+wait, wait)
	}
	return e, x.open.size > 1, nil
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

// expire gives up what has waited too long, and has the contexts watched of those who have waited for a while.
func (x *exchanges) expire() {
	const never = time.Duration(math.MaxInt64)
	now, next := time.Since(epoch), never
	var late []uint64
	x.mu.Lock()
	for id, e := range x.open.all {
		if e == nil {
			continue
		}
		sent := e.sent.Load()
		if e.until > 0 && e.until <= now && sent {
			x.drop(id, e, context.DeadlineExceeded)
			late = append(late, id)
			continue
		}
		if e.until > now {
			next = min(next, e.until)
		}
		if !e.seen || !sent { // while it is being sent its sender minds the time: a cancel must not come before its call
			e.seen = true
			next = min(next, now+sweep)
		} else if asker := e.asker; e.stop == nil {
			e.stop = context.AfterFunc(asker, func() { x.abandon(id, asker.Err()) })
		}
	}
	if x.fires = 0; next < never && x.ended == nil {
		x.arm(next, next-now)
	}
	x.mu.Unlock()
	for _, id := range late {
		x.late(id)
	}
}

// abandon gives up what nobody waits for any more, unless its answer was faster.
func (x *exchanges) abandon(id uint64, why error) {
	x.mu.Lock()
	e, _ := x.open.get(id)
	waits := e != nil
	if waits {
		x.drop(id, e, why)
	}
	x.mu.Unlock()
	if waits {
		x.late(id)
	}
}

// drop gives one up. The lock is held.
func (x *exchanges) drop(id uint64, e *exchange, why error) {
	x.open.set(id, nil)
	e.err = why
	e.answer <- message{}
}

// end gives up everything, because the connection has ended.
func (x *exchanges) end(why error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ended = why
	for id, e := range x.open.all {
		if e != nil {
			x.drop(id, e, why)
		}
	}
	if x.timer != nil {
		x.timer.Stop()
	}
}

// done gives an exchange back.
func (e *exchange) done() {
	if e.stop != nil {
		e.stop()
	}
	e.into, e.err, e.asker, e.stop = nil, nil, nil, nil
	pool.Put(e)
}

// answered hands an answer to whoever waits for it. It returns false if there was no question.
func (x *exchanges) answered(m message) (known, wanted bool) {
	x.mu.Lock()
	e, ok := x.open.remove(m.id)
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
	if e, _ := x.open.get(id); e != nil && !e.parked {
		return e.task, true
	}
	return 0, false
}

// park notes that the answer to a question waits behind events.
func (x *exchanges) park(id uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if e, _ := x.open.get(id); e != nil {
		e.parked = true
	}
}

// isParked reports whether it does.
func (x *exchanges) isParked(id uint64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	e, _ := x.open.get(id)
	return e != nil && e.parked
}

// memory takes, once, the memory that an answer of n bytes may be put into, if there is enough of it. From then on the
// asker has to leave it alone until it has the answer.
func (x *exchanges) memory(id uint64, n int) []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	e, _ := x.open.get(id)
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
	if x.open.size != 1 {
		return nil
	}
	for _, e := range x.open.all {
		if e != nil && !e.parked && cap(e.into) >= n {
			return e.into[:n:n]
		}
	}
	return nil
}

// forget takes a question back that was never asked, and so will have no answer. It returns false if it was given up before.
func (x *exchanges) forget(id uint64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	e, _ := x.open.remove(id)
	return e != nil
}

// ask sends a question and waits for the answer, for as long as ctx and timeout allow; 0 is no timeout. failure is what the other side answered instead of a payload.
func (c *conn) ask(ctx context.Context, began time.Time, timeout time.Duration, task uint64, into []byte, h header, size int, o outgoing) (p pdk.Payload, failure *pdk.Error, err error) {
	if err := ctx.Err(); err != nil { // nobody waits for it: it must not be carried out
		return p, nil, err
	}
	e, others, err := c.asked.begin(ctx, began, h.id, task, into, timeout)
	if err != nil {
		return p, nil, err
	}
	when := now
	if others {
		when = yield
	}
	if err = c.send(ctx, timeout, h, size, when, o); err != nil {
		if c.asked.forget(h.id) {
			e.done()
			return p, nil, err
		}
	}
	e.sent.Store(true)
	m := c.obtain(e, others)
	err = e.err
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
func (c *conn) obtain(e *exchange, others bool) message {
	if !others && c.turns.take() {
		if m, ok := c.lead(e); ok {
			return m
		}
	} else if others {
		c.turns.needed()
	}
	c.mayWait()
	return <-e.answer // or nothing, when it is given up
}

// some reports whether any question is open.
func (x *exchanges) some() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.open.size > 0
}

// late tells the other side that nobody waits for an answer any more.
func (c *conn) late(id uint64) { c.w.control(header{kind: kindCancel, id: id}) }

// tooLarge is about a message over MaxMessage.
func tooLarge(h header, size int) error {
	return pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "a %s of %d bytes; the limit is %d", h.kind, size, MaxMessage)
}
