package miniapp_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// TestRestore brings page stacks back: every page is loaded anew by its query, and only the one on top is shown.
func TestRestore(t *testing.T) {
	t.Parallel()
	spot := func(path string, query ...string) message.Spot {
		s := message.Spot{Path: path}
		if len(query) > 0 {
			s.Query = map[string]string{query[0]: query[1]}
		}
		return s
	}
	many := make([]message.Spot, 12)
	for i := range many {
		many[i] = spot("p/b/b", "n", fmt.Sprint(i))
	}
	for name, tt := range map[string]struct {
		pages []message.Spot
		stack string
	}{
		"one":                     {[]message.Spot{spot("p/b/b", "x", "1")}, "launch p/b/b"},
		"three":                   {[]message.Spot{spot("p/home/home"), spot("p/a/a", "q", "%20x"), spot("p/b/b")}, "launch p/home/home p/a/a p/b/b"},
		"a page that is gone":     {[]message.Spot{spot("p/home/home"), spot("p/old/old")}, "launch p/home/home"},
		"none that is left":       {[]message.Spot{spot("p/old/old")}, "launch p/home/home"},
		"a tab above others":      {[]message.Spot{spot("p/a/a"), spot("p/cart/cart")}, "launch p/a/a"},
		"a tab":                   {[]message.Spot{spot("p/cart/cart"), spot("p/b/b")}, "launch p/cart/cart p/b/b"},
		"more than a stack holds": {many, "launch p/b/b p/b/b p/b/b p/b/b p/b/b p/b/b p/b/b p/b/b p/b/b p/b/b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, five(t), withLaunch(message.Launch{Pages: tt.pages}))
			if _, text := r.stack(); text != tt.stack {
				t.Errorf("stack = %q, want %q", text, tt.stack)
			}
		})
	}
}

func TestRestoredPages(t *testing.T) {
	t.Parallel()
	r := start(t, five(t), withLaunch(message.Launch{Path: "p/a/a", Query: map[string]string{"id": "7"}, Pages: []message.Spot{
		{Path: "p/home/home", Scroll: 120}, {Path: "p/a/a", Query: map[string]string{"id": "7"}, Scroll: 900, Views: map[string]message.Offset{"list": {Top: 40}, "tabs": {Left: 30}}},
	}}), withAnswer(func(message.Ask) *message.Answer { return &message.Answer{} }))
	scrolled := func() (tops []string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, m := range r.all {
			if m.Ask == nil || m.Ask.Kind != message.AskScrollTo {
				continue
			}
			var s message.ScrollTo
			if err := json.Unmarshal(m.Ask.Args, &s); err != nil || !s.Patient {
				t.Errorf("scroll by %s, %v; want a patient one", m.Ask.Args, err)
			}
			tops = append(tops, fmt.Sprint(s.View, s.Left, " ", s.ScrollTop))
		}
		return tops
	}
	r.wantLog(`app launch p/a/a{"id":"7"}`, `app show p/a/a{"id":"7"}`, "home load {}", `a load {"id":"7"}`, "a show", "a ready")
	s, _ := r.stack()
	if got := s.Pages[1].Query["id"]; got != "7" {
		t.Errorf("the stack says that the page was opened with id %q, want 7", got)
	}
	if got := fmt.Sprint(scrolled()); got != "[0 900 list0 40 tabs30 0]" {
		t.Errorf("scrolled to %s, want the page to 900 and its two scroll-views: the page beneath is not seen yet", got)
	}
	r.clear()
	r.call(`{"api": "navigateBack", "delta": 1}`)
	r.wantLog("a unload", "home show", "home ready", "navigateBack:ok")
	if got := fmt.Sprint(scrolled()); got != "[0 120]" {
		t.Errorf("scrolled to %s, want [120]", got)
	}
}
