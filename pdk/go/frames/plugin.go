package frames

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// Calls is what a plugin does for the host at the other end. Safe for concurrent use.
type Calls interface {
	// Do carries out a request. call is its number: the plugin names it when it asks for a host service on behalf of the
	// call, or emits an event of it. The request is another's once it returns.
	Do(ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error)
}

// Plugin is the plugin's end of a connection. Safe for concurrent use.
type Plugin struct {
	*conn
	do Calls

	mu      sync.Mutex
	calls   table[call]
	paces   paces
	batch   int       // the reader's: replies that wait for each other
	clock   time.Time // the reader's: when the call ended that it has just carried out; zero: it has waited since
	nobody  *call     // whose log lines and events are those of no call
	service uint64
}

// NewPlugin answers the hello of a host that has the token, and serves it.
func NewPlugin(c net.Conn, t Token, do Calls) (*Plugin, error) {
	a, err := greet(c, t, PluginSide, nil)
	if err != nil {
		_ = c.Close()
		return nil, broken(err)
	}
	p := &Plugin{conn: newConn(c, PluginSide, a), do: do, nobody: newCall(nil, message{})}
	p.nobody.lasts = true
	p.r.before = p.mayPause
	p.r.spares = &spares{}
	context.AfterFunc(p.ctx, p.cancelAll)
	p.start(p.arrived)
	return p, nil
}

// Accept waits for a host that has the token, and turns away whoever has not or is not trusted. It closes the listener.
func Accept(l net.Listener, t Token, trusted func(net.Conn) error, do Calls) (*Plugin, error) {
	defer func() { _ = l.Close() }()
	for {
		c, err := l.Accept()
		if err != nil {
			return nil, err
		}
		if err := trusted(c); err != nil {
			_ = c.Close()
			continue
		}
		if p, err := NewPlugin(c, t, do); err == nil {
			return p, nil
		}
	}
}

// arrived is given every message by the reader.
func (p *Plugin) arrived(m message) error {
	switch m.kind {
	case kindRequest:
		return p.request(m)
	case kindServiceReply:
		known, wanted := p.asked.answered(m)
		if !wanted {
			p.lobby.leave(m.ticket)
		}
		if !known {
			return violation(m.at+8, "a reply to service %d, which is not open", m.id)
		}
	case kindCancel:
		p.canceled(m.id)
	case kindCredit:
		return p.credited(m)
	}
	return nil
}

// request begins a call.
func (p *Plugin) request(m message) error {
	c := newCall(p, m)
	p.mu.Lock()
	_, open := p.calls.get(m.id)
	full := p.calls.size >= MaxOpen+maxTasks
	if m.id != 0 && !open && !full {
		p.calls.set(m.id, c)
	}
	lone := p.calls.size == 1
	p.mu.Unlock()
	if m.id == 0 || open || full {
		p.release(&m)
		return violation(m.at+8, "request %d: the number is 0 or in use (%t), or there are too many (%t)", m.id, open, full)
	}
	c.balance = p.paces.of(m.body)
	pace := c.balance.pace()
	if c.inBatch = pace == tiny && p.r.buffered() && p.batch < mostTogether; c.inBatch {
		p.batch++
	} else {
		p.batch = 0
	}
	if pace == tiny || pace == quick && lone && !p.r.buffered() {
		return p.doNow(c)
	}
	p.workers.do(c)
	return nil
}

// mostTogether is how many replies may wait for each other.
const mostTogether = 32

// doNow carries a call out in the place of the reader.
func (p *Plugin) doNow(c *call) error {
	now := p.clock
	p.clock = time.Time{} // from now on another may be the reader
	number := p.turns.begin()
	returned := false
	defer func() {
		if !returned && p.turns.end(number) { // this was the reader: it ends with the goroutine
			p.running.Go(p.reside)
		}
	}()
	ended := c.carryOut(now)
	returned = true
	if !p.turns.end(number) {
		p.w.push()
		return errReplaced
	}
	p.clock = ended
	return nil
}

// mayPause is called by the reader before it may have to wait.
func (p *Plugin) mayPause() {
	p.clock = time.Time{}
	p.w.push()
}

// call is a call that is being carried out, or whose task goes on.
type call struct {
	plugin  *Plugin
	id      uint64
	m       message  // the request, until the call begins
	balance *balance // of its method
	inBatch bool     // it is carried out by the reader, which has more to do and then sends all replies together

	ctx callContext

	mu    sync.Mutex
	gone  bool // canceled by the host
	live  bool // not replied to
	lasts bool // its task goes on after the reply
	final bool // it has emitted its last event
	over  bool // ended is closed

	ended  chan struct{} // closed when its events are not wanted any more
	turn   chan struct{} // taken out by who emits
	credit int
	more   chan struct{} // closed when there is credit again; nil if nobody waits
}

