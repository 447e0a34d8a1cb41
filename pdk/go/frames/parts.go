package frames

import (
	"context"
	"encoding/binary"
)

// arriving is a message of which not all parts are there.
type arriving struct {
	ticket *ticket
	body   []byte // as long as the message; nil until the first part
	n      int    // of it are there
}

// place finds out where the body of a frame goes: into a larger message, or memory of its own.
func (c *conn) place(f *incoming) error {
	h, at := f.header, f.at
	if rules[h.kind].flags&inParts == 0 || h.flags&(flagSize|flagAbort) != 0 {
		f.body, f.n = c.r.body(int(h.size))
		return nil
	}
	a := c.arrival[place{h.kind, h.id}] // most of the time the map is empty, and this costs nothing
	switch {
	case a == nil && h.flags&flagMore != 0:
		return violation(at+5, "a part of %s %d, which was not announced", h.kind, h.id)
	case a == nil && h.size == 0:
		return violation(at, "a %s without a body", h.kind)
	case a == nil:
		if h.kind == kindReply && h.size >= worthwhile {
			if f.body = c.asked.memory(h.id, int(h.size)); f.body != nil {
				c.r.large, c.r.size = true, int(h.size)
				return nil
			}
		}
		f.body, f.n = c.r.body(int(h.size))
		return nil
	}
	if a.body == nil {
		if !c.lobby.has(a.ticket) {
			return violation(at, "a part of %s %d, which was not admitted yet", h.kind, h.id)
		}
		a.body = make([]byte, a.ticket.size)
	}
	left := len(a.body) - a.n
	more := h.flags&flagMore != 0
	if size := int(h.size); size > left || size == 0 || more && size == left || !more && size < left {
		return violation(at, "a part of %d bytes of %s %d, of which %d of %d are missing; 'more' is %t", h.size, h.kind, h.id, left, len(a.body), more)
	}
	f.body, f.to = a.body[a.n:a.n+int(h.size)], a
	return nil
}

// beginOrEnd acts upon an announcement of a large message, or its early end.
func (c *conn) beginOrEnd(m message) error {
	p := place{m.kind, m.id}
	a := c.arrival[p]
	if m.flags&flagAbort != 0 {
		if a == nil {
			return violation(m.at+5, "the end of %s %d, of which nothing was announced", m.kind, m.id)
		}
		c.forget(a)
		return nil
	}
	size := u32(m.body)
	switch {
	case a != nil:
		return violation(m.at+5, "%s %d is announced while %d of the %d bytes of another have come", m.kind, m.id, a.n, a.ticket.size)
	case size <= MaxFrame || size > MaxMessage:
		return violation(m.at+headerSize, "%s %d is announced with %d bytes, expected %d to %d", m.kind, m.id, size, MaxFrame+1, MaxMessage)
	case len(c.arrival) >= MaxOpen:
		return violation(m.at, "%s %d is announced, and %d messages have come in part only", m.kind, m.id, MaxOpen)
	}
	t := &ticket{place: p, size: int(size)}
	c.arrival[p] = &arriving{ticket: t}
	c.lobby.enter(t)
	return nil
}

// partCame notes a part of a larger message.
func (c *conn) partCame(m message, a *arriving) error {
	a.n += int(m.size)
	if m.flags&flagMore != 0 {
		return nil
	}
	delete(c.arrival, a.ticket.place)
	return c.deliver(message{header: m.header, at: m.at, body: a.body, ticket: a.ticket})
}

func (c *conn) forget(a *arriving) {
	delete(c.arrival, a.ticket.place)
	c.lobby.leave(a.ticket)
}

// sendLarge announces a message and, once the other side has room for it, sends it part by part: between the parts there
// is room for other messages. If ctx ends in the middle, the other side forgets the message.
func (c *conn) sendLarge(ctx context.Context, h header, body []byte) error {
	if len(body) > MaxMessage {
		return tooLarge(h, len(body))
	}
	if err := c.announce(ctx, h, len(body)); err != nil {
		return err
	}
	for len(body) > 0 {
		n := min(part, len(body))
		if err := c.w.begin(ctx, 2*part, 0); err != nil {
			c.abort(h)
			return err
		}
		f := h
		f.size = uint32(n)
		if n < len(body) {
			f.flags |= flagMore
		}
		c.w.pending = append(appendHeader(c.w.pending, f), body[:n]...)
		c.w.commit(yield)
		body = body[n:]
	}
	return nil
}

// announce waits until the other side admits the message.
func (c *conn) announce(ctx context.Context, h header, size int) error {
	p, may := place{h.kind, h.id}, make(chan struct{})
	c.mu.Lock()
	c.leaves[p] = append(c.leaves[p], may)
	c.mu.Unlock()
	f := h
	f.flags, f.size = h.flags|flagMore|flagSize, 4
	if err := c.w.begin(context.WithoutCancel(ctx), 2*mostWaiting, 0); err != nil { // only if the connection has ended
		return err
	}
	c.w.pending = binary.LittleEndian.AppendUint32(appendHeader(c.w.pending, f), uint32(size))
	c.w.commit(now)
	c.mayWait()
	select {
	case <-may:
		return nil
	case <-ctx.Done():
		c.abort(h)
		return ctx.Err()
	case <-c.ctx.Done():
		return c.Err()
	}
}

// abort ends a message that was announced. It is admitted all the same, so that admissions can be counted.
func (c *conn) abort(h header) {
	c.w.control(header{kind: h.kind, flags: flagAbort, id: h.id})
}

// mayLeave takes the other side's word that it has room.
func (c *conn) mayLeave(m message) error {
	p := place{kind(m.body[0]), m.id}
	c.mu.Lock()
	defer c.mu.Unlock()
	waiting := c.leaves[p]
	if len(waiting) == 0 {
		return violation(m.at+headerSize, "%s %d is admitted, which does not wait for that", p.kind, p.id)
	}
	close(waiting[0])
	if c.leaves[p] = waiting[1:]; len(waiting) == 1 {
		delete(c.leaves, p)
	}
	return nil
}
