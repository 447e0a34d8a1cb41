package frames

import (
	"encoding/binary"

	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// stream is the events of one call, or the log and the events of nobody, that wait to be consumed. It exists as long as
// there are any.
type stream struct {
	host     *Host
	id, task uint64
	queue    []message
	ahead    int // bytes that have come and were not credited
	consumed int // of them, bytes that were consumed
}

// event puts an event or a line of log into its stream.
func (h *Host) event(m message) error {
	id := m.id
	if m.kind == kindLog && id != 0 {
		return violation(m.at+8, "a line of log with id %d, expected 0", id)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.streams[id]
	if s != nil && s.ahead >= Window {
		return violation(m.at, "an event of call %d while %d bytes of others are not credited, allowed are %d", id, s.ahead, Window)
	}
	idle := s == nil
	if idle {
		if len(h.streams) > MaxOpen+maxTasks {
			return violation(m.at+8, "events of more than %d calls at a time", MaxOpen+maxTasks)
		}
		s = &stream{host: h, id: id}
		h.streams[id] = s
		h.streaming.Add(1)
		if s.task = h.services.Task(id); s.task != 0 {
			h.tasks[s.task] = s
		}
	}
	s.queue = append(s.queue, m)
	s.ahead += len(m.body)
	if idle {
		h.workers.do(s)
	}
	return nil
}

// maxTasks is how many tasks may go on after their calls.
const maxTasks = 1 << 16

// run consumes events until there are none.
func (s *stream) run() {
	h := s.host
	for {
		h.mu.Lock()
		if len(s.queue) == 0 {
			s.forget()
			h.mu.Unlock()
			s.credit(s.consumed)
			return
		}
		queue := s.queue
		s.queue = nil
		h.mu.Unlock()
		for _, m := range queue {
			if err := s.consume(m); err != nil {
				h.fail(err)
				s.abandon()
				return
			}
		}
	}
}

func (s *stream) abandon() {
	s.host.mu.Lock()
	defer s.host.mu.Unlock()
	s.forget()
}

// forget removes a stream without events. The lock is held.
func (s *stream) forget() {
	if s.host.streams[s.id] == s {
		delete(s.host.streams, s.id)
		s.host.streaming.Add(-1)
	}
	if s.host.tasks[s.task] == s {
		delete(s.host.tasks, s.task)
	}
}

func (s *stream) consume(m message) error {
	h := s.host
	defer h.lobby.leave(m.ticket)
	switch m.kind {
	case kindReply:
		h.asked.answered(m)
		return nil
	case kindLog:
		level, text, fields, err := wire.DecodeLog(m.body)
		if err != nil {
			return m.malformed(err)
		}
		h.services.Log(level, text, fields)
	default:
		_, event, payload, final, err := wire.DecodeEvent(m.body)
		if err != nil {
			return m.malformed(err)
		}
		h.services.Event(m.id, event, payload, final)
	}
	s.consumed += len(m.body)
	if s.consumed >= Window/2 {
		n := s.consumed
		s.consumed = 0
		h.mu.Lock()
		s.ahead -= n
		h.mu.Unlock()
		s.credit(n)
	}
	return nil
}

// credit lets the plugin send so many bytes more.
func (s *stream) credit(n int) {
	if n > 0 {
		s.host.w.control(header{kind: kindCredit, id: s.id}, binary.LittleEndian.AppendUint32(nil, uint32(n))...)
	}
}
