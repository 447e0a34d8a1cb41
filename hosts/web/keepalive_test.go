package web

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/hosts/sessions"
)

// manyApps is a backend with more mini-programs than are kept.
type manyApps struct{ *scripted }

func (manyApps) Apps() []App {
	out := make([]App, 8)
	for i := range out {
		out[i] = App{ID: fmt.Sprintf("a%d", i), Name: fmt.Sprintf("A%d", i)}
	}
	return out
}

// newTable is a desk whose shell opens mini-programs a0 … a7.
func newTable(t *testing.T, change func(*Config)) *desk {
	t.Helper()
	backend := &scripted{granted: map[string]bool{}}
	d := &desk{shell: &shellConn{user: "local", out: newOutbox()}}
	d.host = startHost(t, func(c *Config) {
		c.Backend = manyApps{backend}
		if change != nil {
			change(c)
		}
	})
	d.backend = backend
	d.server.shells.add(d.shell)
	return d
}

// look has the user look at one mini-program and no other, in the shell's order.
func (d *desk) look(app string) *session {
	d.Helper()
	d.server.mu.Lock()
	open := d.server.byUse("local")
	d.server.mu.Unlock()
	for _, other := range open {
		other.mu.Lock()
		leaves := !other.hidden && other.app.ID != app
		other.mu.Unlock()
		if leaves {
			other.visible(false)
		}
	}
	d.opened(app)
	x := d.server.sessionOf("local", app)
	x.visible(true)
	return x
}

// open lists the mini-programs that are open and stay so, by use.
func (d *desk) open() string {
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	var out []string
	for _, x := range d.server.byUse("local") {
		x.mu.Lock()
		if !x.closing {
			out = append(out, x.app.ID)
		}
		x.mu.Unlock()
	}
	return strings.Join(out, " ")
}

func TestKeepAlive(t *testing.T) {
	t.Parallel()
	d := newTable(t, func(c *Config) { c.KeepAlive = 3 })
	for _, app := range []string{"a0", "a1", "a2"} {
		d.look(app)
	}
	d.server.sessionOf("local", "a0").visible(true) // used again
	d.server.sessionOf("local", "a0").visible(false)
	d.look("a3")
	if got := d.open(); got != "a2 a0 a3" {
		t.Errorf("open are %q, want a2 a0 a3: a1 was used the longest ago", got)
	}
	if m := d.said(func(m ToShell) bool { return m.Ended != nil }).Ended; m.Error != nil {
		t.Errorf("the shell is told %+v, want an end without an error", m)
	}
}

// TestKeepAliveSparesOpeners: a mini-program that another one goes back to ends after those that nobody waits for.
func TestKeepAliveSparesOpeners(t *testing.T) {
	t.Parallel()
	d := newTable(t, func(c *Config) { c.KeepAlive = 2 })
	d.look("a0")
	d.server.mu.Lock()
	d.server.openers[entry{"local", "a1"}] = "a0"
	d.server.mu.Unlock()
	d.look("a1")
	d.look("a2")
	if got := d.open(); got != "a0 a2" {
		t.Errorf("open are %q, want a0 a2", got)
	}
}

func TestKeepHidden(t *testing.T) {
	t.Parallel()
	d := newTable(t, func(c *Config) { c.KeepHidden = time.Millisecond })
	x := d.look("a0")
	d.look("a1")
	select {
	case <-x.done:
	case <-t.Context().Done():
	case <-time.After(20 * time.Second):
		t.Fatal("a mini-program in the background goes on for ever")
	}
	if got := d.open(); got != "a1" {
		t.Errorf("open are %q, want a1, which the user looks at", got)
	}
}

