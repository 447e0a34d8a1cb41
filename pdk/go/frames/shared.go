package frames

import (
	"context"
	"encoding/binary"
	"time"
)

// A body of worthwhile bytes or more does not go through the socket if it finds a free slot in shared memory: what goes there is its
// descriptor, u32 number of the slot and u32 bytes in it. There is no waiting for slots; whoever finds none uses the socket.
const descriptorSize = 8

// share writes a message of size bytes into a slot. It returns false if there is none, or the message does not belong there.
func (c *conn) share(size int, o outgoing) (slot int, ok bool) {
	if size < worthwhile || size > slotSize {
		return 0, false
	}
	if slot, ok = c.area.take(); ok {
		appendAll(c.area.slot(slot)[:0], o)
	}
	return slot, ok
}

// sendShared sends the descriptor of a message that share has written.
func (c *conn) sendShared(ctx context.Context, left time.Duration, h header, slot, size int, when urgency) error {
	if err := c.w.begin(ctx, roomFor, left); err != nil {
		c.area.give(slot)
		return err
	}
	h.flags |= flagShared
	h.size = descriptorSize
	b := appendHeader(c.w.pending, h)
	b = binary.LittleEndian.AppendUint32(b, uint32(slot))
	c.w.pending = binary.LittleEndian.AppendUint32(b, uint32(size))
	c.w.commit(when)
	c.area.leave()
	return nil
}

// find returns the slot that a descriptor names, and what is in it, and keeps the memory mapped.
func (c *conn) find(m *message) (slot int, b []byte, err error) {
	n, size := u32(m.body), u32(m.body[4:])
	from := uint32(first(!c.me))
	switch {
	case c.area == nil:
		return 0, nil, violation(m.at+5, "a %s in shared memory, of which there is none", m.kind)
	case n < from || n >= from+slots:
		return 0, nil, violation(m.at+headerSize, "a %s in slot %d, expected %d to %d", m.kind, n, from, from+slots-1)
	case size == 0 || size > slotSize:
		return 0, nil, violation(m.at+headerSize+4, "a %s of %d bytes in slot %d, expected 1 to %d", m.kind, size, n, slotSize)
	case !c.area.use():
		return 0, nil, errClosed
	}
	return int(n), c.area.slot(int(n))[:size:size], nil
}

// fetch gets a body out of its slot. It is copied before a byte of it is looked at, since whoever sent it can change it at any
// time. Only a plugin, which has to believe its host anyway, reads the arguments of a call where they are: they are
// valid until it returns, as those are that came through the socket.
func (c *conn) fetch(m *message) error {
	slot, b, err := c.find(m)
	if err != nil {
		return err
	}
	m.size = uint32(len(b))
	if m.kind == kindRequest && m.flags&flagLasts == 0 && len(b) <= mostReused {
		m.body, m.held = b, slot+1
		return nil
	}
	var to []byte
	if m.kind == kindReply {
		to = c.asked.memory(m.id, len(b))
	}
	if to == nil {
		to = fresh(len(b))
	}
	m.body = to[:copy(to, b)]
	c.area.give(slot)
	return nil
}

// release gives back the slot in which a message is, if any.
func (c *conn) release(m *message) {
	if m.held > 0 {
		c.area.give(m.held - 1)
		m.held = 0
	}
}
