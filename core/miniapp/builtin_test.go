package miniapp_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// asks lists what was asked for of some kinds, each with its arguments.
func (r *run) asks(kinds ...string) (out []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.all {
		for _, kind := range kinds {
			if m.Ask != nil && m.Ask.Kind == kind {
				out = append(out, kind+" "+string(m.Ask.Args))
			}
		}
	}
	return out
}

// "Back" leaves the page-container on top, then the one below it, and the page only then.
func TestBackLeavesContainers(t *testing.T) {
	t.Parallel()
	r := start(t, five(t))
	r.call(`{"api": "navigateTo", "url": "/p/a/a"}`)
	for _, node := range []int{7, 9} {
		r.event(message.PageContainer, map[string]any{"open": true, "node": node})
	}
	back := message.ToActor{Route: &message.Route{Kind: "back"}}
	r.post(back)
	r.call(`{"api": "navigateBack"}`)
	if got, want := fmt.Sprint(r.asks(message.AskInvoke)), `[invoke {"node":9,"method":"leave"} invoke {"node":7,"method":"leave"}]`; got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
	if _, text := r.stack(); text != "push p/home/home p/a/a" {
		t.Errorf("stack %q, want the page still there", text)
	}
	r.event(message.PageContainer, map[string]any{"open": true, "node": 7})
	r.event(message.PageContainer, map[string]any{"open": false, "node": 7})
	r.post(back)
	if _, text := r.stack(); text != "pop p/home/home" {
		t.Errorf("stack %q, want the page gone", text)
	}
}

// A client may not make the actor remember without end.
func TestContainersAreBounded(t *testing.T) {
	t.Parallel()
	r := start(t, five(t))
	for node := range 100 {
		r.event(message.PageContainer, map[string]any{"open": true, "node": node})
	}
	for range 100 {
		r.post(message.ToActor{Route: &message.Route{Kind: "back"}})
	}
	if n := len(r.asks(message.AskInvoke)); n != 64 {
		t.Errorf("%d containers left, want 64", n)
	}
}

func TestNavigationBar(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		detail map[string]any
		want   string
	}{
		"all":          {map[string]any{"title": "T", "loading": true, "frontColor": "#ffffff", "backgroundColor": "#123456"}, "T #123456 white true"},
		"a title":      {map[string]any{"title": "T"}, "T - - false"},
		"no colour":    {map[string]any{"frontColor": "red", "title": "T"}, "T - - false"},
		"other things": {map[string]any{"title": 5, "backgroundColor": []any{}, "loading": 0}, "- - - false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, five(t))
			r.event(message.PageNavigationBar, tt.detail)
			s, _ := r.stack()
			p := s.Pages[0]
			text := func(s *string) string {
				if s == nil {
					return "-"
				}
				return *s
			}
			got := fmt.Sprint(text(p.Window.NavigationBarTitleText), " ", text(p.Window.NavigationBarBackgroundColor), " ",
				text(p.Window.NavigationBarTextStyle), " ", p.Loading)
			if got != tt.want {
				t.Errorf("the bar is %s, want %s", got, tt.want)
			}
		})
	}
}

// A <navigator> to another mini-program hears what came of it.
func TestNavigatorToMiniProgram(t *testing.T) {
	t.Parallel()
	p := build(t, program.App{Pages: []string{"p/a/a"}}, map[string]string{
		"app.js":     "App({})",
		"p/a/a.js":   `Page({ on(e) { console.log(e.type + " " + e.detail.errMsg) } })`,
		"p/a/a.wxml": `<navigator target="miniProgram" app-id="wx1" bindsuccess="on" bindfail="on" bindcomplete="on">go</navigator>`,
	})
	r := start(t, p, withAnswer(func(ask message.Ask) *message.Answer {
		if ask.Kind == message.AskOpenMiniProgram && strings.Contains(string(ask.Args), `"wx1"`) {
			return &message.Answer{Result: json.RawMessage("null")}
		}
		return &message.Answer{Error: "not supported"}
	}))
	r.event(message.PageNavigator, map[string]any{"node": 1, "appId": "wx1", "path": "p?x=1", "extraData": map[string]any{"k": 1}})
	r.waitLog("success navigator:ok", "complete navigator:ok")
	r.clear()
	r.event(message.PageNavigator, map[string]any{"node": 1, "appId": "wx2"})
	r.waitLog("fail navigator:fail not supported", "complete navigator:fail not supported")
}

func TestAnimate(t *testing.T) {
	t.Parallel()
	const ends = `
this.animate(".row", [{opacity: 0}, {opacity: 1, ease: "linear"}], 200, () => console.log("animated"));
this.animate("#x", [{left: 0}], 1000, {scrollSource: "#x", timeRange: 500, startScrollOffset: 1, endScrollOffset: 9});
this.clearAnimation("#x", {opacity: true, left: false}, () => console.log("cleared"));
this.clearAnimation(".none");
wx.createMediaQueryObserver().observe({minWidth: 300}, (r) => console.log("media " + r.matches));`
	r := start(t, onLoad(t, ends), withAnswer(func(ask message.Ask) *message.Answer {
		if ask.Kind == message.AskObserve {
			return &message.Answer{Result: json.RawMessage(`{"matches":true}`)}
		}
		return &message.Answer{Result: json.RawMessage("null")}
	}))
	r.rest()
	got := r.asks(message.AskAnimate, message.AskClearAnimation)
	for i, want := range []string{
		`animate {"nodes":[1,3],"keyframes":[{"opacity":0},{"opacity":1,"ease":"linear"}],"duration":200}`,
		`animate {"nodes":[1],"keyframes":[{"left":0}],"duration":1000,"timeline":{"source":1,"start":1,"end":9,"timeRange":500}}`,
		`clearAnimation {"nodes":[1],"properties":["opacity"]}`,
		`clearAnimation {"nodes":[]}`,
	} {
		if i >= len(got) || got[i] != want {
			t.Errorf("ask %d of %q, want %s", i, got, want)
		}
	}
	for _, want := range []string{"animated\n", "cleared\n", "media true\n"} {
		if !strings.Contains(r.log(), want) {
			t.Errorf("log %q misses %q", r.log(), want)
		}
	}
}

// A map's event has "begin" or "end" for its type, as in WeChat.
func TestRegionChange(t *testing.T) {
	t.Parallel()
	p := build(t, program.App{Pages: []string{"p/a/a"}}, map[string]string{
		"app.js":     "App({})",
		"p/a/a.js":   `Page({ on(e) { console.log(e.type + " " + e.causedBy + " " + JSON.stringify(e.detail)) } })`,
		"p/a/a.wxml": `<map bindregionchange="on"/>`,
	})
	r := start(t, p)
	s, _ := r.stack()
	r.post(message.ToActor{Event: &clientEvent{Page: s.Pages[0].ID, Node: 1, Type: "regionchange", Detail: map[string]any{"type": "end", "causedBy": "drag", "scale": 3}}})
	r.wantLog(`end drag {"causedBy":"drag","scale":3,"type":"end"}`)
}
