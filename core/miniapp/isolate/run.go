package isolate

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"
	"weak"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/bridge"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/script"
)

const (
	// window is how many messages a child may have that its actor has not taken.
	window = 64
	// hangGrace is how much longer than the child itself the host waits for an actor that does not come round.
	hangGrace = 5 * time.Second
	// callsGrace is how many calls more than its limit a child may have under way: a sound one may be told late of an end.
	callsGrace = 64
)

// session is the host's end of one mini-program in a child.
type session struct {
	pool   *Pool
	job    miniapp.Job
	wanted *prospect // the job's
	hang   time.Duration
	c      *process
	out    miniapp.Outlet

	credit chan struct{} // has a token when sent has gone down

	asked []string // files, until a page is ready; the reader's alone
	ready bool

	mu     sync.Mutex
	sent   int // messages that the actor has not taken
	calls  int // under way
	syncs  int // of them those that the actor waits for
	pinged bool
	closed *message.Closed // by the actor
	dying  *message.Error  // by the child
	fault  *message.Error  // by what it did
}

// Run implements miniapp.Runner.
func (p *Pool) Run(ctx context.Context, job miniapp.Job, in miniapp.Inbox, out miniapp.Outlet) *message.Error {
	wanted := &prospect{weak.Make(job.Program), job.Budget.Turn}
	c, err := p.take(wanted)
	if err != nil {
		return &message.Error{ID: "process-start", Origin: "engine", Message: err.Error(), Hint: reload}
	}
	s := &session{pool: p, job: job, wanted: wanted, hang: hangOf(p.o.Hang, job.Budget), c: c, out: out, credit: make(chan struct{}, 1)}
	if job.Pending <= 0 {
		s.job.Pending = bridge.DefaultPending
	}
	cancel := context.AfterFunc(ctx, c.stop)
	defer cancel()
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer c.stop()
		s.read()
	}()
	s.begin(in, read)
	c.stop()
	<-read
	c.end()
	p.fill()
	return s.outcome(ctx)
}

func hangOf(limit time.Duration, b script.Budget) time.Duration {
	if limit > 0 {
		return limit
	}
	if b.Turn <= 0 {
		b.Turn = script.DefaultTurn
	}
	return 3*b.Turn + 2*time.Second
}

// begin gives the child its job and then what comes out of the inbox, until it ends.
func (s *session) begin(in miniapp.Inbox, read <-chan struct{}) {
	memory := s.pool.memory(s.job)
	if err := limit(s.c.cmd.Process.Pid, memory); err != nil {
		s.blame("process-start", "engine", fmt.Errorf("limit the memory: %w", err))
		return
	}
	err := s.ahead()
	var body []byte
	if err == nil {
		body, err = json.Marshal(job{Budget: s.job.Budget, Pending: s.job.Pending, Memory: memory, Hang: s.hang, Ahead: s.c.has(s.wanted)})
	}
	if err == nil {
		err = s.c.frame(kindJob, body)
	}
	if err == nil {
		s.pump(in, read)
	}
}

// ahead sends what the child needs, unless it is prepared for this mini-program.
func (s *session) ahead() error {
	if s.c.has(s.wanted) {
		return nil
	}
	return s.c.ahead(s.wanted, s.pool.ahead.files(s.job.Program, s.job.Budget.Turn))
}

// pump sends messages as the actor takes them.
func (s *session) pump(in miniapp.Inbox, read <-chan struct{}) {
	hang := time.NewTimer(time.Hour)
	defer hang.Stop()
	for {
		sent, err := s.next(in)
		if err != nil {
			return // the child is gone or about to: the reader knows why
		}
		if sent {
			if s.ping() {
				hang.Reset(s.hang + s.pool.o.grace)
			}
			continue
		}
		select {
		case <-read:
			return
		case <-in.Wake():
		case <-s.credit:
		case <-hang.C:
			if s.hangs() {
				return
			}
			hang.Reset(s.hang + s.pool.o.grace)
		}
	}
}

// next sends one message, if there is one and the child may have it.
func (s *session) next(in miniapp.Inbox) (sent bool, err error) {
	s.mu.Lock()
	full := s.sent >= window
	s.mu.Unlock()
	if full {
		return false, nil
	}
	m, ok := in.Take()
	if !ok {
		return false, nil
	}
	s.mu.Lock()
	s.sent++
	if m.Reply != nil {
		s.calls--
	}
	s.mu.Unlock()
	parts, err := encodeTo(m)
	if err != nil {
		parts, err = s.replace(m, err)
	}
	if err == nil {
		err = s.c.frame(kindMessage, parts...)
	}
	return true, err
}

// replace finds a message in place of one that cannot be sent, too large or no JSON: what was asked for says so, anything else
// becomes nothing.
func (s *session) replace(m message.ToActor, cause error) ([][]byte, error) {
	s.pool.o.Log.Warn("message to a mini-program left out", "app", s.job.Program.App.ID, "error", cause)
	if m.Reply != nil {
		return encodeReply(tooLarge(m.Reply.ID, cause))
	}
	if m.Answer != nil {
		return encodeTo(message.ToActor{Answer: &message.Answer{ID: m.Answer.ID, Error: "the answer cannot be passed on: " + cause.Error()}})
	}
	return encodeTo(message.ToActor{})
}

