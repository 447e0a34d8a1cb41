package isolate

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
)

// job is what a child is told of its mini-program.
type job struct {
	Budget  script.Budget `json:"budget"`
	Pending int           `json:"pending"`
	// Memory is the limit that the host has set, for the collector to know.
	Memory int64 `json:"memory"`
	// Hang is how long one piece of work may take, in nanoseconds.
	Hang time.Duration `json:"hang"`
	// Ahead says that the files sent ahead last are of this mini-program.
	Ahead bool `json:"ahead"`
}

// child is this process, running one actor.
type child struct {
	write sync.Mutex // of out, whole frames
	out   io.Writer
	in    *inbox
	watch *watch

	sync chan message.Reply // answers to the call that the actor waits for

	reading sync.Mutex  // one file at a time
	file    chan []byte // answer to it

	opened bool // the actor has come to rest; its own
}

// maxStack is how deep the engine's own recursion may go, in bytes of a goroutine's stack.
const maxStack = 64 << 20

// runChild makes this process ready, waits for a mini-program and runs it to its end. The end of in is that of the host.
func runChild(in io.Reader, out io.Writer) error {
	debug.SetMaxStack(maxStack)
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	warmUp()
	if err := confine(); err != nil {
		return fmt.Errorf("confine the process of a mini-program: %w", err)
	}
	c := &child{out: out, sync: make(chan message.Reply, 1), file: make(chan []byte, 1)}
	c.in = newInbox(c.took, c.pong)
	if err := c.frame(kindReady); err != nil {
		return err
	}
	r := bufio.NewReaderSize(in, 1<<16)
	j, p, err := c.idle(r)
	if errors.Is(err, io.EOF) {
		return nil // never needed
	}
	if err != nil {
		return err
	}
	go c.read(r)
	return c.work(j, p)
}

// work runs the actor.
func (c *child) work(j job, p *preparation) error {
	tune(j.Memory)
	c.watch = newWatch(j.Hang, c.hung)
	prog, err := c.program(j, p)
	if err != nil {
		return err
	}
	miniapp.Work(context.Background(), miniapp.Job{Program: prog, Budget: j.Budget, Pending: j.Pending}, miniapp.Place{
		In: c.in, Out: c, Pulse: c.pulse,
	})
	return nil
}

// program is the job's: p's, unless nothing was sent ahead.
func (c *child) program(j job, p *preparation) (*program.Program, error) {
	if p == nil {
		limitRegexps(j.Budget.Turn)
		return program.Load(c)
	}
	p.rest.Store(c)
	if p.program == nil {
		return program.Load(p)
	}
	return p.program, nil
}

// pulse implements miniapp.Place: the watch's, and the end of the opening.
func (c *child) pulse(working bool) {
	c.watch.pulse(working)
	if !working && !c.opened {
		c.opened = true
		debug.SetGCPercent(100)
	}
}

// openingGC is the collector's percentage while a mini-program opens: what it compiles mostly stays.
const openingGC = 800

// tune has the collector work harder as the limit comes near, so that garbage alone does not reach it.
func tune(memory int64) {
	debug.SetGCPercent(openingGC)
	if memory > 0 {
		debug.SetMemoryLimit(memory / 4 * 3)
	}
}

// read hands on what the host sends. When the host is gone so is the process, whatever the actor does.
func (c *child) read(r io.Reader) {
	for {
		k, body, err := readFrame(r)
		if err != nil {
			os.Exit(0)
		}
		if err := c.take(k, body); err != nil {
			fmt.Fprintln(os.Stderr, "the host:", err)
			os.Exit(1)
		}
	}
}

func (c *child) take(k kind, body []byte) error {
	switch k {
	case kindMessage:
		m, err := decodeTo(body)
		c.in.put(item{m: m})
		return err
	case kindPing:
		c.in.put(item{ping: true})
		return nil
	case kindSync:
		m, err := decodeTo(body)
		if err == nil && m.Reply != nil {
			c.sync <- *m.Reply
		}
		return err
	case kindFile:
		c.file <- body
		return nil
	}
	return fmt.Errorf("frame of unknown kind %d", k)
}

// Send implements bridge.Transport.
func (c *child) Send(m message.FromActor) {
	parts, err := encodeFrom(m)
	if err != nil {
		c.die(message.Error{ID: "process-message", Origin: "app", Message: err.Error(), Hint: "hand over less at a time"})
	}
	c.mustFrame(kindMessage, parts...)
}

// Sync implements bridge.Transport.
func (c *child) Sync(call message.Call) message.Reply {
	c.Send(message.FromActor{Call: &call})
	defer c.watch.pause()()
	return <-c.sync
}

// ReadFile implements program.Files: it asks the host.
func (c *child) ReadFile(name string) ([]byte, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	c.mustFrame(kindRead, []byte(name))
	defer c.watch.pause()()
	body := <-c.file
	if len(body) == 0 {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	if body[0] != fileFound {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New(string(body[1:]))}
	}
	return body[1:], nil
}

// The first byte of a kindFile frame that is not empty; empty says that there is no such file.
const (
	fileFound  = 1
	fileFailed = 2 // the rest says why
)

func (c *child) took(n int) { c.mustFrame(kindTook, binary.BigEndian.AppendUint32(nil, uint32(n))) }

func (c *child) pong() { c.mustFrame(kindPong) }

// hung ends the process: the actor does not come back from a piece of work, and nothing can interrupt it.
func (c *child) hung(limit time.Duration) {
	c.die(message.Error{
		ID: "process-hang", Origin: "app",
		Message: fmt.Sprintf("the mini-program did not come back from one piece of work within %s and could not be interrupted", limit),
	})
}

// die says why the process ends, and ends it.
func (c *child) die(e message.Error) {
	body, err := json.Marshal(e)
	if err == nil {
		_ = c.frame(kindDying, body)
	}
	os.Exit(childCode)
}

func (c *child) frame(k kind, parts ...[]byte) error {
	c.write.Lock()
	defer c.write.Unlock()
	return writeFrame(c.out, k, parts...)
}

// mustFrame is frame for what must arrive: without it the process has no purpose. The host may let it wait.
func (c *child) mustFrame(k kind, parts ...[]byte) {
	if c.watch != nil {
		defer c.watch.pause()()
	}
	if err := c.frame(k, parts...); err != nil {
		os.Exit(0)
	}
}

var _ program.Files = (*child)(nil)
