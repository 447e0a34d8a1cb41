package frames

import (
	"context"
	"encoding/binary"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// Services is what a host does for the plugin at the other end. call is the number of the call on whose behalf the
// plugin speaks, 0 for nobody's; whether there is such a call is for the implementation to say. Safe for concurrent use.
type Services interface {
	// Task returns the task of a call that was made, 0 if it has none. A reply is given to its caller when the events of
	// its task that came before it have been taken.
	Task(call uint64) uint64
	// Service carries out a host service.
	Service(ctx context.Context, call uint64, name string, in pdk.Payload) (pdk.Payload, error)
	// Event takes an event. Those of one call come one after the other, and before the call's reply; as long as it does
	// not return, the plugin is held back once it is Window bytes ahead.
	Event(call uint64, event string, in pdk.Payload, final bool)
	// Log takes a line of log, under the same rules as an event of call 0.
	Log(level, message string, fields map[string]string)
}

// Host is the host's end of a connection. Safe for concurrent use.
type Host struct {
	*conn
	services Services

	mu      sync.Mutex
	serving map[uint64]*service
	streams map[uint64]*stream // those with events, by call
	tasks   map[uint64]*stream // the same by task, if they have one

	streaming atomic.Int64 // how many streams there are; changes with mu held

	replies  uint64    // the resident reader's: how many have come
	replied  uint64    // those of the last time it was asked whether it should step back
	lastTime time.Time // when the last one came
}

// NewHost says hello over a connection to a plugin that has the token, and serves it. shared, if not nil, is a file of AreaSize bytes
// in memory, zeros and of a size that nobody can change. It is offered to the plugin, which has to know of it (SharedFeature),
// and may be closed afterwards.
func NewHost(c net.Conn, t Token, services Services, shared *os.File) (*Host, error) {
	a, err := greet(c, t, HostSide, shared)
	if err != nil {
		_ = c.Close()
		return nil, broken(err)
	}
	h := &Host{conn: newConn(c, HostSide, a), services: services, serving: map[uint64]*service{}, streams: map[uint64]*stream{}, tasks: map[uint64]*stream{}}
	h.stepBack = h.lonely
	h.r.memory = h.asked.likely
	h.start(h.arrived)
	return h, nil
}

// lonely reports whether calls come one by one and at short intervals: then they had better read their replies themselves.
func (h *Host) lonely() bool {
	if h.replies == h.replied {
		return false
	}
	h.replied = h.replies
	if h.r.buffered() || h.asked.some() {
		return false
	}
	before := h.lastTime
	h.lastTime = time.Now()
	return h.lastTime.Sub(before) < tick
}

// Call has the plugin carry out a request. id names the call in Services and may not be that of an unanswered one. lasts
// says that its events may go on after the reply. If ctx ends, or q.Timeout passes, the plugin is told to give up. failure is the
// plugin's own error; err is one of the context, or of the connection.
func (h *Host) Call(ctx context.Context, id uint64, lasts bool, q *wire.Request) (out pdk.Payload, failure *pdk.Error, err error) {
	return h.CallInto(ctx, time.Now(), id, lasts, q, nil)
}

// CallInto is Call with memory that the payload may be put into. If err is not nil the memory is lost: the reply may still
// be on its way into it. now is the present, which the caller knows anyway.
func (h *Host) CallInto(ctx context.Context, now time.Time, id uint64, lasts bool, q *wire.Request, into []byte) (out pdk.Payload, failure *pdk.Error, err error) {
	f := header{kind: kindRequest, id: id}
	if lasts {
		f.flags = flagLasts
	}
	r := requests.Get().(*requestFrame)
	r.Request = *q
	out, failure, err = h.ask(ctx, now, q.Timeout, q.Info.Task, into, f, wire.RequestSize(q), r)
	r.Request = wire.Request{}
	requests.Put(r)
	return out, failure, err
}

// requestFrame is outgoing.
type requestFrame struct{ wire.Request }

var requests = sync.Pool{New: func() any { return new(requestFrame) }}

func (r *requestFrame) appendHead(dst []byte) []byte { return wire.AppendRequestHead(dst, &r.Request) }

func (r *requestFrame) bytes() *pdk.Payload { return &r.Payload }

// arrived is given every message by the reader.
func (h *Host) arrived(m message) error {
	switch m.kind {
	case kindReply:
		return h.reply(m)
	case kindEvent, kindLog:
		return h.event(m)
	case kindService:
		return h.serve(m)
	case kindCancel:
		h.mu.Lock()
		s := h.serving[m.id]
		h.mu.Unlock()
		if s != nil { // else the answer is on its way
			s.cancel()
		}
	}
	return nil
}

// reply hands a reply over, behind the events of the call that have not been consumed yet.
func (h *Host) reply(m message) error {
	h.replies++
	if parked, good := h.behind(m); parked {
		if !good {
			return h.unasked(m)
		}
		h.parked = true
		return nil
	}
	known, wanted := h.asked.answered(m)
	if !wanted {
		h.lobby.leave(m.ticket)
	}
	if !known {
		return h.unasked(m)
	}
	return nil
}

// behind puts a reply behind the events of its call or task that have not been taken yet, if there are any. good is false if
// another reply to the call waits there already: there is no bound to them but that there is one. A reply that nobody waits
// for goes past them.
func (h *Host) behind(m message) (parked, good bool) {
	if h.streaming.Load() == 0 { // only the reader, which is here, adds to them
		return false, true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	task, waits := h.asked.task(m.id)
	if !waits {
		again := h.asked.isParked(m.id)
		return again, !again
	}
	s := h.streams[m.id]
	if s == nil && task != 0 {
		s = h.tasks[task]
	}
	if s == nil {
		return false, true
	}
	h.asked.park(m.id)
	s.queue = append(s.queue, m)
	return true, true
}

func (h *Host) unasked(m message) error {
	return violation(m.at+8, "a reply to call %d, which is not open", m.id)
}

// serve begins a host service.
func (h *Host) serve(m message) error {
	if len(m.body) < 8 {
		return violation(m.at, "a service with a body of %d bytes, expected 8 and a service request", len(m.body))
	}
	s := &service{host: h, m: m}
	s.ctx, s.cancel = context.WithCancel(h.ctx)
	h.mu.Lock()
	_, taken := h.serving[m.id]
	full := len(h.serving) >= MaxOpen
	if !taken && !full {
		h.serving[m.id] = s
	}
	h.mu.Unlock()
	if taken || full {
		s.cancel()
		return violation(m.at+8, "service %d is asked for while it is carried out (%t), or with %d others that are", m.id, taken, MaxOpen)
	}
	h.workers.do(s)
	return nil
}

// service is a host service that is being carried out.
type service struct {
	host   *Host
	m      message
	ctx    context.Context
	cancel context.CancelFunc
}

func (s *service) run() {
	h := s.host
	defer s.cancel()
	defer h.lobby.leave(s.m.ticket)
	name, in, err := wire.DecodeService(s.m.body[8:])
	if err != nil {
		s.m.at += 8
		h.fail(s.m.malformed(err))
		return
	}
	a := answer{}
	a.payload, a.err = h.services.Service(s.ctx, binary.LittleEndian.Uint64(s.m.body), name, in)
	h.answer(s.ctx, header{kind: kindServiceReply, id: s.m.id}, &a, func() urgency {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.serving, s.m.id)
		if len(h.serving) > 0 {
			return yield
		}
		return now
	})
}

// answer is a reply to be written.
type answer struct {
	payload pdk.Payload
	err     error
}

func (a *answer) appendHead(dst []byte) []byte { return wire.AppendReplyHead(dst, a.payload, a.err) }

func (a *answer) bytes() *pdk.Payload {
	if a.err != nil {
		return &pdk.Payload{}
	}
	return &a.payload
}

// answer sends the answer to a question. If it is a large one and its question is given up, a short one takes its place:
// each question is answered. The id may be used again as soon as the other side has the answer, so the question is
// forgotten, by ended, before that; ended returns how urgent it is.
func (c *conn) answer(ctx context.Context, h header, a *answer, ended func() urgency) {
	size := wire.ReplySize(a.payload, a.err)
	if size > MaxMessage {
		a.payload, a.err = pdk.Payload{}, tooLarge(h, size)
		size = wire.ReplySize(a.payload, a.err)
	}
	if size > MaxFrame {
		body := appendAll(make([]byte, 0, size), a)
		err := c.sendLarge(ctx, h, body)
		if err == nil || ctx.Err() == nil || c.Err() != nil {
			ended()
			return
		}
		a.payload, a.err = pdk.Payload{}, pdk.AsError(err)
		size = wire.ReplySize(a.payload, a.err)
	}
	when := ended()
	_ = c.send(c.ctx, 0, h, size, when, a) // fails only with the connection
}
