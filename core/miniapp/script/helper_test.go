package script

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"go.uber.org/goleak"
)

// The clock of regular expressions stops by itself, a second after the last match.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

// clock is a clock that stands still until it is moved.
type clock struct{ t time.Time }

func (c *clock) now() time.Time      { return c.t }
func (c *clock) add(d time.Duration) { c.t = c.t.Add(d) }
func newClock() *clock               { return &clock{time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)} }

// world is a realm under test with all that came out of it.
type world struct {
	t       testing.TB
	realm   *Realm
	clock   *clock
	errors  []message.Error
	logs    []message.Log
	patches []view.Patch
	jobs    []func() // what the actor would do after the turn
}

// scripts makes a program of modules only: path without .js → source.
func scripts(t testing.TB, modules map[string]string) *program.Program {
	t.Helper()
	app := program.App{Format: program.FormatVersion, ID: "test"}
	files := program.MapFiles{}
	for path, src := range modules {
		app.Scripts = append(app.Scripts, path)
		files[program.ScriptDir+"/"+path+".js"] = []byte(src)
	}
	data, err := json.Marshal(app)
	if err != nil {
		t.Fatal(err)
	}
	files[program.AppFile] = data
	p, err := program.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newWorld(t testing.TB, p *program.Program, change ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, clock: newClock()}
	o := Options{
		Program: p, Now: w.clock.now,
		Report:  func(e message.Error) { w.errors = append(w.errors, e) },
		Console: func(l message.Log) { w.logs = append(w.logs, l) },
		Patch:   func(p view.Patch) { w.patches = append(w.patches, p) },
	}
	for _, f := range change {
		f(&o)
	}
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	w.realm = r
	return w
}

// run evaluates modules and starts the app.
func run(t testing.TB, modules map[string]string, change ...func(*Options)) *world {
	t.Helper()
	w := newWorld(t, scripts(t, modules), change...)
	_ = w.realm.StartApp(value.ObjectOf("path", "pages/index/index"))
	return w
}

// log is what was logged, a line each.
func (w *world) log() string {
	lines := make([]string, len(w.logs))
	for i, l := range w.logs {
		lines[i] = l.Message
		if l.Level != "log" {
			lines[i] = l.Level + ": " + l.Message
		}
	}
	return strings.Join(lines, "\n")
}

func (w *world) wantLog(lines ...string) {
	w.t.Helper()
	if got, want := w.log(), strings.Join(lines, "\n"); got != want {
		w.t.Errorf("log:\n%s\nwant:\n%s", got, want)
	}
	w.logs = nil
	w.wantNoErrors()
}

func (w *world) wantNoErrors() {
	w.t.Helper()
	for _, e := range w.errors {
		w.t.Errorf("reported: %s", describe(e))
	}
	w.errors = nil
}

// wantError expects one failure and forgets it.
func (w *world) wantError(id, file string, line int, text string) message.Error {
	w.t.Helper()
	if len(w.errors) == 0 {
		w.t.Fatalf("nothing was reported; want %s at %s:%d; log:\n%s", id, file, line, w.log())
	}
	e := w.errors[0]
	w.errors = w.errors[1:]
	if e.ID != id || e.File != file || line != 0 && e.Line != line || !strings.Contains(e.Message, text) {
		w.t.Errorf("reported %s\nwant     %s at %s:%d with %q", describe(e), id, file, line, text)
	}
	return e
}

func describe(e message.Error) string {
	return fmt.Sprintf("%s (%s) %s:%d:%d %s [%s]\n%s", e.ID, e.Origin, e.File, e.Line, e.Column, e.Message, e.Hint, e.Stack)
}
