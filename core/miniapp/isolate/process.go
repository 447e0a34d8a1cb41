package isolate

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// process is a child as the host sees it.
type process struct {
	cmd    *exec.Cmd
	in     *os.File // the child reads from it
	out    *os.File // the child writes to it
	reader *bufio.Reader
	stderr *head

	prepared *prospect     // what it was last sent ahead; nil: nothing
	aheads   atomic.Int32  // kindAhead frames that it has not answered
	settled  chan struct{} // closed when who has taken the child may read
	first    frame         // read before that; the reader's

	write sync.Mutex // of in, whole frames
	kill  sync.Once
	gone  chan struct{} // closed when the process has ended and was waited for
}

// frame is one that has been read.
type frame struct {
	kind kind
	body []byte
	err  error
}

// launch starts a child and waits until it is ready.
func (p *Pool) launch() (*process, error) {
	c, err := p.start()
	if err != nil {
		return nil, fmt.Errorf("start the process of a mini-program: %w", err)
	}
	timer := time.AfterFunc(startPatience, c.stop)
	defer timer.Stop()
	k, _, err := readFrame(c.reader)
	if err == nil && k != kindReady {
		err = fmt.Errorf("its first frame is of kind %d, expected %d", k, kindReady)
	}
	if err != nil {
		return nil, fmt.Errorf("start the process of a mini-program: %w", c.unready(err, timer))
	}
	return c, nil
}

// unready ends a child that was not ready, and says why: how it ended, if it did so by itself.
func (c *process) unready(cause error, patience *time.Timer) error {
	inTime := patience.Stop()
	if inTime && isEnd(cause) {
		select {
		case <-c.gone: // its state is its own
		case <-time.After(time.Second):
		}
	}
	ended := !c.alive()
	c.end()
	switch {
	case !inTime:
		return fmt.Errorf("it was not ready within %v%s", startPatience, firstLine(c.stderr.String()))
	case ended:
		return fmt.Errorf("it ended before it was ready: %s%s", c.cmd.ProcessState, firstLine(c.stderr.String()))
	}
	return fmt.Errorf("%w%s", cause, firstLine(c.stderr.String()))
}

// start starts a child.
func (p *Pool) start() (*process, error) {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		closeAll(theirIn, in)
		return nil, err
	}
	defer closeAll(theirIn, theirOut)
	c := &process{in: in, out: out, reader: bufio.NewReaderSize(out, 1<<16), stderr: &head{},
		gone: make(chan struct{}), settled: make(chan struct{})}
	c.cmd, err = command(p.o.env)
	if err == nil {
		c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = theirIn, theirOut, c.stderr
		s := start{cmd: c.cmd, done: make(chan error, 1)}
		p.starts <- s
		err = <-s.done
	}
	if err != nil {
		closeAll(in, out)
		return nil, err
	}
	p.mu.Lock()
	p.children[c] = true
	if p.ended {
		c.stop()
	}
	p.mu.Unlock()
	p.work.Add(1)
	go p.look(c)
	return c, nil
}

// look waits for a child's end.
func (p *Pool) look(c *process) {
	defer p.work.Done()
	_ = c.cmd.Wait()
	close(c.gone)
	p.mu.Lock()
	delete(p.children, c)
	p.mu.Unlock()
}

// command is the running program, to be started as a child.
func command(env []string) (*exec.Cmd, error) {
	path, err := executable()
	if err != nil {
		return nil, err
	}
	cmd := &exec.Cmd{Path: path, Args: []string{reserved}, SysProcAttr: attributes()}
	cmd.Env = []string{childKey + "=1", "GOMAXPROCS=2", "GOTRACEBACK=single", "MALLOC_ARENA_MAX=1"}
	for _, name := range []string{"TZ", "SYSTEMROOT"} {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	cmd.Env = append(cmd.Env, env...)
	return cmd, nil
}

// frame writes a frame. It may wait for the child, until the child is ended.
func (c *process) frame(k kind, parts ...[]byte) error {
	c.write.Lock()
	defer c.write.Unlock()
	return writeFrame(c.in, k, parts...)
}

func (c *process) alive() bool {
	select {
	case <-c.gone:
		return false
	default:
		return true
	}
}

// stop kills the child. What reads from it or writes to it comes back with an error.
func (c *process) stop() {
	c.kill.Do(func() { kill(c.cmd.Process) })
}

// end kills the child and waits until it is gone.
func (c *process) end() {
	c.stop()
	<-c.gone
	closeAll(c.in, c.out)
}

// head keeps the beginning of what a child writes to its standard error: a failure of the runtime names itself first.
type head struct {
	mu   sync.Mutex
	data []byte
}

const maxHead = 4 << 10

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.data = append(h.data, p[:min(len(p), maxHead-len(h.data))]...)
	return len(p), nil
}

// String is what was kept.
func (h *head) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.ToValidUTF8(string(h.data), "\ufffd")
}

var _ io.Writer = (*head)(nil)

// closeAll closes pipes; there is nothing to be done about one that fails to close.
func closeAll(files ...*os.File) {
	for _, f := range files {
		_ = f.Close()
	}
}