func TestMemoryWarning(t *testing.T) {
	t.Parallel()
	for level, want := range map[int]string{MemoryModerate: "a0 a1 a2 a3", MemoryLow: "a2 a3", MemoryCritical: "a3"} {
		t.Run(fmt.Sprint(level), func(t *testing.T) {
			t.Parallel()
			d := newTable(t, nil)
			for _, app := range []string{"a0", "a1", "a2", "a3"} {
				d.look(app)
			}
			top := d.backend.last()
			top.ask(9, message.AskWatch, `{"source":"memoryWarning"}`)
			if a := top.answer(); a.ID != 9 || string(a.Result) != "null" || a.Error != "" {
				t.Errorf("the watch begins with %+v", a)
			}
			d.server.MemoryWarning(level)
			if a := top.answer(); a.ID != 9 || string(a.Result) != fmt.Sprintf(`{"level":%d}`, level) {
				t.Errorf("told %+v %s, want level %d", a, a.Result, level)
			}
			if got := d.open(); got != want {
				t.Errorf("open are %q, want %q", got, want)
			}
			top.ask(0, message.AskUnwatch, `{"watch":9}`)
			d.server.MemoryWarning(level)
			top.ask(10, message.AskWatch, `{"source":"memoryWarning"}`)
			if a := top.answer(); a.ID != 10 {
				t.Errorf("after the end of the watch it was told %+v", a)
			}
		})
	}
}

// stacked has a mini-program say its page stack.
func (s *scriptedSession) stacked(pages ...message.Page) {
	s.options.Send(message.FromActor{Stack: &message.Stack{Action: "push", Pages: pages}})
}

// TestEvictedComesBack: what the host ended for its own reasons is where the user left it; what the user closed is not.
func TestEvictedComesBack(t *testing.T) {
	t.Parallel()
	d := newTable(t, func(c *Config) { c.KeepAlive = 1 })
	x := d.look("a0")
	d.backend.last().stacked(message.Page{ID: 1, Path: "p/a"}, message.Page{ID: 2, Path: "p/b", Query: map[string]string{"q": "1"}})
	x.scrolled(&view.ClientEvent{Page: 2, Type: message.PageScroll, Detail: map[string]any{"scrollTop": 70.0}})
	if x.scrolled(&view.ClientEvent{Page: 2, Type: message.PageScroll}) {
		t.Error("a page's scrolling is kept from the mini-program")
	}
	for id, top := range map[string]any{"list": 40.0, "": 1.0, strings.Repeat("x", 300): 2.0, "far": 1e300} {
		if !x.scrolled(&view.ClientEvent{Page: 2, Type: message.PageViewScroll, Detail: map[string]any{"id": id, "left": 3.0, "top": top}}) {
			t.Error("a scroll-view's scrolling is nothing for the mini-program")
		}
	}
	d.look("a1")
	<-x.done
	y := d.look("a0")
	l := d.backend.last().options.Launch
	want := []message.Spot{{Path: "p/a"}, {Path: "p/b", Query: map[string]string{"q": "1"}, Scroll: 70, Views: map[string]message.Offset{"list": {Left: 3, Top: 40}}}}
	if !slices.EqualFunc(l.Pages, want, func(a, b message.Spot) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) || l.Path != "p/b" || l.Query["q"] != "1" {
		t.Errorf("brought back by %+v, want %+v", l, want)
	}
	y.close()
	d.look("a0")
	if l := d.backend.last().options.Launch; len(l.Pages) != 0 {
		t.Errorf("after the user closed it it began by %+v, want anew", l)
	}
}

// TestHostKilled: a second host finds what the first one had open, though that was not closed.
func TestHostKilled(t *testing.T) {
	t.Parallel()
	store := sessions.Open(t.TempDir())
	first := newTable(t, func(c *Config) { c.Sessions = store })
	first.server.recall("local")
	first.look("a0")
	first.backend.last().stacked(message.Page{ID: 1, Path: "p/a"}, message.Page{ID: 2, Path: "p/b"})
	first.look("a1")
	first.backend.last().stacked(message.Page{ID: 1, Path: "p/c"})
	first.server.writeNotes() // as happens by itself, a moment later; then the host is killed

	d := newTable(t, func(c *Config) { c.Sessions = store })
	if r := d.server.recall("local"); r == nil || r.Front != "a1" || r.Failed != "" {
		t.Fatalf("recalled %+v, want a1 in front", r)
	}
	if r := d.server.recall("local"); r != nil {
		t.Errorf("a second window is told %+v, want nothing", r)
	}
	for app, want := range map[string]string{"a1": "p/c", "a0": "p/b"} {
		d.look(app)
		if got := d.backend.last().options.Launch.Path; got != want {
			t.Errorf("%s begins on %q, want %q", app, got, want)
		}
	}
}

