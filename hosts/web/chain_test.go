package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/sessions"
)

// carried opens what the host asked the shell to open, as the shell does, and returns its actor and how that was started.
func (d *desk) carried(app string) (*scriptedSession, message.Launch) {
	d.Helper()
	m := d.said(func(m ToShell) bool { return m.Launch != nil }).Launch
	if m.App != app {
		d.Fatalf("the shell is to show %s, want %s", m.App, app)
	}
	d.server.mu.Lock()
	open := d.server.byUse("local")
	d.server.mu.Unlock()
	for _, other := range open {
		if other.app.ID != app {
			other.visible(false)
		}
	}
	body, err := json.Marshal(OpenRequest{App: app, Launch: m.Launch})
	if err != nil {
		d.Fatal(err)
	}
	if r := d.do("POST", "/api/open", http.Header{"Origin": {d.base}}, string(body)); r.StatusCode != 200 {
		d.Fatalf("open %s: %s", app, r.Status)
	}
	x := d.server.sessionOf("local", app)
	d.server.looked(x, true)
	x.mu.Lock()
	defer x.mu.Unlock()
	actor, _ := x.actor.(*scriptedSession)
	return actor, actor.options.Launch
}

// goes has a mini-program open another one, and the user agree.
func (d *desk) goes(from *scriptedSession, to string) (*scriptedSession, message.Launch) {
	d.Helper()
	from.ask(1, message.AskOpenMiniProgram, `{"appId":"`+to+`"}`)
	p := d.said(func(m ToShell) bool { return m.Prompt != nil }).Prompt
	d.say(`{"choice":{"id":"` + p.ID + `","button":0}}`)
	return d.carried(to)
}

// returns has a mini-program go back with data.
func (d *desk) returns(from *scriptedSession, to string) (*scriptedSession, message.Launch) {
	d.Helper()
	from.ask(2, message.AskBackMiniProgram, `{"extraData":{"ok":1}}`)
	return d.carried(to)
}

// TestChain: who opened a mini-program is gone back to also if memory was short meanwhile, where it was; and a host that
// was killed in the middle knows the way back.
func TestChain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ keep, kills int }{
		"all live on":                  {5, 0},
		"only one lives on":            {1, 0},
		"the host is killed meanwhile": {5, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := sessions.Open(t.TempDir())
			table := func() *desk {
				d := newTable(t, func(c *Config) { c.Sessions, c.KeepAlive = store, tt.keep })
				d.server.recall("local")
				return d
			}
			d := table()
			d.look("a0")
			first := d.backend.last()
			first.stacked(message.Page{ID: 1, Path: "p/a"}, message.Page{ID: 2, Path: "p/deep"})
			second, l := d.goes(first, "a1")
			if l.Scene != 1037 || string(l.Referrer) != `{"appId":"a0"}` {
				t.Errorf("a1 begins by scene %d of %s", l.Scene, l.Referrer)
			}
			second.stacked(message.Page{ID: 1, Path: "p/b"})
			third, _ := d.goes(second, "a2")
			third.stacked(message.Page{ID: 1, Path: "p/c"})
			if tt.kills > 0 {
				d.server.writeNotes()
				d = table()
				d.look("a2")
				third = d.backend.last()
			}
			cold := tt.keep == 1 || tt.kills > 0
			second, l = d.returns(third, "a1")
			want(t, cold, "a1", second, l, `{"appId":"a2","extraData":{"ok":1}}`, "p/b")
			second.stacked(message.Page{ID: 1, Path: "p/b"})
			first, l = d.returns(second, "a0")
			want(t, cold, "a0", first, l, `{"appId":"a1","extraData":{"ok":1}}`, "p/deep")
			first.ask(3, message.AskBackMiniProgram, `{}`)
			if a := first.next(func(m message.ToActor) bool { return m.Answer != nil && m.Answer.ID == 3 }).Answer; a.Error != refusedNotOpened {
				t.Errorf("back from the first one: %+v, want a refusal", a)
			}
		})
	}
}