func newCall(p *Plugin, m message) *call {
	return &call{plugin: p, id: m.id, m: m, live: true, lasts: m.flags&flagLasts != 0, credit: Window}
}

// mostReused is the largest body of a request that is used again once the request is answered: as in a module, the
// arguments of a call are valid until it returns if they are not larger than 64 KiB; beside them there are names.
const mostReused = 64<<10 + 1<<10

// run carries the call out as a job of its own.
func (c *call) run() { c.carryOut(time.Time{}) }

// carryOut carries the call out. now is the present, if that is known, and what it returns is the time of its end: a look at the
// clock takes as long as some calls.
func (c *call) carryOut(now time.Time) time.Time {
	p, m := c.plugin, c.m
	c.m = message{}
	w := works.Get().(*work)
	q, a := &w.request, &w.answer
	if err := q.Decode(m.body); err != nil {
		p.release(&m)
		p.fail(m.malformed(err))
		return time.Time{}
	}
	if now.IsZero() {
		now = time.Now()
	}
	if q.Timeout > 0 {
		c.ctx.until = now.Add(q.Timeout)
	}
	if p.ctx.Err() != nil {
		c.ctx.end(context.Canceled)
	}
	returned := false
	defer func() {
		if !returned {
			c.exited(&m, q.Info.Method)
		}
		c.ctx.end(context.Canceled)
	}()
	a.payload, a.err = p.do.Do(&c.ctx, m.id, q)
	returned = true
	end := time.Now()
	c.balance.took(end.Sub(now))
	failed := a.err != nil
	p.answer(&c.ctx, header{kind: kindReply, id: m.id}, a, func() urgency { return c.replied(failed) })
	*a, q.Payload = answer{}, pdk.Payload{}
	works.Put(w)
	p.lobby.leave(m.ticket)
	if m.held > 0 {
		p.release(&m)
	} else if n := len(m.body); n >= worthwhile && n <= mostReused && m.flags&flagLasts == 0 {
		p.r.spares.put(m.body)
	}
	return end
}

// exited answers a call whose method has ended its goroutine instead of returning. It is not carried out by the reader again.
func (c *call) exited(m *message, method string) {
	c.balance.took(time.Hour)
	p := c.plugin
	c.inBatch = false // nobody comes after it who would send the replies
	a := &answer{err: pdk.Exited(method)}
	p.answer(&c.ctx, header{kind: kindReply, id: c.id}, a, func() urgency { return c.replied(true) })
	p.lobby.leave(m.ticket)
	if m.held > 0 {
		p.release(m)
	}
}

// work is what carrying out a call needs and nobody keeps. The names in the request are those of another call, and most likely
// those of the next.
type work struct {
	request wire.Request
	answer  answer
}

var works = sync.Pool{New: func() any { return new(work) }}

// canceled tells a call that the host has given it up. If it is not there, its reply is on the way.
func (p *Plugin) canceled(id uint64) {
	p.mu.Lock()
	c, _ := p.calls.get(id)
	p.mu.Unlock()
	if c == nil {
		return
	}
	c.ctx.end(context.Canceled)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
	c.end()
}

// cancelAll tells every call that the connection has ended.
func (p *Plugin) cancelAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.calls.all {
		c.ctx.end(context.Canceled)
	}
}

// Running lists the calls that have not been answered.
func (p *Plugin) Running() (ids []uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, c := range p.calls.all {
		c.mu.Lock()
		if c.live {
			ids = append(ids, id)
		}
		c.mu.Unlock()
	}
	return ids
}

// replied notes that the reply is about to be sent. It returns how urgent that is.
func (c *call) replied(failed bool) urgency {
	c.mu.Lock()
	c.live = false
	c.lasts = c.lasts && !failed && !c.gone
	over := !c.lasts || c.final
	if over {
		c.end()
	}
	c.mu.Unlock()
	switch others := c.plugin.forget(c, over); {
	case c.inBatch:
		return later
	case others:
		return yield
	}
	return now
}

// end lets go of whoever waits to emit an event.
func (c *call) end() {
	if !c.over {
		c.over = true
		if c.ended != nil {
			close(c.ended)
		}
	}
}

// forget forgets a call that is over, and returns whether there are others.
func (p *Plugin) forget(c *call, over bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.calls.size
	if over {
		p.calls.remove(c.id)
	}
	return n > 1
}
