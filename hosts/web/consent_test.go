package web

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// private is a super-app whose users agree to a privacy text before anything opens.
type private struct {
	*scripted
	version int
	started func() // a mini-program is being started; nil
}

func (p *private) Open(ctx context.Context, o OpenOptions) (Session, error) {
	x, err := p.scripted.Open(ctx, o)
	if p.started != nil {
		p.started()
	}
	return x, err
}

func (p *private) Brand() Brand {
	ui := config.DefaultUI()
	ui.Privacy = config.Privacy{Version: p.version, Text: map[string]string{"en": "We keep nothing."}}
	return Brand{Name: "Private", UI: &ui}
}

// TestNothingOpensWithoutConsent: the shell asks before it opens anything, and the host does not take its word for it.
func TestNothingOpensWithoutConsent(t *testing.T) {
	app := &private{version: 2}
	h := startHost(t, func(c *Config) {
		app.scripted = c.Backend.(*scripted)
		c.Backend = app
	})
	header := http.Header{"Origin": {h.base}, "Content-Type": {"application/json"}}
	tell := func(change string) {
		t.Helper()
		if code, text := h.change(change); code != http.StatusOK {
			t.Fatalf("%s: %d %s", change, code, text)
		}
	}
	opens := func(when string, want bool) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), "POST", h.base+"/api/open", strings.NewReader(`{"app": "shop"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = header.Clone()
		response, err := h.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil || response.Body.Close() != nil {
			t.Fatal(err)
		}
		open := h.server.sessionOf("local", "shop") != nil
		switch {
		case want && (response.StatusCode != http.StatusOK || !open):
			t.Errorf("%s: %d %s, open: %v", when, response.StatusCode, body, open)
		case !want && (response.StatusCode != http.StatusForbidden || open || !strings.Contains(string(body), "version 2")):
			t.Errorf("%s: %d %s, open: %v; want 403 and nothing open", when, response.StatusCode, body, open)
		}
	}
	opens("before the user was asked", false)
	tell(`{"used": "shop"}`)
	opens("the shell has kept something else", false)
	tell(`{"privacy": 1}`)
	opens("agreed to the text of before", false)
	tell(`{"privacy": 2}`)
	opens("agreed", true)
	x := h.server.sessionOf("local", "shop")
	tell(`{"privacy": 0}`)
	<-x.life.Done()
	opens("taken back", false)
	tell(`{"privacy": 2}`)
	var starting *session
	app.started = func() { // taken back by another window, which finds nothing open yet
		starting = h.server.sessionOf("local", "shop")
		if err := h.server.setMemory("local", Memory{}); err != nil {
			t.Error(err)
		}
	}
	if got := h.do("POST", "/api/open", header.Clone(), `{"app": "shop"}`).StatusCode; got != http.StatusForbidden {
		t.Errorf("taken back while it starts: %d, want 403", got)
	}
	<-starting.life.Done()
	app.version, app.started = 0, nil
	opens("there is no text any more", true)
}
