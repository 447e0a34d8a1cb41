package window

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
)

// reserved is the name under which the program starts itself for a window.
const reserved = "dougong-window"

// Main makes the process a window if it was started as one, and never returns then. Call it first in main, which must run on
// the main thread.
func Main() {
	if len(os.Args) == 0 || os.Args[0] != reserved {
		return
	}
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, reserved+":", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Process is a window as the host holds it. Its methods are safe for concurrent use.
type Process struct {
	command *exec.Cmd
	mu      sync.Mutex // of in
	in      io.WriteCloser
	done    chan struct{}
}

// Start opens a window. events is called by one goroutine, until Closed or Lost, which is the last. The window ends with this
// process, however that ends.
func Start(open Open, events func(Event)) (*Process, error) {
	if !Supported {
		return nil, errors.ErrUnsupported
	}
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("open a window: %w", err)
	}
	command := exec.Command(program)
	command.Args = []string{reserved}
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("open a window: %w", err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("open a window: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("open a window: %w", err)
	}
	p := &Process{command: command, in: in, done: make(chan struct{})}
	go p.read(out, events)
	if err := p.send(Order{Open: &open}); err != nil {
		return nil, errors.Join(err, p.Kill())
	}
	return p, nil
}

// read passes the window's events on until it ends.
func (p *Process) read(out io.Reader, events func(Event)) {
	defer close(p.done)
	closed := false
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, MaxLine)
	for lines.Scan() {
		e, err := decode[Event](lines.Bytes())
		if err != nil {
			continue // the system's libraries write to standard output, too
		}
		closed = closed || e.Closed
		if !e.Closed {
			events(e)
		}
	}
	_, _ = io.Copy(io.Discard, out) // after a line that is too long
	err := p.command.Wait()
	_ = p.in.Close()
	if closed {
		events(Event{Closed: true})
		return
	}
	events(Event{Lost: fmt.Sprint(errors.Join(err, lines.Err()))})
}

func (p *Process) send(o Order) error {
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.in.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("window: %w", err)
	}
	return nil
}

// Present brings the window to the front.
func (p *Process) Present() error { return p.send(Order{Present: true}) }

// Close asks the window to close.
func (p *Process) Close() error { return p.send(Order{Close: true}) }

// Stay tells the window where its pages may go from now on.
func (p *Process) Stay(s Stay) error { return p.send(Order{Stay: &s}) }

// Pick opens the system's file dialog; the answer is an event.
func (p *Process) Pick(q Pick) error { return p.send(Order{Pick: &q}) }

// Unpick closes the dialog of a Pick that nobody waits for any more.
func (p *Process) Unpick(id uint64) error { return p.send(Order{Unpick: id}) }

// Run evaluates a script in the page.
func (p *Process) Run(script string) error { return p.send(Order{Run: script}) }

// PID is the process's id.
func (p *Process) PID() int { return p.command.Process.Pid }

// Kill ends the process at once and waits for it.
func (p *Process) Kill() error {
	err := p.command.Process.Kill()
	<-p.done
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// Wait waits until the window has ended and its last event was handled, or ctx ends.
func (p *Process) Wait(ctx context.Context) error {
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