// ping asks the actor whether it comes round, unless it has been asked already. It reports whether it has asked.
func (s *session) ping() bool {
	s.mu.Lock()
	pinged := s.pinged
	s.pinged = true
	s.mu.Unlock()
	return !pinged && s.c.frame(kindPing) == nil
}

// hangs ends a child whose actor has not come round in time, and that has not noticed itself.
func (s *session) hangs() bool {
	s.mu.Lock()
	hangs := s.pinged && s.syncs == 0
	s.mu.Unlock()
	if hangs {
		s.blame("process-hang", "app", fmt.Errorf("the mini-program did not come back from one piece of work within %s and could not be interrupted", s.hang+s.pool.o.grace))
		s.c.stop()
	}
	return hangs
}

// blame notes why the child is ended; the first cause counts.
func (s *session) blame(id, origin string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault == nil {
		s.fault = &message.Error{ID: id, Origin: origin, Message: err.Error()}
	}
}

// read takes what the child says until it ends.
func (s *session) read() {
	defer func() {
		if x := recover(); x != nil { // the host's own code, which took a message
			e := miniapp.PanicError(s.pool.o.Log, s.job.Program.App.ID, x)
			s.mu.Lock()
			s.fault = e
			s.mu.Unlock()
		}
	}()
	for {
		k, body, err := s.c.next()
		if err != nil {
			if !isEnd(err) {
				s.blame("process-protocol", "engine", err)
			}
			return
		}
		if end, err := s.take(k, body); err != nil {
			s.blame("process-protocol", "engine", err)
			return
		} else if end {
			return
		}
	}
}

func (s *session) take(k kind, body []byte) (end bool, err error) {
	switch k {
	case kindMessage:
		return s.message(body)
	case kindTook:
		if len(body) != 4 {
			return false, fmt.Errorf("frame of kind %d: %d bytes, expected 4", k, len(body))
		}
		return false, s.took(int(binary.BigEndian.Uint32(body)))
	case kindPong:
		s.mu.Lock()
		s.pinged = false
		s.mu.Unlock()
		return false, nil
	case kindRead:
		return false, s.file(string(body))
	case kindPrepared:
		if s.c.aheads.Add(-1) < 0 {
			return false, errors.New("something is said to be prepared that was not sent ahead")
		}
		return false, nil
	case kindDying:
		var e message.Error
		if err := json.Unmarshal(body, &e); err != nil {
			return false, fmt.Errorf("frame of kind %d: %w", k, err)
		}
		s.mu.Lock()
		s.dying = &e
		s.mu.Unlock()
		return true, nil
	}
	return false, fmt.Errorf("frame of unknown kind %d", k)
}

func (s *session) took(n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n > s.sent {
		return fmt.Errorf("%d messages are said to be taken, %d were sent", n, s.sent)
	}
	s.sent -= n
	select {
	case s.credit <- struct{}{}:
	default:
	}
	return nil
}

// message passes on what the actor says.
func (s *session) message(body []byte) (end bool, err error) {
	m, err := decodeFrom(body)
	if err != nil {
		return false, err
	}
	switch {
	case m.Closed != nil:
		s.mu.Lock()
		s.closed = m.Closed
		s.mu.Unlock()
		return true, nil
	case m.Call != nil:
		return false, s.call(*m.Call)
	}
	s.out.Send(m)
	if m.Ready != nil && !s.ready {
		s.ready = true
		s.pool.ahead.learn(s.job.Program, s.job.Budget.Turn, s.asked)
		s.pool.renew()
		s.pool.fill() // not before: it would slow down what the user waits for
	}
	return false, nil
}

func (s *session) call(call message.Call) error {
	s.mu.Lock()
	if s.calls >= s.job.Pending+callsGrace {
		s.mu.Unlock()
		return fmt.Errorf("more than %d calls are under way", s.calls)
	}
	s.calls++
	waits := s.syncs
	if call.Sync {
		s.syncs++
	}
	s.mu.Unlock()
	if call.Sync && waits > 0 {
		return errors.New("two calls are waited for at once")
	}
	if !call.Sync {
		s.out.Call(call, nil)
		return nil
	}
	s.out.Call(call, s.answer)
	return nil
}

// answer goes to the actor past all that waits for it.
func (s *session) answer(r message.Reply) {
	s.mu.Lock()
	s.calls--
	s.syncs--
	s.mu.Unlock()
	parts, err := encodeReply(&r)
	if err != nil {
		parts, err = encodeReply(tooLarge(r.ID, err))
	}
	if err == nil {
		_ = s.c.frame(kindSync, parts...) // a child that is gone needs no answer
	}
}

// file sends a file of the program.
func (s *session) file(name string) error {
	data, err := s.job.Program.ReadFile(name)
	switch {
	case err == nil:
		if !s.ready && len(s.asked) < maxAheadFiles {
			s.asked = append(s.asked, name)
		}
		err = s.c.frame(kindFile, []byte{fileFound}, data)
	case errors.Is(err, fs.ErrNotExist):
		err = s.c.frame(kindFile)
	default:
		err = s.c.frame(kindFile, []byte{fileFailed}, []byte(err.Error()))
	}
	if err != nil && s.c.alive() {
		return fmt.Errorf("file %q: %w", name, err)
	}
	return nil
}
