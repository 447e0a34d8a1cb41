package web

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/hosts/sessions"
)

// TestLeftPagesFindAgain: who closed the mini-program begins anew, but its pages find what they saved, also in another host,
// and a page with the strategy for it is opened again.
func TestLeftPagesFindAgain(t *testing.T) {
	t.Parallel()
	strategy := func(s string) program.Window { return program.Window{RestartStrategy: &s} }
	for name, tt := range map[string]struct {
		top  program.Window
		want string // path, pages, exit states
	}{
		"begins with the entry page": {program.Window{}, " [] [p/a:{\"n\":1} p/b:2]"},
		"and with the latest, too":   {strategy("homePageAndLatestPage"), "p/b [ p/b] [p/a:{\"n\":1} p/b:2]"},
		"by another strategy":        {strategy("homePage"), " [] [p/a:{\"n\":1} p/b:2]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := sessions.Open(t.TempDir())
			d := newTable(t, func(c *Config) { c.Sessions = store })
			x := d.look("a0")
			said := d.backend.last()
			said.stacked(message.Page{ID: 1, Path: "p/a"}, message.Page{ID: 2, Path: "p/b", Query: map[string]string{"q": "1"}, Window: tt.top})
			said.options.Send(message.FromActor{Exit: &message.Exit{Pages: []message.ExitState{
				{Page: 1, Path: "p/a", Data: json.RawMessage(`{"n":1}`), Expires: 5}, {Page: 2, Path: "p/b", Data: json.RawMessage("2"), Expires: 6},
			}}})
			x.leave()
			d.server.writeNotes()
			again := newTable(t, func(c *Config) { c.Sessions = store })
			again.server.recall("local")
			y := again.look("a0")
			l := again.backend.last().options.Launch
			pages, exits := []string{}, []string{}
			for _, p := range l.Pages {
				pages = append(pages, p.Path)
			}
			for _, e := range l.Exits {
				exits = append(exits, e.Path+":"+string(e.Data))
			}
			if got := fmt.Sprint(l.Path, " ", pages, " ", exits); got != tt.want {
				t.Errorf("begins by %s, want %s", got, tt.want)
			}
			y.leave()
			again.look("a0")
			if l := again.backend.last().options.Launch; len(l.Exits) != 0 || len(l.Pages) != 0 {
				t.Errorf("the second time by %+v, want nothing of before", l)
			}
		})
	}
}