// want checks how an opener was come back to: shown again, or started where it was.
func want(t *testing.T, cold bool, name string, actor *scriptedSession, l message.Launch, referrer, top string) {
	t.Helper()
	if !cold {
		l = *actor.next(func(m message.ToActor) bool { return m.Show != nil && m.Show.Scene == message.SceneBack }).Show
		if l.Path != "" {
			t.Errorf("%s is led to %s, want where it was", name, l.Path)
		}
	} else if l.Path != top || len(l.Pages) == 0 {
		t.Errorf("%s begins on %q of %v, want %s", name, l.Path, l.Pages, top)
	}
	if l.Scene != message.SceneBack || string(l.Referrer) != referrer {
		t.Errorf("%s is entered by scene %d of %s, want 1038 of %s", name, l.Scene, l.Referrer, referrer)
	}
}

// TestRestartFindsAgain: wx.restartMiniProgram, and an update that is applied, give pages what they saved; what was noted of the
// stack before is forgotten, and so is what waits for an answer.
func TestRestartFindsAgain(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]string{"restartMiniProgram": message.AskRestart, "applyUpdate": message.AskApplyUpdate} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			shop := d.opened("shop")
			x := d.server.sessionOf("local", "shop")
			shop.stacked(message.Page{ID: 1, Path: "p/a"}, message.Page{ID: 2, Path: "p/b"})
			x.mu.Lock()
			x.spots[0].Scroll = 70
			x.mu.Unlock()
			shop.atEnd = &message.Exit{Pages: []message.ExitState{{Page: 2, Path: "p/b", Data: json.RawMessage(`{"n":1}`), Expires: 5}}}
			shop.ask(7, message.AskScan, `{}`)
			shop.ask(0, kind, `{"path":"p/b","query":{"q":"1"}}`)
			d.said(func(m ToShell) bool { return m.Renewed != nil })
			x.starting <- struct{}{} // given back when the new one has been started
			<-x.starting
			fresh := d.backend.last()
			l := fresh.options.Launch
			if fresh == shop || len(l.Exits) != 1 || l.Exits[0].Path != "p/b" || string(l.Exits[0].Data) != `{"n":1}` {
				t.Fatalf("it begins by %+v, want what p/b saved", l)
			}
			if got, want := fmt.Sprint(l.Path, l.Query), map[string]string{message.AskRestart: "p/bmap[q:1]", message.AskApplyUpdate: "map[]"}[kind]; got != want {
				t.Errorf("it begins on %s, want %s", got, want)
			}
			fresh.stacked(message.Page{ID: 1, Path: "p/b"})
			x.mu.Lock()
			defer x.mu.Unlock()
			if x.spots[0].Scroll != 0 || len(x.shellAsks) != 0 || x.ended {
				t.Errorf("of before there is left: scrolled by %v, asks %v, ended %v", x.spots[0].Scroll, x.shellAsks, x.ended)
			}
		})
	}
}

// TestRestartInOnHide: a mini-program that asks in its onHide to be started anew is not, when it hides because it is started anew:
// each next one would ask again, without end. One that hides for another reason is.
func TestRestartInOnHide(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]string{"restartMiniProgram": message.AskRestart, "applyUpdate": message.AskApplyUpdate} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			hides := 0
			d.backend.onHide = func(s *scriptedSession) {
				if hides++; hides < 5 { // or the test would go on with them
					s.ask(0, kind, `{"path":"p/b"}`)
				}
			}
			shop := d.opened("shop")
			x := d.server.sessionOf("local", "shop")
			shop.ask(0, kind, `{"path":"p/b"}`)
			d.server.starts.Wait()
			if n := d.started(); n != 2 {
				t.Fatalf("%d were started, want the first and the one in its place", n)
			}
			hides = 0
			x.visible(false)
			d.server.starts.Wait()
			if n := d.started(); n != 3 {
				t.Errorf("%d were started after the user had looked away, want one more", n)
			}
		})
	}
}

// started is how many mini-programs were started.
func (d *desk) started() int {
	d.backend.mu.Lock()
	defer d.backend.mu.Unlock()
	return len(d.backend.opened)
}
