package view_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// handlers logs every event: method@component, target and current target ids, dataset, marks.
func handlers(names ...string) map[string]func(*view.Component, *view.Event) {
	out := map[string]func(*view.Component, *view.Event){}
	for _, name := range names {
		out[name] = func(c *view.Component, e *view.Event) {
			logOf(c).log("%s@%s(%s>%s %s%s)", name, c.Def.Path, e.Target.ID, e.CurrentTarget.ID,
				value.AppendJSON(nil, e.Target.Dataset), value.AppendJSON(nil, e.Mark))
		}
	}
	return out
}

func (s *screen) tap(selector string) {
	s.tb.Helper()
	list, err := s.dom.Find(selector)
	if err != nil || len(list) == 0 {
		s.tb.Fatalf("nothing matches %q (%v)", selector, err)
	}
	s.page.Dispatch(view.ClientEvent{Page: 1, Node: list[0].ID, Type: "tap", Bubbles: true})
	s.flush()
}

func TestEvents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, wxml string
		comps      map[string]source
		want       string
	}{
		{"bubbles", `<view id="a" bindtap="f"><view id="b" data-x="{{1}}" bind:tap="g"><text id="t"/></view></view>`, nil, `g@page(t>b {}{}) f@page(t>a {}{})`},
		{"dataset and marks", `<view id="a" mark:m="1" mark:o="2" data-k="z" bindtap="f"><text id="t" mark:m="3" data-userName="{{n}}" data-user-id="7"/></view>`, nil,
			`f@page(t>a {"username":5,"userId":"7"}{"m":"3","o":"2"})`},
		{"catch", `<view id="a" bindtap="f"><view id="b" catchtap="g"><text id="t" bindtap="h"/></view></view>`, nil, `h@page(t>t {}{}) g@page(t>b {}{})`},
		{"capture", `<view id="a" capture-bind:tap="f"><view id="b" bindtap="g"><text id="t"/></view></view>`, nil, `f@page(t>a {}{}) g@page(t>b {}{})`},
		{"capture and catch", `<view id="a" capture-catch:tap="f"><text id="t" bindtap="g"/></view>`, nil, `f@page(t>a {}{})`},
		{"mut-bind", `<view id="a" mut-bind:tap="f" bindtap="h"><view id="b" mut-bind:tap="g"><text id="t"/></view></view>`, nil, `g@page(t>b {}{}) h@page(t>a {}{})`},
		{"handler from data", `<view id="a" bindtap="{{h}}"><text id="t" bindtap=""/></view>`, nil, `f@page(t>a {}{})`},
		{"retarget", `<view id="a" bindtap="f"><c id="c" data-c="1" bindtap="g"/></view>`,
			map[string]source{"c": {wxml: `<view id="i" bindtap="f"><text id="t" data-t="2"/></view>`, script: hooks{methods: handlers("f")}}},
			`f@c(t>i {"t":"2"}{}) g@page(c>c {"c":"1"}{}) f@page(c>a {"c":"1"}{})`},
		{"slotted", `<c id="c" bindtap="g"><text id="t" bindtap="f"/></c>`,
			map[string]source{"c": {wxml: `<view id="o" bindtap="f"><view id="i"><slot/></view></view>`, script: hooks{methods: handlers("f")}}},
			`f@page(t>t {}{}) f@c(i>o {}{}) g@page(t>c {}{})`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			comps := map[string]source{"page": {wxml: c.wxml, data: `{"n":5,"h":"f"}`, script: hooks{methods: handlers("f", "g", "h")}}}
			for k, v := range c.comps {
				comps[k] = v
			}
			s := open(t, comps, nil)
			s.tap("#t")
			if got := s.takeLogs(); got != c.want {
				t.Errorf("handlers ran: %s\nwant: %s", got, c.want)
			}
			s.noErrors()
		})
	}
}

