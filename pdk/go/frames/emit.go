package frames

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// Service asks the host for a service, on behalf of a call or, with 0, of nobody.
func (p *Plugin) Service(ctx context.Context, call uint64, name string, in pdk.Payload) (pdk.Payload, error) {
	p.mu.Lock()
	p.service++
	h := header{kind: kindService, id: p.service}
	p.mu.Unlock()
	out, failure, err := p.ask(ctx, time.Now(), 0, 0, nil, h, 8+wire.ServiceSize(name, in), &serviceRequest{call, name, in})
	if err == nil && failure != nil {
		err = failure
	}
	return out, err
}

type serviceRequest struct {
	call    uint64
	name    string
	payload pdk.Payload
}

func (s *serviceRequest) appendHead(dst []byte) []byte {
	return wire.AppendServiceHead(binary.LittleEndian.AppendUint64(dst, s.call), s.name, s.payload)
}

func (s *serviceRequest) bytes() *pdk.Payload { return &s.payload }

// Emit sends an event of a call, or with 0 of the capability. It waits as long as the host's consumer is Window bytes
// behind, and returns when the event is on its way. It fails if the call has ended and its task, if any, does not go on.
func (p *Plugin) Emit(ctx context.Context, id, task uint64, event string, in pdk.Payload, final bool) error {
	c, err := p.speaker(id)
	if err != nil {
		return err
	}
	e := &eventFrame{task, event, in, final}
	return c.emit(ctx, p, header{kind: kindEvent, id: id}, wire.EventSize(event, in), e)
}

type eventFrame struct {
	task    uint64
	event   string
	payload pdk.Payload
	final   bool
}

func (e *eventFrame) appendHead(dst []byte) []byte {
	return wire.AppendEventHead(dst, e.task, e.event, e.payload, e.final)
}

func (e *eventFrame) bytes() *pdk.Payload { return &e.payload }

// Log writes to the host's log. It waits as Emit does.
func (p *Plugin) Log(ctx context.Context, level, message string, fields map[string]string) error {
	l := logFrame(wire.AppendLog(nil, level, message, fields))
	if len(l) > MaxFrame {
		l = wire.AppendLog(nil, level, message[:min(len(message), MaxFrame/2)], nil)
	}
	return p.nobody.emit(ctx, p, header{kind: kindLog}, len(l), l)
}

type logFrame []byte

func (l logFrame) appendHead(dst []byte) []byte { return append(dst, l...) }

func (l logFrame) bytes() *pdk.Payload { return &pdk.Payload{} }

// speaker finds the call that a plugin speaks for.
func (p *Plugin) speaker(id uint64) (*call, error) {
	if id == 0 {
		return p.nobody, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if c, ok := p.calls.get(id); ok {
		return c, nil
	}
	return nil, endedCall(id)
}

func endedCall(id uint64) error {
	return pdk.Errorf(pdk.CodeNotFound, "notFound", "call %d has ended or never began", id)
}

// emit sends one event at a time, and not before there is credit for it.
func (c *call) emit(ctx context.Context, p *Plugin, h header, size int, o outgoing) error {
	p.mayWait()
	turn, ended := c.queue()
	wait := func(news <-chan struct{}) error {
		select {
		case <-news:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-ended:
			return endedCall(h.id)
		case <-p.ctx.Done():
			return p.Err()
		}
	}
	if err := wait(turn); err != nil {
		return err
	}
	defer func() { turn <- struct{}{} }()
	e, _ := o.(*eventFrame)
	for {
		more, err := c.spend(size, e)
		if err != nil {
			return err
		}
		if more == nil {
			break
		}
		if err := wait(more); err != nil {
			return err
		}
	}
	defer func() { p.forget(c, e != nil && c.closed()) }()
	return p.send(context.WithoutCancel(ctx), 0, h, size, now, o)
}

// queue returns what emitting waits for, made when it is first needed.
func (c *call) queue() (turn, ended chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.turn == nil {
		c.turn, c.ended = make(chan struct{}, 1), make(chan struct{})
		c.turn <- struct{}{}
		if c.over {
			close(c.ended)
		}
	}
	return c.turn, c.ended
}

// spend takes credit for size bytes, or returns what to wait for. It refuses an event that may not be emitted any more,
// and notes the final one. e is nil for a line of log.
func (c *call) spend(size int, e *eventFrame) (more chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.final && e != nil:
		return nil, pdk.Errorf(pdk.CodeNotFound, "notFound", "task %d has had its final event", e.task)
	case c.over:
		return nil, endedCall(c.id)
	case c.credit > 0:
		c.credit -= size
		c.final = e != nil && e.final && e.task != 0
		return nil, nil
	}
	if c.more == nil {
		c.more = make(chan struct{})
	}
	return c.more, nil
}

// closed reports whether nothing can come of the call any more.
func (c *call) closed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.final && !c.live
}

// credited takes the host's word that it has consumed events.
func (p *Plugin) credited(m message) error {
	n := int64(u32(m.body))
	c, err := p.speaker(m.id)
	if err != nil {
		return nil //nolint:nilerror // the call has ended in the meantime
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if int64(c.credit)+n > Window {
		return violation(m.at+headerSize, "a credit of %d bytes for call %d, which lacks %d", n, m.id, Window-c.credit)
	}
	c.credit += int(n)
	if c.credit > 0 && c.more != nil {
		close(c.more)
		c.more = nil
	}
	return nil
}
