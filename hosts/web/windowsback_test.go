package web

import (
	"slices"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/sessions"
)

// TestWindowsComeBack: a host that ended, by whatever, shows the windows that its user had not closed, the one in front last.
func TestWindowsComeBack(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		end  func(s *Server, w *frontOf)
		want []string
	}{
		"killed": {func(s *Server, _ *frontOf) { s.writeNotes() }, []string{"show local a0 ", "show local a2 "}},
		"ended": {func(s *Server, w *frontOf) {
			s.HoldNotes()
			w.Close("local", "a0") // as a host does that closes its windows
			w.Close("local", "a2")
			s.WindowsChanged("local")
			s.writeNotes()
		}, []string{"show local a0 ", "show local a2 "}},
		"closed by the user": {func(s *Server, w *frontOf) {
			w.Close("local", "a0")
			w.Close("local", "a2")
			s.WindowsChanged("local")
			s.Close()
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, w := sessions.Open(t.TempDir()), &frontOf{}
			first := newTable(t, func(c *Config) { c.Sessions, c.Windows = store, w })
			first.server.recall("local")
			for _, app := range []string{"a0", "a1", "a2"} {
				w.Show("local", LaunchApp{App: app})
				first.look(app)
				first.backend.last().stacked(message.Page{ID: 1, Path: "p/" + app})
			}
			w.Close("local", "a1")
			tt.end(first.server, w)

			again := &frontOf{}
			d := newTable(t, func(c *Config) { c.Sessions, c.Windows = store, again })
			if r := d.server.recall("local"); r != nil {
				t.Errorf("the launcher is told %+v, want nothing: windows open what they show", r)
			}
			if !slices.Equal(again.said, tt.want) {
				t.Errorf("the host shows %q, want %q", again.said, tt.want)
			}
			d.look("a2")
			if got := d.backend.last().options.Launch.Path; got != "p/a2" {
				t.Errorf("a2 begins on %q, want the page it was on", got)
			}
		})
	}
}

// TestWindowsStay: what has a window of its own ends neither for others nor for time, and for memory only in the end.
func TestWindowsStay(t *testing.T) {
	t.Parallel()
	w := &frontOf{}
	w.Show("local", LaunchApp{App: "a0"})
	d := newTable(t, func(c *Config) { c.Windows, c.KeepAlive, c.KeepHidden = w, 2, 1 })
	d.look("a0").visible(false) // minimised
	d.look("a1")
	d.look("a2")
	d.server.MemoryWarning(MemoryLow)
	if got := d.open(); got != "a0 a2" {
		t.Errorf("open are %q, want a0, which has a window, and a2, which is looked at", got)
	}
	d.server.MemoryWarning(MemoryCritical)
	if got := d.open(); got != "a2" {
		t.Errorf("open are %q, want a2 alone", got)
	}
}

// TestWindowIsClosed: a mini-program whose window was closed is in the background, and is entered again where it is. It ends
// when those in the background do, not after the time that a lost frame has to come back.
func TestWindowIsClosed(t *testing.T) {
	t.Parallel()
	w := &frontOf{}
	d := newTable(t, func(c *Config) { c.Windows = w })
	w.Show("local", LaunchApp{App: "a0"})
	x := d.look("a0")
	x.graceOver(&x.grace) // its window does not come back: it ends
	<-x.done

	w.Show("local", LaunchApp{App: "a1"})
	y := d.look("a1")
	actor := d.backend.last()
	w.Close("local", "a1")
	d.server.WindowsChanged("local")
	actor.next(func(m message.ToActor) bool { return m.Hide })
	y.graceOver(&y.grace)
	if got := d.open(); got != "a1" {
		t.Errorf("open are %q, want a1, whose window was closed", got)
	}
	w.Show("local", LaunchApp{App: "a1"})
	y.joined(message.Launch{})
	if l := actor.shown(); l.Path != "" || l.Scene != defaultScene {
		t.Errorf("it is entered by %+v, want as it is", l)
	}
	y.mu.Lock()
	hidden := y.hidden
	y.mu.Unlock()
	if hidden {
		t.Error("it is in the background before the user's eyes")
	}
	w.Close("local", "a1")
	d.server.config.KeepHidden = 1
	d.server.WindowsChanged("local")
	<-y.done
}

// TestHiddenWindowIsClosed: one that was minimised, and whose window was closed then, is not kept for ever.
func TestHiddenWindowIsClosed(t *testing.T) {
	t.Parallel()
	w := &frontOf{}
	d := newTable(t, func(c *Config) { c.Windows = w })
	w.Show("local", LaunchApp{App: "a0"})
	x := d.look("a0")
	x.visible(false)
	if got := d.open(); got != "a0" {
		t.Fatalf("open are %q: a minimised window ends nothing", got)
	}
	w.Close("local", "a0")
	d.server.config.KeepHidden = 1
	d.server.WindowsChanged("local")
	<-x.done
}
