package web

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestMemory(t *testing.T) {
	h := startHost(t, nil)
	origin := http.Header{"Origin": {h.base}, "Content-Type": {"application/json"}}
	for _, c := range []struct {
		name, body string
		want       int
		kept       Memory
	}{
		{"kept", `{"recent": ["a", "b", "a", ""], "favourites": ["b"], "privacy": 2}`, http.StatusNoContent, Memory{Recent: []string{"a", "b"}, Favourites: []string{"b"}, Privacy: 2}},
		{"no version", `{"recent": [], "favourites": [], "privacy": -1}`, http.StatusBadRequest, Memory{Recent: []string{"a", "b"}, Favourites: []string{"b"}, Privacy: 2}},
		{"unknown key", `{"recnt": []}`, http.StatusBadRequest, Memory{Recent: []string{"a", "b"}, Favourites: []string{"b"}, Privacy: 2}},
		{"less", `{"recent": null, "favourites": [], "privacy": 3}`, http.StatusNoContent, Memory{Recent: []string{}, Favourites: []string{}, Privacy: 3}},
	} {
		if got := h.do("POST", "/api/memory", origin.Clone(), c.body).StatusCode; got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
		if got := h.server.memory("local"); !reflect.DeepEqual(got, c.kept) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.kept)
		}
	}
	if got := h.server.memory("guest"); len(got.Recent) != 0 || got.Privacy != 0 {
		t.Errorf("another user has %+v", got)
	}
	long := `{"recent": ["` + strings.Repeat("x", 300) + `"], "favourites": []}`
	if got := h.do("POST", "/api/memory", origin.Clone(), long).StatusCode; got != http.StatusNoContent || len(h.server.memory("local").Recent) != 0 {
		t.Errorf("%d, %+v", got, h.server.memory("local"))
	}
	foreign := http.Header{"Origin": {"http://evil.example"}}
	if got := h.do("POST", "/api/memory", foreign, `{}`).StatusCode; got != http.StatusForbidden {
		t.Errorf("foreign origin: %d", got)
	}
}

// Who takes their consent back has nothing left open, in any window; other users' mini-programs go on.
func TestConsentIsTakenBack(t *testing.T) {
	h := startHost(t, nil)
	origin := http.Header{"Origin": {h.base}, "Content-Type": {"application/json"}}
	tell := func(privacy string) {
		t.Helper()
		if got := h.do("POST", "/api/memory", origin.Clone(), `{"recent": [], "favourites": [], "privacy": `+privacy+`}`).StatusCode; got != http.StatusNoContent {
			t.Fatalf("privacy %s: %d", privacy, got)
		}
	}
	tell("2")
	h.open("shop")
	x := h.server.sessionOf("local", "shop")
	if x == nil {
		t.Fatal("the mini-program is not open")
	}
	tell("2")
	tell("3")
	if h.server.sessionOf("local", "shop") != x {
		t.Fatal("who agrees has lost what was open")
	}
	tell("0")
	<-x.life.Done()
	if h.server.sessionOf("local", "shop") != nil {
		t.Error("it is open still")
	}
	// Another window of the user has not heard of it yet: what it says of favourites is no consent.
	if got := h.do("POST", "/api/memory", origin.Clone(), `{"recent": ["shop"], "favourites": []}`).StatusCode; got != http.StatusNoContent {
		t.Fatalf("favourites: %d", got)
	}
	if m := h.server.memory("local"); m.Privacy != 0 || len(m.Recent) != 1 {
		t.Errorf("%+v is remembered, want what was used, and no consent", m)
	}
}

// someTheme is a file that takes every change but one.
type someTheme struct{ saved bool }

func (s *someTheme) Change(changes []Setting, _ map[string][]byte, save bool) (ThemeState, error) {
	for _, c := range changes {
		if c.Path == "name" {
			return ThemeState{}, errors.New("not part of the look")
		}
	}
	s.saved = s.saved || save
	return ThemeState{File: "superapp.yaml"}, nil
}

// The theme editor is there only where it was asked for, and only for who has the token.
func TestThemeIsGuarded(t *testing.T) {
	without := startHost(t, nil)
	for _, path := range []string{"/theme", "/api/theme"} {
		if got := without.do("GET", path, nil, "").StatusCode; got != http.StatusNotFound {
			t.Errorf("%s of a host that only runs: %d", path, got)
		}
	}
	theme := &someTheme{}
	h := startHost(t, func(c *Config) { c.Theme = theme })
	own, foreign := http.Header{"Origin": {h.base}}, http.Header{"Origin": {"http://evil.example"}}
	for _, c := range []struct {
		name, method, path string
		header             http.Header
		body               string
		want               int
	}{
		{"page", "GET", "/theme", nil, "", http.StatusOK},
		{"tried", "POST", "/api/theme", own, `{"changes": [{"path": "ui.mode", "value": "dark"}], "save": false}`, http.StatusOK},
		{"refused", "POST", "/api/theme", own, `{"changes": [{"path": "name", "value": "x"}], "save": true}`, http.StatusUnprocessableEntity},
		{"malformed", "POST", "/api/theme", own, `{`, http.StatusBadRequest},
		{"foreign", "POST", "/api/theme", foreign, `{"changes": [], "save": true}`, http.StatusForbidden},
	} {
		if got := h.do(c.method, c.path, c.header.Clone(), c.body).StatusCode; got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if theme.saved {
		t.Error("it was saved")
	}
	h.client.Jar = nil
	if got := h.do("GET", "/theme", nil, "").StatusCode; got != http.StatusUnauthorized {
		t.Errorf("without a login: %d", got)
	}
	if got := h.do("GET", "/?preview", nil, "").StatusCode; got != http.StatusUnauthorized {
		t.Errorf("preview without a login: %d", got)
	}
}