func TestTriggerEvent(t *testing.T) {
	t.Parallel()
	comps := map[string]source{
		"page":  {wxml: `<view id="a" bind:hi="f"><outer id="o" bind:hi="g"><c id="c" bind:hi="h"/></outer></view>`, script: hooks{methods: handlers("f", "g", "h")}},
		"outer": {wxml: `<view id="w" bind:hi="f" capture-bind:hi="k"><slot/></view>`, script: hooks{methods: handlers("f", "k")}},
		"c":     {wxml: `<text/>`},
	}
	for _, c := range []struct {
		o    view.TriggerOptions
		want string
	}{
		{view.TriggerOptions{}, `h@page(c>c {}{})`},
		{view.TriggerOptions{Bubbles: true}, `h@page(c>c {}{}) g@page(c>o {}{}) f@page(c>a {}{})`},
		{view.TriggerOptions{Bubbles: true, Composed: true}, `h@page(c>c {}{}) f@outer(w>w {}{}) g@page(c>o {}{}) f@page(c>a {}{})`},
		{view.TriggerOptions{Bubbles: true, Composed: true, CapturePhase: true}, `k@outer(w>w {}{}) h@page(c>c {}{}) f@outer(w>w {}{}) g@page(c>o {}{}) f@page(c>a {}{})`},
	} {
		s := open(t, comps, nil)
		inst, ok := s.page.Root().Select("#c")
		if !ok {
			t.Fatal("no #c")
		}
		inst.TriggerEvent("hi", 1.0, c.o)
		if got := s.takeLogs(); got != c.want {
			t.Errorf("%+v: handlers ran: %s\nwant: %s", c.o, got, c.want)
		}
	}
}

