package view_test

import (
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// TestPlaceholder: what stands in for a component is fed as the component is, and gives way to it with the state of the
// moment, slot content included.
func TestPlaceholder(t *testing.T) {
	t.Parallel()
	a := newApp(t, map[string]source{
		"page": {wxml: `<late n="{{n}}">in {{n}}</late><plain wx:if="{{shown}}" class="c{{n}}">p{{n}}</plain>`, data: `{"n": 1, "shown": true}`},
		"real": {wxml: `<text>real {{n}} </text><slot/>`, props: "n", data: `{"n": 0}`},
		"wait": {wxml: `<text>wait </text><slot/>`},
	}, nil)
	there, wanted := false, 0
	stand := func(p view.Placeholder) *view.Placeholder {
		p.Find = func() (*view.Definition, bool) { return a.defs["real"], there }
		p.Wanted = func() { wanted++ }
		return &p
	}
	a.defs["page"].Placeholder = func(tag string) (*view.Placeholder, bool) {
		switch tag {
		case "late":
			return stand(view.Placeholder{Tag: "wait", Instead: a.defs["wait"]}), true
		case "plain":
			return stand(view.Placeholder{Tag: "view"}), true
		}
		return nil, false
	}
	s := a.open()
	s.want(`<late><text>wait </text>in 1</late><view class="c1">p1</view>`)
	if wanted != 2 {
		t.Errorf("asked %d times for components, want 2", wanted)
	}
	s.set("n", "2")
	s.want(`<late><text>wait </text>in 2</late><view class="c2">p2</view>`)
	s.page.FillPlaceholders() // something else has come
	s.flush()
	s.set("shown", "false")
	there = true
	s.page.FillPlaceholders()
	s.flush()
	s.want(`<late><text>real 2 </text>in 2</late>`)
	s.set("shown", "true", "n", "3")
	s.want(`<late><text>real 3 </text>in 3</late><plain class="c3"><text>real 0 </text>p3</plain>`)
	s.noErrors()
	if wanted != 2 {
		t.Errorf("asked %d times for components, want no more than 2", wanted)
	}
}
