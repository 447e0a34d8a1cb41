package frames

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// message is a whole message as it arrived.
type message struct {
	header
	at     uint64 // where it, or its last part, stands in the stream
	body   []byte
	ticket *ticket // to be given back when the message has been used; nil for a small one
	held   int     // the body is in the slot of that number, less 1, which is to be given back likewise; 0: in none
}

// malformed is a body that its decoder does not accept.
func (m *message) malformed(err error) error {
	return violation(m.at+headerSize, "%s", pdk.AsError(err).Message)
}

// conn is what both ends have in common: frames, messages in parts, and the life of the connection.
type conn struct {
	net     net.Conn
	me      Side
	w       *writer
	r       *reader
	asked   exchanges           // our own questions: calls of a host, services for a plugin
	deliver func(message) error // called by the reader: it must not wait. Its error ends the connection
	lobby   lobby
	area    *area               // nil: there is none
	arrival map[place]*arriving // the reader's
	frame   incoming            // the reader's: of which not all is there
	parked  bool                // the reader's: an answer has come that others will hand over
	turns   turns
	// stepBack, if not nil, is asked after each frame whether the resident reader should leave reading to lone callers.
	stepBack func() bool
	workers  workers
	running  sync.WaitGroup // reader, flusher and watch

	ctx    context.Context // ends with the connection
	cancel context.CancelFunc

	mu     sync.Mutex
	err    error
	leaves map[place][]chan struct{} // large messages of ours that wait to be admitted
	pings  map[uint64]chan struct{}
	pinged uint64
}

func newConn(c net.Conn, me Side, a *area) *conn {
	k := &conn{net: c, me: me, area: a, arrival: map[place]*arriving{}, leaves: map[place][]chan struct{}{}, pings: map[uint64]chan struct{}{}}
	k.ctx, k.cancel = context.WithCancel(context.Background())
	k.w = newWriter(c, k.fail)
	k.r = newReader(c, !me, uint64(headerSize+helloSize))
	k.lobby.admit = func(p place) { k.w.control(header{kind: kindAdmit, id: p.id}, byte(p.kind)) }
	k.asked.late = k.late
	k.turns.active, k.turns.back = make(chan struct{}, 1), make(chan struct{}, 1)
	k.workers.jobs, k.workers.stop = make(chan job), k.ctx.Done()
	return k
}

// start begins to read and write.
func (c *conn) start(deliver func(message) error) {
	c.deliver = deliver
	c.running.Go(c.w.run)
	c.running.Go(c.watch)
	c.running.Go(c.reside)
}

// ended says why reading has.
func (c *conn) ended(err error) error {
	if errors.Is(err, io.EOF) {
		return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "the %s closed the connection", !c.me)
	}
	return err
}

// Done is closed when the connection has ended.
func (c *conn) Done() <-chan struct{} { return c.ctx.Done() }

// Err says why the connection has ended; nil as long as it has not.
func (c *conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// errClosed is why a connection ended that this side closed.
var errClosed = pdk.Errorf(pdk.CodeUnavailable, "unavailable", "the connection is closed")

// Close ends the connection, and waits for what is going on over it, which is canceled.
func (c *conn) Close() {
	c.fail(errClosed)
	c.running.Wait()
	c.workers.running.Wait()
}

// fail ends the connection, and tells the other side if the fault is there.
func (c *conn) fail(err error) {
	c.mu.Lock()
	first := c.err == nil
	if first {
		c.err = broken(err)
		err = c.err
	}
	c.mu.Unlock()
	if !first {
		return
	}
	reason := ""
	if e := pdk.AsError(err); e.Name == "frames" {
		reason = e.Message
	}
	c.w.farewell(reason, err)
	_ = c.net.Close()
	c.cancel()
	c.area.leave()
	c.asked.end(err)
}

// broken makes any error one that a caller may be given.
func broken(err error) error {
	var e *pdk.Error
	if errors.As(err, &e) {
		return e
	}
	return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "the connection broke: %s", err)
}

// incoming is a frame that is being read. Reading may be interrupted anywhere, and is then resumed, perhaps by another
// goroutine.
type incoming struct {
	message
	begun bool // the header is there
	n     int  // bytes of the body are there
	to    *arriving
}

// step reads the rest of a frame and acts upon it.
func (c *conn) step() error {
	f := &c.frame
	if !f.begun {
		at := c.r.at
		h, err := c.r.header()
		if err != nil {
			return err
		}
		*f = incoming{message: message{header: h, at: at}, begun: true}
		if err := c.place(f); err != nil {
			return err
		}
		c.r.settle(f)
	}
	if f.n < int(f.size) {
		if err := c.r.into(f); err != nil {
			return err
		}
	}
	m, to := f.message, f.to
	*f = incoming{}
	if to != nil {
		return c.partCame(m, to)
	}
	return c.came(m)
}

// came acts upon a frame that is no part of a larger message.
func (c *conn) came(m message) error {
	h, at := m.header, m.at
	if h.flags&inParts != 0 {
		return c.beginOrEnd(m)
	}
	if h.flags&flagShared != 0 {
		if err := c.fetch(&m); err != nil {
			return err
		}
	}
	switch h.kind {
	case kindPing:
		c.w.control(header{kind: kindPong, id: h.id})
	case kindPong:
		return c.pong(m)
	case kindAdmit:
		return c.mayLeave(m)
	case kindHello:
		return violation(at+4, "another hello")
	case kindGoaway:
		return c.goaway(m.body)
	default:
		return c.deliver(m)
	}
	return nil
}

func (c *conn) goaway(reason []byte) error {
	if len(reason) == 0 {
		return io.EOF
	}
	return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "the %s broke the connection off: %q", !c.me, reason)
}

// outgoing is a message that can write itself.
type outgoing interface {
	// appendHead writes all but the payload's bytes, which stand at the end.
	appendHead(dst []byte) []byte
	// bytes is the payload whose bytes they are.
	bytes() *pdk.Payload
}

func appendAll(dst []byte, o outgoing) []byte {
	return wire.AppendBytes(o.appendHead(dst), o.bytes())
}

// send sends a message of size bytes, which may wait for as long as ctx and left allow; 0 is no limit.
func (c *conn) send(ctx context.Context, left time.Duration, h header, size int, when urgency, o outgoing) error {
	if size > MaxFrame {
		if left > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, left)
			defer cancel()
		}
		return c.sendLarge(ctx, h, appendAll(make([]byte, 0, size), o))
	}
	if slot, ok := c.share(size, o); ok {
		return c.sendShared(ctx, left, h, slot, size, when)
	}
	if err := c.w.begin(ctx, roomFor, left); err != nil {
		return err
	}
	h.size = uint32(size)
	if size >= worthwhile && when != later && c.w.direct(h, o) {
		return nil
	}
	c.w.pending = appendAll(appendHeader(c.w.pending, h), o)
	c.w.commit(when)
	return nil
}

func u32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
