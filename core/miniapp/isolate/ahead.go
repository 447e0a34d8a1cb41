package isolate

import (
	"encoding/binary"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"github.com/dougong-dev/dougong/core/miniapp/program"
)

const (
	// maxAhead is how many bytes of files a child is sent ahead, and maxAheadFiles how many files.
	maxAhead      = 8 << 20
	maxAheadFiles = 512
)

// ahead knows which files of a program were read until its first page was ready: the next child gets them at once, and
// compiles them beside the actor's start, instead of asking for one after the other.
type ahead struct {
	programs sync.Map // weak.Pointer[program.Program] → []string
	last     atomic.Pointer[prospect]
}

// prospect is what a child can be prepared for: a mini-program, and the turn of its budget.
type prospect struct {
	program weak.Pointer[program.Program]
	turn    time.Duration
}

// learn keeps the names of the first session of a program that is ready, and that the program was the last one.
func (a *ahead) learn(p *program.Program, turn time.Duration, names []string) {
	a.last.Store(&prospect{weak.Make(p), turn})
	key := weak.Make(p)
	if _, known := a.programs.LoadOrStore(key, names); !known {
		runtime.AddCleanup(p, func(key weak.Pointer[program.Program]) { a.programs.Delete(key) }, key)
	}
}

// files are the parts of a kindAhead frame: the turn, then name and content in turn. Empty: nothing is known.
func (a *ahead) files(p *program.Program, turn time.Duration) (parts [][]byte) {
	names, ok := a.programs.Load(weak.Make(p))
	if !ok {
		return nil
	}
	parts = appendPart(nil, binary.BigEndian.AppendUint64(nil, uint64(turn)))
	left := maxAhead
	for _, name := range names.([]string) {
		data, err := p.ReadFile(name)
		if left -= len(data); err != nil || left < 0 {
			continue
		}
		parts = appendPart(appendPart(parts, []byte(name)), data)
	}
	return parts
}

// prepare sends a child that is idle what the last mini-program needs, if anything is known of one: people come back to what
// they have just used, and a child that is sent it only when it is wanted has to compile it while they wait. Until the child
// is settled its frames are not the session's to read.
func (a *ahead) prepare(c *process) {
	last := a.last.Load()
	if last == nil {
		close(c.settled)
		return
	}
	p := last.program.Value()
	if p == nil || c.ahead(last, a.files(p, last.turn)) != nil || c.aheads.Load() == 0 {
		close(c.settled) // one that is gone is found out when it is taken
	}
}

// ahead sends the child what it needs for a mini-program, unless it has that. parts may be empty.
func (c *process) ahead(target *prospect, parts [][]byte) error {
	if len(parts) == 0 || c.has(target) {
		return nil
	}
	c.prepared = target
	c.aheads.Add(1)
	return c.frame(kindAhead, parts...)
}

// has tells whether the child has been sent what it needs for a mini-program.
func (c *process) has(wanted *prospect) bool { return c.prepared != nil && *c.prepared == *wanted }

// rests tells whether an idle child does nothing, and makes it ready to be sent more.
func (c *process) rests() bool {
	select {
	case <-c.settled:
	default:
		return false
	}
	if c.first.kind == kindPrepared {
		c.aheads.Add(-1)
		c.first = frame{}
	}
	return c.first.kind == 0 && c.first.err == nil && c.aheads.Load() == 0
}

// settle waits until an idle child has prepared what it was sent, or has something else to say, which is the session's.
func (c *process) settle(settled chan struct{}) {
	select {
	case <-settled:
		return
	default:
	}
	timer := time.AfterFunc(startPatience, c.stop)
	defer timer.Stop()
	defer close(settled)
	c.first.kind, c.first.body, c.first.err = readFrame(c.reader)
}

// next reads a frame that the child sends to a session.
func (c *process) next() (kind, []byte, error) {
	<-c.settled
	if f := c.first; f.kind != 0 || f.err != nil {
		c.first = frame{}
		return f.kind, f.body, f.err
	}
	return readFrame(c.reader)
}

// decodeAhead reads a kindAhead frame behind the turn.
func decodeAhead(body []byte) (names []string, files map[string][]byte, err error) {
	files = map[string][]byte{}
	for len(body) > 0 {
		var name, data []byte
		if name, body, err = part(body); err == nil {
			data, body, err = part(body)
		}
		if err != nil {
			return nil, nil, err
		}
		names = append(names, string(name))
		files[string(name)] = data
	}
	return names, files, nil
}

// within is the path below a folder, without its ending.
func within(name, dir, ending string) (string, bool) {
	rest, ok := strings.CutPrefix(name, dir+"/")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, ending)
}
