package isolate

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
)

// preparation is a child's work on files that it was sent ahead: by the time the job comes, the program is compiled. None of
// the program's code runs meanwhile, so a child that was prepared for one mini-program may be given to another.
type preparation struct {
	program *program.Program // nil: there is not enough of it
	names   []string
	files   map[string][]byte
	rest    atomic.Pointer[child] // asks the host for other files; nil until there is a job, since nobody answers before
	stopped atomic.Bool
	done    chan struct{} // closed when everything is compiled, or stopped was heeded
}

// idle waits for the job, and prepares what is sent ahead meanwhile.
func (c *child) idle(r *bufio.Reader) (j job, p *preparation, err error) {
	for {
		k, body, err := readFrame(r)
		switch {
		case err != nil:
			return job{}, nil, err
		case k == kindAhead:
			p.stop()
			if p, err = newPreparation(body); err != nil {
				return job{}, nil, err
			}
			go p.work(func() { _ = c.frame(kindPrepared) }) // without a host the process ends anyway
		case k == kindJob:
			if err = json.Unmarshal(body, &j); err == nil && !j.Ahead {
				p.stop()
				p = nil
			}
			return j, p, err
		default:
			return job{}, nil, fmt.Errorf("frame of kind %d, expected the job", k)
		}
	}
}

// newPreparation reads a kindAhead frame: the turn of the budget, which expressions are compiled with, and the files.
func newPreparation(body []byte) (*preparation, error) {
	turn, body, err := part(body)
	if err == nil && len(turn) != 8 {
		err = fmt.Errorf("files sent ahead: the turn has %d bytes, expected 8", len(turn))
	}
	if err != nil {
		return nil, err
	}
	p := &preparation{done: make(chan struct{})}
	if p.names, p.files, err = decodeAhead(body); err != nil {
		return nil, err
	}
	limitRegexps(time.Duration(binary.BigEndian.Uint64(turn)))
	if prog, err := program.Load(p); err == nil {
		p.program = prog
	}
	return p, nil
}

func limitRegexps(turn time.Duration) {
	if turn <= 0 {
		turn = script.DefaultTurn
	}
	script.LimitRegexps(turn)
}

// ReadFile implements program.Files.
func (p *preparation) ReadFile(name string) ([]byte, error) {
	if data, ok := p.files[name]; ok {
		return data, nil
	}
	if c := p.rest.Load(); c != nil {
		return c.ReadFile(name)
	}
	return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
}

// work compiles what the program will ask for, in the order in which it did before. Failures are left to the actor, which
// meets them again and reports them.
func (p *preparation) work(prepared func()) {
	defer prepared()
	defer close(p.done)
	for _, name := range p.names {
		if p.program == nil || p.stopped.Load() {
			return
		}
		prepare(p.program, name)
	}
}

// stop ends a preparation for a mini-program that is not the job's. A nil one may be stopped.
func (p *preparation) stop() {
	if p != nil {
		p.stopped.Store(true)
		<-p.done
	}
}

func prepare(p *program.Program, name string) {
	if path, ok := within(name, program.ComponentDir, ".json"); ok {
		_, _ = p.Component(path)
	} else if path, ok := within(name, program.TemplateDir, ".json"); ok {
		_, _ = p.Template(path)
	} else if path, ok := within(name, program.StyleDir, ".json"); ok {
		_, _ = p.Style(path)
	} else if path, ok := within(name, program.ScriptDir, ".js"); ok {
		script.Prepare(p, path)
	} else if path, ok := within(name, program.WXSDir, ".js"); ok {
		script.PrepareWXS(p, path)
	}
}

var _ program.Files = (*preparation)(nil)
