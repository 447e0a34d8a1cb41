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
	answer chan message // holds one
	task   uint64       // what it is about, or 0
	into   []byte       // where the answer may be put; nil: into fresh memory
	parked bool         // its answer has come and waits behind events
	timer  *time.Timer  // used again, as it is part of every call
}

// pool keeps exchanges with their channels. One goes back only when nothing can be sent to it any more.
var pool = sync.Pool{New: func() any {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &exchange{answer: make(chan message, 1), timer: t}
}}

// exchanges are all of one kind that are open. An id is free again when its answer has come, also if nobody waits for
// the answer any more. Safe for concurrent use.
type exchanges struct {
	mu   sync.Mutex
	open map[uint64]*exchange // nil: given up
}

// begin opens an exchange, or says why not.
func (x *exchanges) begin(id, task uint64, into []byte) (e *exchange, others bool, err error) {
	e = pool.Get().(*exchange)
	e.task, e.into, e.parked = task, into, false
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, ok := x.open[id]; ok {
		return nil, false, pdk.Errorf(pdk.CodeInternal, "frames", "number %d is in use", id)
	}
	if len(x.open) >= MaxOpen {
		return nil, false, pdk.Errorf(pdk.CodeBusy, "busy", "%d calls over this connection are not answered yet", len(x.open))
	}
	x.open[id] = e
	return e, len(x.open) > 1, nil
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
	e, others, err := c.asked.begin(h.id, task, into)
	if err != nil {
		return p, nil, err
	}
	when := now
	if others {
		when = yield
	}
	if err = c.send(ctx, h, size, when, o); err != nil {
		if c.asked.giveUp(h.id, true) {
			e.into = nil
			pool.Put(e)
			return p, nil, err
		}
	}
	m, err := c.obtain(ctx, timeout, h.id, e, others)
	e.into = nil
	pool.Put(e)
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
func (c *conn) obtain(ctx context.Context, timeout time.Duration, id uint64, e *exchange, others bool) (message, error) {
	if !others && c.turns.take() {
		if m, ok := c.lead(e); ok {
			return m, nil
		}
	} else if others {
		c.turns.needed()
	}
	c.mayWait()
	return c.await(ctx, timeout, id, e)
}

// some reports whether any question is open.
func (x *exchanges) some() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.open) > 0
}

// await waits for the answer, and cancels if ctx ends first.
func (c *conn) await(ctx context.Context, timeout time.Duration, id uint64, e *exchange) (message, error) {
	var err error
	if timeout > 0 {
		e.timer.Reset(timeout)
		defer e.timer.Stop()
	}
	select {
	case m := <-e.answer:
		return m, nil
	case <-e.timer.C:
		err = context.DeadlineExceeded
	case <-ctx.Done():
		err = ctx.Err()
	case <-c.ctx.Done():
		err = c.Err()
	}
	if c.asked.giveUp(id, false) {
		c.w.control(header{kind: kindCancel, id: id})
		return message{}, err
	}
	return <-e.answer, nil // it was faster
}

// tooLarge is about a message over MaxMessage.
func tooLarge(h header, size int) error {
	return pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "a %s of %d bytes; the limit is %d", h.kind, size, MaxMessage)
}
