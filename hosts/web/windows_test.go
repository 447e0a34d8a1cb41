package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// frontOf keeps what a host was asked to show.
type frontOf struct {
	mu   sync.Mutex
	said []string
}

func (w *frontOf) add(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, s)
}

func (w *frontOf) Show(user string, l LaunchApp) {
	w.add("show " + user + " " + l.App + " " + l.Launch.Path)
}
func (w *frontOf) Close(user, app string) { w.add("close " + user + " " + app) }

// Open is what was shown and not closed since.
func (w *frontOf) Open(user string) (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, said := range w.said {
		words := strings.Fields(said)
		if words[1] != user {
			continue
		}
		out = slices.DeleteFunc(out, func(app string) bool { return app == words[2] })
		if words[0] == "show" {
			out = append(out, words[2])
		}
	}
	return out
}

func TestWindows(t *testing.T) {
	t.Parallel()
	w := &frontOf{}
	h := startHost(t, func(c *Config) { c.Windows = w })
	app := h.server.config.Backend.Apps()[0].ID
	for _, c := range []struct {
		name, body string
		want       int
	}{
		{"show", `{"app":"` + app + `","launch":{"path":"","scene":0}}`, http.StatusNoContent},
		{"page", `{"app":"` + app + `","launch":{"path":"pages/x?y=1","scene":0}}`, http.StatusNoContent},
		{"close", `{"app":"` + app + `","launch":{"path":"","scene":0},"close":true}`, http.StatusNoContent},
		{"no such app", `{"app":"none","launch":{"path":"","scene":0}}`, http.StatusNotFound},
	} {
		if got := h.do("POST", "/api/window", http.Header{"Origin": {h.base}}, c.body).StatusCode; got != c.want {
			t.Errorf("%s: status %d, want %d", c.name, got, c.want)
		}
	}
	want := []string{"show local " + app + " ", "show local " + app + " pages/x?y=1", "close local " + app}
	if !slices.Equal(w.said, want) {
		t.Errorf("the host was asked %q, want %q", w.said, want)
	}
}

func TestQuestionsGoToTheWindowOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := newShells()
	all := map[string]*shellConn{}
	for name, c := range map[string]*shellConn{
		"launcher": {user: "anna"}, "window": {user: "anna", app: "a"}, "other": {user: "anna", app: "b"}, "stranger": {user: "bert", app: "a"},
	} {
		c.out = newOutbox()
		all[name] = c
		s.add(c)
	}
	ofLauncher, ofWindow, ofAll := []string{"launcher"}, []string{"window"}, []string{"launcher", "other", "window"}
	for _, c := range []struct {
		name string
		m    ToShell
		want []string
	}{
		{"prompt", ToShell{Prompt: &ShellPrompt{Prompt: Prompt{App: "a"}}}, ofWindow},
		{"prompt of an app without a window", ToShell{Prompt: &ShellPrompt{Prompt: Prompt{App: "c"}}}, ofLauncher},
		{"choose", ToShell{Choose: &ShellChoose{App: "a"}}, ofWindow},
		{"deliver", ToShell{Deliver: &ShellDeliver{App: "a"}}, ofWindow},
		{"record", ToShell{Record: &ShellRecord{App: "a"}}, ofWindow},
		{"setting", ToShell{Setting: &OpenSetting{App: "a"}}, ofWindow},
		{"launch", ToShell{Launch: &LaunchApp{App: "c", Launch: message.Launch{}}}, ofLauncher},
		{"session", ToShell{Ended: &SessionEnded{Session: "x"}}, ofAll},
	} {
		s.send("anna", c.m)
		var got []string
		for name, conn := range all {
			conn.out.mu.Lock()
			if len(conn.out.items) > 0 {
				got = append(got, name)
			}
			conn.out.items = nil
			conn.out.mu.Unlock()
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s goes to %v, want %v", c.name, got, c.want)
		}
	}
}

func TestLoginNamesItsUser(t *testing.T) {
	t.Parallel()
	for user, want := range map[string]string{"guest": "guest", "nobody": "local", "": "local"} {
		h := startHost(t, func(c *Config) { c.Users = []string{"local", "guest"} })
		h.do("GET", "/?user="+user+"&token="+url.QueryEscape(h.server.guard.token), nil, "")
		for _, l := range h.server.guard.logins {
			if got := l.User(); l.id == h.server.guard.order[1] && got != want {
				t.Errorf("a login as %q is %q, want %q", user, got, want)
			}
		}
	}
}
