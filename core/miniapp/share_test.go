package miniapp_test

import (
	"encoding/json"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// shared is what a page handed over last.
func (r *run) shared() (s message.Share) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.all {
		if m.Ask != nil && m.Ask.Kind == message.AskShare {
			s = message.Share{}
			if err := json.Unmarshal(m.Ask.Args, &s); err != nil {
				r.t.Fatal(err)
			}
		}
	}
	return s
}

func TestShare(t *testing.T) {
	t.Parallel()
	r := start(t, build(t, program.App{ID: "test", Name: "Test", Pages: []string{"p/a/a"}}, map[string]string{
		"p/a/a.js": `Page({
			onLoad() { wx.hideShareMenu({menus: ["shareTimeline"]}) },
			onShareAppMessage(o) { console.log(o.from, JSON.stringify(o.target)); return {title: "Look", path: "/p/a/a?from=" + o.from, imageUrl: "a.png"} },
			onShareTimeline() { return {query: "n=1"} },
		})`,
	}))
	r.rest()
	stack, _ := r.stack()
	page := stack.Pages[0]
	if !page.Shares || page.Timeline {
		t.Errorf("the menu offers forward %v, timeline %v; want only forward", page.Shares, page.Timeline)
	}
	for name, tt := range map[string]struct {
		event view.ClientEvent
		want  message.Share
	}{
		"menu": {
			view.ClientEvent{Type: message.PageShare, Detail: map[string]any{"from": "menu"}},
			message.Share{Title: "Look", Path: "/p/a/a?from=menu", ImageURL: "a.png"},
		},
		"a button that is gone": {
			view.ClientEvent{Type: message.PageShare, Detail: map[string]any{"from": "button", "node": 99}},
			message.Share{Title: "Look", Path: "/p/a/a?from=button", ImageURL: "a.png"},
		},
		"timeline": {
			view.ClientEvent{Type: message.PageShareTimeline},
			message.Share{Title: "Test", Path: "/p/a/a?n=1", Timeline: true},
		},
	} {
		tt.event.Page = page.ID
		r.post(message.ToActor{Event: &tt.event})
		if got := r.shared(); got != tt.want {
			t.Errorf("%s: shared %+v, want %+v", name, got, tt.want)
		}
	}
}
