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

// part reads a frame of a kind that may come in parts.
func (c *conn) part(h header, at uint64) error {
	a := c.arrival[place{h.kind, h.id}] // most of the time the map is empty, and this costs nothing
	switch {
	case h.flags&flagSize != 0:
		return c.announced(h, at, a)
	case h.flags&flagAbort != 0:
		if a == nil {
			return violation(at+5, "the end of %s %d, of which nothing was announced", h.kind, h.id)
		}
		c.forget(a)
		return nil
	case a != nil:
		return c.another(h, at, a)
	case h.flags&flagMore != 0:
		return violation(at+5, "a part of %s %d, which was not announced", h.kind, h.id)
	}
	return c.whole(h, at)
}

func (c *conn) announced(h header, at uint64, a *arriving) error {
	b, err := c.r.body(int(h.size))
	if err != nil {
		return err
	}
	size := u32(b)
	switch {
	case a != nil:
		return violation(at+5, "%s %d is announced while %d of the %d bytes of another have come", h.kind, h.id, a.n, a.ticket.size)
	case size <= MaxFrame || size > MaxMessage:
		return violation(at+headerSize, "%s %d is announced with %d bytes, expected %d to %d", h.kind, h.id, size, MaxFrame+1, MaxMessage)
	case len(c.arrival) >= MaxOpen:
		return violation(at, "%s %d is announced, and %d messages have come in part only", h.kind, h.id, MaxOpen)
	}
	t := &ticket{place: place{h.kind, h.id}, size: int(size)}
	c.arrival[t.place] = &arriving{ticket: t}
	c.lobby.enter(t)
	return nil
}

func (c *conn) another(h header, at uint64, a *arriving) error {
	if a.body == nil {
		if !c.lobby.has(a.ticket) {
			return violation(at, "a part of %s %d, which was not admitted yet", h.kind, h.id)
		}
		a.body = make([]byte, a.ticket.size)
	}
	left := len(a.body) - a.n
	more := h.flags&flagMore != 0
	if size := int(h.size); size > left || more && size == left || !more && size < left {
		return violation(at, "a part of %d bytes of %s %d, of which %d of %d are missing; 'more' is %t", h.size, h.kind, h.id, left, len(a.body), more)
	}
	if err := c.r.into(a.body[a.n : a.n+int(h.size)]); err != nil {
		return err
	}
	a.n += int(h.size)
	if more {
		return nil
	}
	delete(c.arrival, a.ticket.place)
	return c.deliver(message{header: h, at: at, body: a.body, ticket: a.ticket})
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
		if err := c.w.begin(ctx, 2*part); err != nil {
			c.abort(h)
			return err
		}
		f := h
		f.size = uint32(n)
		if n < len(body) {
			f.flags |= flagMore
		}
		c.w.pending = append(appendHeader(c.w.pending, f), body[:n]...)
		c.w.commit(true)
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
	if err := c.w.begin(context.WithoutCancel(ctx), 2*mostWaiting); err != nil { // only if the connection has ended
		return err
	}
	c.w.pending = binary.LittleEndian.AppendUint32(appendHeader(c.w.pending, f), uint32(size))
	c.w.commit(false)
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