// TestHostKilledAgain: a mini-program that does not come up before the host ends is not brought back for ever.
func TestHostKilledAgain(t *testing.T) {
	t.Parallel()
	store := sessions.Open(t.TempDir())
	if err := store.Save("local", sessions.State{Front: "a1", Apps: []sessions.App{{ID: "a1", Pages: []sessions.Spot{{Path: "p/c"}}}}}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []Restore{{Front: "a1"}, {Front: "a1"}, {Failed: RestoreFailed}} {
		d := newTable(t, func(c *Config) { c.Sessions = store })
		r := d.server.recall("local")
		if r == nil || *r != want {
			t.Fatalf("start %d: recalled %+v, want %+v", i+1, r, want)
		}
		if r.Front != "" {
			d.look(r.Front)
			d.server.writeNotes()
		}
	}
}

func TestCameUp(t *testing.T) {
	t.Parallel()
	store := sessions.Open(t.TempDir())
	if err := store.Save("local", sessions.State{Front: "a1", Tries: 1, Apps: []sessions.App{{ID: "a1", Pages: []sessions.Spot{{Path: "p/c"}}}}}); err != nil {
		t.Fatal(err)
	}
	d := newTable(t, func(c *Config) { c.Sessions = store })
	d.server.recall("local")
	d.look("a1")
	d.backend.last().stacked(message.Page{ID: 1, Path: "p/c"})
	d.backend.last().options.Send(message.FromActor{Ready: &message.Ready{Page: 1, Path: "p/c"}})
	d.server.writeNotes()
	if got, err := store.Load("local"); err != nil || got.Tries != 0 || got.Front != "a1" {
		t.Errorf("noted %+v, %v; want a1 without tries", got, err)
	}
}

// TestBrokenMemory: what cannot be read is said to the user, who begins anew.
func TestBrokenMemory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := sessions.Open(dir)
	if err := store.Save("local", sessions.State{}); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if err := os.WriteFile(files[0], []byte(`{"version":1`), 0o600); err != nil {
		t.Fatal(err)
	}
	d := newTable(t, func(c *Config) { c.Sessions = store })
	if r := d.server.recall("local"); r == nil || *r != (Restore{Failed: RestoreBroken}) {
		t.Errorf("recalled %+v, want that it is broken", r)
	}
	d.look("a0")
	if _, err := os.Stat(files[0]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the broken file: %v, want it out of the way", err)
	}
	if kept, _ := filepath.Glob(filepath.Join(dir, "*.broken-*")); len(kept) != 1 {
		t.Errorf("kept aside are %q, want the one", kept)
	}
}

func TestLauncherTells(t *testing.T) {
	t.Parallel()
	store := sessions.Open(t.TempDir())
	if err := store.Save("local", sessions.State{Front: "gone", Apps: []sessions.App{{ID: "gone"}}}); err != nil {
		t.Fatal(err)
	}
	d := newTable(t, func(c *Config) { c.Sessions = store })
	if r := d.do("GET", "/api/launcher", http.Header{}, ""); r.StatusCode != 200 {
		t.Fatal(r.Status)
	}
	d.server.notes.mu.Lock()
	defer d.server.notes.mu.Unlock()
	if front := d.server.notes.away["local"].Front; front != "" {
		t.Errorf("a mini-program that is not there any more is in front: %q", front)
	}
}
