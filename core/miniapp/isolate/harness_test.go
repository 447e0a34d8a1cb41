//go:build linux

package isolate

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// Variables that make the test binary something else.
const (
	lieEnv   = "DOUGONG_TEST_LIE"   // a child that lies, in this way
	probeEnv = "DOUGONG_TEST_PROBE" // a child that tries what it must not do
	hostEnv  = "DOUGONG_TEST_HOST"  // a host that is to be killed
)

func TestMain(m *testing.M) {
	if how := os.Getenv(lieEnv); how != "" && os.Args[0] == reserved {
		lies[how]()
		return
	}
	if os.Getenv(probeEnv) != "" && os.Args[0] == reserved {
		probe()
		return
	}
	Main()
	if os.Getenv(hostEnv) != "" {
		runHost()
		return
	}
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what must come; it says nothing of how soon that should be.
const patience = time.Minute

// page makes a program of one page: its script.
func page(t testing.TB, code string) *program.Program {
	t.Helper()
	raw, err := json.Marshal(program.App{Format: program.FormatVersion, ID: "test", Pages: []string{"p"}, Scripts: []string{"app", "p"}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := program.Load(program.MapFiles{
		program.AppFile:                  raw,
		program.ComponentDir + "/p.json": []byte(`{"path":"p","page":true,"script":"p"}`),
		program.ScriptDir + "/app.js":    []byte(`App({})`),
		program.ScriptDir + "/p.js":      []byte(code),
		"readme.txt":                     []byte("of the program"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// answering is a program that logs "here" whenever the page is scrolled.
const answering = `Page({onReady() { console.log("ready") }, onPageScroll() { console.log("here") }})`

func newPool(t testing.TB, o Options) *Pool {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// running is a session under test.
type running struct {
	t       testing.TB
	session *miniapp.Session

	mu      sync.Mutex
	lines   []string
	closed  *message.Closed
	changed chan struct{}
}

func open(t testing.TB, r miniapp.Runner, p *program.Program, change ...func(*miniapp.Options)) *running {
	t.Helper()
	s := &running{t: t, changed: make(chan struct{})}
	o := miniapp.Options{
		Program: p, User: "anna", Send: s.receive, Runner: r, Log: slog.New(slog.DiscardHandler),
		Budget: script.Budget{Turn: patience}, // the tests are about what the engine does not stop
	}
	for _, f := range change {
		f(&o)
	}
	var err error
	if s.session, err = miniapp.Start(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.session.Close)
	return s
}

func (s *running) receive(m message.FromActor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case m.Log != nil:
		s.lines = append(s.lines, m.Log.Message)
	case m.Error != nil:
		s.lines = append(s.lines, "ERROR "+m.Error.ID)
	case m.Closed != nil:
		s.closed = m.Closed
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// until waits for a state.
func (s *running) until(what string, holds func() bool) {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		s.mu.Lock()
		ok, changed := holds(), s.changed
		state := fmt.Sprintf("%.500q, closed %+v", s.lines[:min(20, len(s.lines))], s.closed)
		s.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			s.t.Fatalf("waiting for %s: %s", what, state)
		}
	}
}

// says waits for a line of the console, or an error's id behind "ERROR ".
func (s *running) says(line string) {
	s.t.Helper()
	s.until(line, func() bool { return strings.Contains("\n"+strings.Join(s.lines, "\n")+"\n", "\n"+line+"\n") })
}

// answers has a program of answering answer.
func (s *running) answers() {
	s.t.Helper()
	s.mu.Lock()
	seen := len(s.lines)
	s.mu.Unlock()
	if err := s.session.Post(message.ToActor{Event: &view.ClientEvent{Page: 1, Type: message.PageScroll}}); err != nil {
		s.t.Fatal(err)
	}
	s.until("an answer", func() bool { return len(s.lines) > seen })
}

// ends waits for the end and returns its cause.
func (s *running) ends() *message.Error {
	s.t.Helper()
	s.until("the end", func() bool { return s.closed != nil })
	<-s.session.Done()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed.Error
}
