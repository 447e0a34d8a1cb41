package miniapp_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/pdk/go"
)

func TestMain(m *testing.M) {
	isolate.Main()
	goleak.VerifyTestMain(transports{m})
}

// transports runs the same tests over each transport of an actor: within this process, and in a child.
type transports struct{ m *testing.M }

// runner is what sessions are started with: nil for this process.
var runner miniapp.Runner

// Run implements goleak.TestingM.
func (t transports) Run() int {
	flag.Parse()
	code := t.m.Run()
	for _, name := range []string{"test.bench", "test.fuzz", "test.list"} {
		if flag.Lookup(name).Value.String() != "" {
			return code // each of these looks after transports itself, or needs none
		}
	}
	pool, err := isolate.New(isolate.Options{Idle: 2})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer pool.Close()
	fmt.Println("once more, each mini-program in a process of its own:")
	runner = pool
	return max(code, t.m.Run())
}

// build makes a program of source files: app.json's fields by app, pages by their .js and .wxml, their windows by .json.
func build(t testing.TB, app program.App, files map[string]string) *program.Program {
	t.Helper()
	out := program.MapFiles{}
	put := func(name string, v any) {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = data
	}
	for name, text := range files {
		base := strings.TrimSuffix(name, path.Ext(name))
		switch path.Ext(name) {
		case ".js":
			app.Scripts = append(app.Scripts, base)
			out[program.ScriptDir+"/"+name] = []byte(text)
		case ".wxml":
			file, problems := compiler.CompileTemplate(name, text, nil)
			if len(problems) > 0 {
				t.Fatalf("%s: %+v", name, problems)
			}
			put(program.TemplateDir+"/"+name+".json", file)
		}
	}
	pages := slices.Clone(app.Pages)
	for _, p := range app.Plugins {
		pages = slices.AppendSeq(pages, maps.Values(p.Pages))
	}
	for _, p := range pages {
		c := program.Component{Path: p, Page: true, Script: p}
		if _, ok := files[p+".wxml"]; ok {
			c.Template = p + ".wxml"
		}
		if text, ok := files[p+".json"]; ok {
			if err := json.Unmarshal([]byte(text), &c.Window); err != nil {
				t.Fatal(err)
			}
		}
		put(program.ComponentDir+"/"+p+".json", c)
	}
	app.Format, app.ID, app.Name = program.FormatVersion, "test", "Test"
	put(program.AppFile, app)
	p, err := program.Load(out)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// calls is the kernel's side in these tests: methods by name.
type calls map[string]func(ctx context.Context, call *capability.Call) (pdk.Payload, error)

func (c calls) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	if f := c[call.Method]; f != nil {
		return f(ctx, call)
	}
	return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "no %s", call.Method)
}

func (c calls) APIs(string) []message.API {
	var out []message.API
	for name := range c {
		mode := "async"
		switch {
		case strings.Contains(name, "."):
			continue
		case strings.HasSuffix(name, "Sync"):
			mode = "sync"
		case name == "connectSocket":
			mode = "task"
		}
		api := message.API{Name: "wx." + name, Capability: "test/v1", Method: name, Mode: mode}
		if mode == "task" {
			api.TaskMethods = []string{"send", "close"}
			api.TaskEvents = map[string]string{"message": "onMessage", "open": "onOpen", "close": "onClose"}
			api.TaskUntil = "close"
		}
		if mode == "sync" {
			api.Args, api.Returns, api.Missing = []string{"key", "data"}, "data", json.RawMessage(`""`)
		}
		out = append(out, api)
	}
	return out
}

// run is a session under test.
type run struct {
	t       testing.TB
	session *miniapp.Session

	mu      sync.Mutex
	all     []message.FromActor
	idle    int
	posted  int
	changed chan struct{}
	answer  func(message.Ask) *message.Answer
}

type option func(*miniapp.Options, *run)