// What a handler of a text field's input gives back is shown in the field, and known to the tree: the same value set once more is no change.
func TestAnswerToInput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer value.Value
		want   string
	}{
		{"text", "AB", `{"typed":"ab","value":"AB"}`},
		{"object", value.ObjectOf("value", "A", "cursor", value.Int(1)), `{"typed":"ab","value":"A","cursor":1}`},
		{"nothing", nil, ""},
		{"a number", value.Int(3), ""},
		{"an object without a text", value.ObjectOf("cursor", value.Int(1)), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answer := map[string]func(*view.Component, *view.Event){"f": func(_ *view.Component, e *view.Event) { e.Answer = c.answer }}
			s := open(t, map[string]source{"page": {wxml: `<view bindinput="f"><input id="i" value="{{v}}" bindinput="f"/></view>`, data: `{"v":""}`, script: hooks{methods: answer}}}, nil)
			field, err := s.dom.Find("#i")
			if err != nil || len(field) != 1 {
				t.Fatalf("the field: %v, %v", field, err)
			}
			s.page.Dispatch(view.ClientEvent{Page: 1, Node: field[0].ID, Type: "input", Detail: map[string]any{"value": "ab"}, Bubbles: true})
			var got string
			patch, _ := s.page.Flush()
			for _, op := range patch.Ops {
				if list, ok := op.([]any); ok && list[0] == view.OpInvoke && list[2] == "replace" {
					got += string(value.AppendJSON(nil, list[3].(value.Value)))
				}
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestMissingHandler(t *testing.T) {
	t.Parallel()
	s := open(t, map[string]source{"page": {wxml: "<view>\n  <text id=\"t\" bindtap=\"nope\"/></view>"}}, nil)
	s.tap("#t")
	if len(s.errs) != 1 || !strings.HasPrefix(s.errs[0], `page.wxml:2:`) || !strings.Contains(s.errs[0], `component "page" has no method "nope" to handle event "tap"`) {
		t.Errorf("reported %q", s.errs)
	}
}

func TestModels(t *testing.T) {
	t.Parallel()
	s := open(t, map[string]source{
		"page": {wxml: `<input model:value="{{name}}"/><text>{{name}}</text><c model:n="{{l[0].n}}"/><view wx:for="{{l}}"><input class="r" model:value="{{item.n}}"/></view>`,
			data: `{"name":"a","l":[{"n":1},{"n":2}]}`},
		"c": {wxml: `{{n}}`, props: "n"},
	}, nil)
	in, _ := s.dom.Find("input")
	s.page.Dispatch(view.ClientEvent{Page: 1, Node: in[0].ID, Type: "input", Detail: map[string]any{"value": "bob"}})
	s.flush()
	s.want(`<input value="a"></input><text>bob</text><c>1</c><view><input class="r" value="1"></input></view><view><input class="r" value="2"></input></view>`)
	if got := s.takeLogs(); got != "model:page:name=bob" {
		t.Errorf("model: %s", got)
	}
	s.set("name", `"a"`)
	if s.ops != 2 {
		t.Errorf("setting back what the user typed over sent %d operations, want 2: the input's value and the text", s.ops)
	}
	s.page.Dispatch(view.ClientEvent{Page: 1, Node: in[2].ID, Type: "input", Detail: map[string]any{"value": "9"}})
	c, _ := s.page.Root().Select("c")
	s.setOn(c, "n", "7")
	if got := string(value.AppendJSON(nil, s.page.Root().Data())); got != `{"name":"a","l":[{"n":7},{"n":"9"}]}` {
		t.Errorf("data = %s", got)
	}
	s.noErrors()
}

func TestScripts(t *testing.T) {
	t.Parallel()
	a := newApp(t, map[string]source{"page": {
		wxml: `<wxs src="./u.wxs" module="u"/><view wx:for="{{l}}" bindtap="{{u.h}}" change:v="{{u.seen}}" v="{{item}}" data-d="{{u.up(item)}}">{{u.up(item)}}{{u.fail(1)}}</view>`, data: `{"l":["a","b"]}`,
	}}, map[string]string{"u.wxs": ""})
	a.scripts["u.wxs"] = value.ObjectOf(
		"up", &fn{"up", func(args []value.Value) value.Value { return strings.ToUpper(value.Text(args[0])) }},
		"h", &fn{"h", nil}, "seen", &fn{"seen", nil},
		"fail", &fn{"fail", func([]value.Value) value.Value { return errors.New("broken") }},
	)
	s := a.open()
	if got := s.html(); got != `<view v="a">A</view><view v="b">B</view>` {
		t.Errorf("page shows %s", got)
	}
	if len(s.errs) != 2 || !strings.Contains(s.errs[0], "page.wxml:1:") || !strings.Contains(s.errs[0], "broken") {
		t.Errorf("reported %q", s.errs)
	}
	s.errs = nil
	s.set("l[1]", `"c"`)
	s.tap("view")
	if got := s.takeLogs(); got != "change:seen:a< change:seen:b< change:seen:c<b wxs:h" {
		t.Errorf("calls: %s", got)
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	s := open(t, map[string]source{
		"page": {wxml: `<view class="list"><c wx:for="{{3}}" id="c{{index}}" class="row {{index == 1 ? 'on' : ''}}" data-n="{{index}}"/></view><d class="row"><c class="in"/></d><view id="v" hidden/>`},
		"c":    {wxml: `<view class="deep"/>`, scope: "c"},
		"d":    {wxml: `<c class="own"/><slot/>`, scope: "d"},
	}, nil)
	for _, c := range []struct{ selector, want string }{
		{"#c1", "c1"}, {".row", "c0 c1 c2 "}, {".row.on", "c1"}, {"c", "c0 c1 c2 "}, {".list > .row", "c0 c1 c2"}, {".list .on, #v", "c1 v"},
		{"d .in", ""}, {".own", "none"}, {".row >>> .own", ""}, {".row >>> .deep", "   "}, {"[hidden]", "v"}, {"[data-n=2]", "c2"}, {"#c1 > .deep", "none"}, {"..", "none"}, {"> a", "none"},
		{"view:first", "none"}, {"", "none"},
	} {
		var ids []string
		for _, n := range s.page.Root().SelectNodes(c.selector) {
			ids = append(ids, n.IDAttr())
		}
		got := strings.Join(ids, " ")
		if ids == nil {
			got = "none"
		}
		if strings.TrimSpace(got) != strings.TrimSpace(c.want) {
			t.Errorf("%q matches %q, want %q", c.selector, got, c.want)
		}
	}
	d, _ := s.page.Root().Select("d")
	in, _ := s.page.Root().Select(".in")
	own, _ := d.Select(".own")
	if in.Owner() != s.page.Root() || in.Parent() != d || own.Owner() != d || own.Parent() != d {
		t.Error("owner or parent of slotted and own components mixed up")
	}
	if n := len(d.Descendants()); n != 2 {
		t.Errorf("d has %d descendants, want 2", n)
	}
	if got := len(s.page.Root().SelectAll(".row")); got != 4 {
		t.Errorf("SelectAll found %d, want 4", got)
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	s := open(t, map[string]source{
		"page": {wxml: `<c wx:if="{{on}}"/>`, data: `{"on":true}`},
		"c":    {wxml: `<view class="a {{x}}" style="color:{{x}}"/><text/>`, scope: "c", data: `{"x":"red"}`},
	}, nil)
	c, _ := s.page.Root().Select("c")
	n := c.SelectNodes("view")[0]
	n.SetStyle(value.ObjectOf("marginTop", "15rpx"))
	n.AddClass("b")
	n.RemoveClass("a")
	s.flush()
	want := `<c class="c--host"><view class="c--red c--b" style="color:red;margin-top:2vw;"></view><text></text></c>`
	s.want(want)
	if got := s.snapshot(); got != want {
		t.Errorf("snapshot shows %s", got)
	}
	s.setOn(c, "x", `"blue"`)
	s.want(`<c class="c--host"><view class="c--blue c--b" style="color:blue;margin-top:2vw;"></view><text></text></c>`)
}

func TestInvoke(t *testing.T) {
	t.Parallel()
	s := open(t, map[string]source{"page": {wxml: `<input id="i"/>`}}, nil)
	s.page.Invoke(s.page.Root().SelectNodes("#i")[0].ID, "focus", map[string]any{"a": 1}, 3)
	s.page.Invoke(77, "focus", nil, 4) // gone meanwhile: dropped
	s.flush()
	if len(s.dom.Calls) != 1 || s.dom.Calls[0].Method != "focus" || s.dom.Calls[0].Call != 3 {
		t.Errorf("calls = %+v", s.dom.Calls)
	}
}

// FuzzDispatch sends whatever a hostile client may send: nothing may panic, and the patches must
// go on fitting together.
func FuzzDispatch(f *testing.F) {
	f.Add([]byte(`{"page":1,"node":2,"type":"tap","bubbles":true}`))
	f.Add([]byte(`{"page":9,"node":-1,"type":"input","detail":{"value":{"a":[1]}},"touches":[{"identifier":1e3}]}`))
	f.Add([]byte(`{"node":4,"type":"change","detail":[[[]]],"time":-1}`))
	f.Add([]byte(`{"node":1,"type":"input","detail":{"value":"x"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var ev view.ClientEvent
		if json.Unmarshal(data, &ev) != nil {
			return
		}
		s := open(t, map[string]source{
			"page": {wxml: `<input model:value="{{v}}" bindinput="f" catchtap="f"/><c bind:x="f" bindtap="f"><view wx:for="{{l}}" bindtap="f" model:value="{{item}}">{{v}}</view></c>`,
				data: `{"l":[1,2]}`, script: hooks{methods: handlers("f")}},
			"c": {wxml: `<view capture-bind:tap="f"><slot/></view>`, script: hooks{methods: handlers("f")}},
		}, nil)
		for node := range 12 {
			ev.Node = node
			s.page.Dispatch(ev)
			s.flush()
		}
		s.snapshot()
	})
}
