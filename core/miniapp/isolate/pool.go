package isolate

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp"
)

// Defaults of Options.
const (
	// DefaultIdle is how many children are kept ready.
	DefaultIdle = 1
	// DefaultMemory is what one mini-program may use, in bytes.
	DefaultMemory = 256 << 20
	// MinMemory is the least that a limit may be: the engine itself needs some of it.
	MinMemory = 96 << 20
	// startPatience is how long a child may take to become ready.
	startPatience = time.Minute
)

// Options of a Pool.
type Options struct {
	// Idle is how many children are kept ready for mini-programs to come: DefaultIdle if 0, none if negative.
	Idle int
	// Memory limits each mini-program, in bytes, unless its session says otherwise.
	Memory int64
	// Hang is how long one piece of a mini-program's work may take before its process is ended; 0: three times the turn
	// of its budget and two seconds, for the engine to interrupt it first.
	Hang time.Duration
	// Log takes what goes wrong; nil means slog.Default.
	Log *slog.Logger

	grace time.Duration // hangGrace if 0
	env   []string      // further variables of children, for tests
}

// Pool starts children and runs mini-programs in them. It implements miniapp.Runner.
type Pool struct {
	o      Options
	closed chan struct{}
	starts chan start
	ahead  ahead
	work   sync.WaitGroup // children, and what looks after them
	spawns sync.WaitGroup

	mu       sync.Mutex
	children map[*process]bool // all that run
	idle     []*process
	starting int           // that will be idle
	filled   chan struct{} // closed when none is starting
	ended    bool
}

// start asks the pool's own thread to start a command.
type start struct {
	cmd  *exec.Cmd
	done chan error
}

// ErrNoMain says that a program cannot have children.
var ErrNoMain = errors.New("this program cannot run mini-programs in processes of their own: it does not call isolate.Main first in its main")

// ErrPoolClosed says that the pool has been closed.
var ErrPoolClosed = errors.New("the pool of mini-program processes is closed")

// New makes a pool and starts its idle children in the background. Close ends it.
func New(o Options) (*Pool, error) {
	if !Agreed() {
		return nil, ErrNoMain
	}
	if err := supported(); err != nil {
		return nil, err
	}
	if o.Idle == 0 {
		o.Idle = DefaultIdle
	}
	if o.Memory <= 0 {
		o.Memory = DefaultMemory
	}
	o.Memory = max(o.Memory, MinMemory)
	if o.grace <= 0 {
		o.grace = hangGrace
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	p := &Pool{o: o, closed: make(chan struct{}), starts: make(chan start), children: map[*process]bool{}}
	p.spawns.Add(1)
	go p.spawn()
	p.fill()
	return p, nil
}

// Close ends every child and waits until they are gone. Sessions that run in one end with a report.
func (p *Pool) Close() {
	p.mu.Lock()
	if p.ended {
		p.mu.Unlock()
		return
	}
	p.ended = true
	for c := range p.children {
		c.stop()
	}
	var files []*os.File
	for _, c := range p.idle { // who uses a child closes its pipes
		files = append(files, c.in, c.out)
	}
	p.idle = nil
	close(p.closed)
	p.mu.Unlock()
	p.work.Wait()
	closeAll(files...)
	close(p.starts)
	p.spawns.Wait()
}

// spawn starts all children on one thread that lives as long as they do: the kernel ends a child when the thread that
// started it ends.
func (p *Pool) spawn() {
	defer p.spawns.Done()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for s := range p.starts {
		s.done <- s.cmd.Start()
	}
}

// Warm starts what is missing and waits until the idle children are ready and prepared, or could not be started.
func (p *Pool) Warm(ctx context.Context) error {
	p.fill()
	p.mu.Lock()
	starting, filled := p.starting, p.filled
	p.mu.Unlock()
	if starting > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-filled:
		}
	}
	p.mu.Lock()
	var idle []chan struct{}
	for _, c := range p.idle {
		idle = append(idle, c.settled)
	}
	p.mu.Unlock()
	for _, settled := range idle {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-settled:
		}
	}
	return nil
}

// fill starts children until there are enough idle ones.
func (p *Pool) fill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.ended && len(p.idle)+p.starting < p.o.Idle {
		p.begin()
		go p.fillOne()
	}
}

func (p *Pool) fillOne() {
	defer p.work.Done()
	c, err := p.launch()
	if err == nil {
		p.ahead.prepare(c)
		p.put(c)
		return
	}
	select {
	case <-p.closed:
	default:
		p.o.Log.Warn("no idle process for mini-programs", "error", err)
	}
	p.put(nil)
}

// put adds a child to the idle ones; nil: one could not be started.
func (p *Pool) put(c *process) {
	p.mu.Lock()
	if p.starting--; p.starting == 0 {
		close(p.filled)
	}
	if c == nil {
		p.mu.Unlock()
		return
	}
	ended, settled := p.ended, c.settled
	if !ended {
		p.idle = append(p.idle, c)
	}
	p.mu.Unlock()
	if ended {
		c.end()
		return
	}
	c.settle(settled)
}

// renew prepares children again that became idle before there was something to prepare.
func (p *Pool) renew() {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := p.ahead.last.Load()
	p.idle = slices.DeleteFunc(p.idle, func(c *process) bool {
		if p.ended || c.prepared != nil && c.has(last) || !c.rests() {
			return false
		}
		p.begin()
		c.settled = make(chan struct{})
		go func() {
			defer p.work.Done()
			p.ahead.prepare(c)
			p.put(c)
		}()
		return true
	})
}

// begin counts a child that will be idle. p.mu is held.
func (p *Pool) begin() {
	if p.starting == 0 {
		p.filled = make(chan struct{})
	}
	p.starting++
	p.work.Add(1)
}

// take returns a child that is ready, if possible one that is prepared for what is wanted. Its user ends it.
func (p *Pool) take(wanted *prospect) (*process, error) {
	for {
		p.mu.Lock()
		if p.ended {
			p.mu.Unlock()
			return nil, ErrPoolClosed
		}
		n := len(p.idle)
		if n == 0 {
			p.work.Add(1) // for the launch, so that Close waits for it
			p.mu.Unlock()
			defer p.work.Done()
			c, err := p.launch()
			if err == nil {
				close(c.settled)
			}
			return c, err
		}
		at := max(0, slices.IndexFunc(p.idle, func(c *process) bool { return c.has(wanted) }))
		c := p.idle[at]
		p.idle = slices.Delete(p.idle, at, at+1)
		p.mu.Unlock()
		if c.alive() {
			return c, nil
		}
		c.end()
	}
}

// memory is the limit of a job.
func (p *Pool) memory(j miniapp.Job) int64 {
	if j.Memory > 0 {
		return max(j.Memory, MinMemory)
	}
	return p.o.Memory
}

var _ miniapp.Runner = (*Pool)(nil)