// start opens a mini-program and waits until it is at rest.
func start(t testing.TB, p *program.Program, options ...option) *run {
	t.Helper()
	r := &run{t: t, posted: 1, changed: make(chan struct{}, 1)}
	o := miniapp.Options{Program: p, User: "anna", Send: r.receive, Idle: true, Log: slog.New(slog.DiscardHandler), Runner: runner}
	for _, f := range options {
		f(&o, r)
	}
	s, err := miniapp.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	r.session = s
	r.mu.Unlock()
	t.Cleanup(s.Close)
	r.rest()
	return r
}

func withKernel(k miniapp.Kernel) option { return func(o *miniapp.Options, _ *run) { o.Kernel = k } }

func withLaunch(l message.Launch) option { return func(o *miniapp.Options, _ *run) { o.Launch = l } }

func withAnswer(f func(message.Ask) *message.Answer) option {
	return func(_ *miniapp.Options, r *run) { r.answer = f }
}

func (r *run) receive(m message.FromActor) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.Idle != nil {
		r.idle = m.Idle.Seen
	} else {
		r.all = append(r.all, m)
	}
	if m.Closed != nil {
		r.idle = 1 << 30
	}
	if m.Ask != nil && m.Ask.ID != 0 && r.answer != nil {
		if a := r.answer(*m.Ask); a != nil {
			a.ID = m.Ask.ID
			r.posted++
			go func() { _ = r.session.Post(message.ToActor{Answer: a}) }()
		}
	}
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// post sends a message and waits for rest.
func (r *run) post(m message.ToActor) {
	r.t.Helper()
	r.mu.Lock()
	r.posted++
	r.mu.Unlock()
	if err := r.session.Post(m); err != nil {
		r.t.Fatal(err)
	}
	r.rest()
}

func (r *run) rest() {
	r.t.Helper()
	deadline := time.After(time.Minute) // for failures only: a view that does not answer is waited for, too
	for {
		r.mu.Lock()
		done := r.idle >= r.posted
		r.mu.Unlock()
		if done {
			return
		}
		select {
		case <-r.changed:
		case <-deadline:
			r.t.Fatalf("the mini-program does not come to rest; log:\n%s", r.log())
		}
	}
}

// log is what the mini-program wrote by console.log, and its failures, a line each.
func (r *run) log() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for _, m := range r.all {
		switch {
		case m.Log != nil:
			b.WriteString(m.Log.Message + "\n")
		case m.Error != nil:
			b.WriteString("ERROR " + m.Error.ID + " " + m.Error.Origin + " " + m.Error.Message + "\n")
		}
	}
	return b.String()
}

func (r *run) errors() []message.Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []message.Error
	for _, m := range r.all {
		if m.Error != nil {
			out = append(out, *m.Error)
		}
	}
	return out
}

// stack is the last stack: action and paths, bottom first.
func (r *run) stack() (last message.Stack, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.all {
		if m.Stack != nil {
			last = *m.Stack
		}
	}
	text = last.Action
	for _, p := range last.Pages {
		text += " " + p.Path
	}
	return last, text
}

// event sends a page event to the page on top.
func (r *run) event(typ string, detail any) {
	r.t.Helper()
	s, _ := r.stack()
	r.post(message.ToActor{Event: &clientEvent{Page: s.Pages[len(s.Pages)-1].ID, Type: typ, Detail: detail}})
}

func (r *run) wantLog(want ...string) {
	r.t.Helper()
	if got, want := r.log(), strings.Join(want, "\n")+"\n"; got != want {
		r.t.Errorf("the mini-program logged\n%s\nwant\n%s", got, want)
	}
}

// waitLog waits until the log is as wanted: timers and tasks go on while the mini-program is at rest.
func (r *run) waitLog(want ...string) {
	r.t.Helper()
	deadline := time.After(3 * time.Minute)
	for r.log() != strings.Join(want, "\n")+"\n" {
		select {
		case <-r.changed:
		case <-deadline:
			r.wantLog(want...)
			return
		}
	}
}

// clear forgets what has been said so far.
func (r *run) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	var kept []message.FromActor
	for _, m := range r.all {
		if m.Stack != nil {
			kept = append(kept, m)
		}
	}
	r.all = kept
}

func jsonPayload(text string) (pdk.Payload, error) { return pdk.Payload{JSON: []byte(text)}, nil }

func splitLog(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }
