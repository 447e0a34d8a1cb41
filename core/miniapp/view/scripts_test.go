package view_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// gestures opens a page whose elements have template scripts for handlers; a client runs them if client is true.
func gestures(t *testing.T, client bool) (*screen, *app) {
	t.Helper()
	a := newApp(t, map[string]source{
		"page": {
			wxml: `<wxs src="./u.wxs" module="u"/><view id="a" class="x" bindtap="f" data-k="{{k}}" mark:m="1"><view id="b" catchtap="{{u.h}}" data-n="1"><text id="t" bindtap="{{u.deep.stop}}"/></view></view>
<view id="w" v="{{k}}" change:v="{{u.seen}}"/><c id="c" n="{{k}}" change:n="{{u.seen}}" bind:own="{{u.h}}" bindtap="{{k ? u.h : 'f'}}"/>`,
			data: `{"k":5}`, script: hooks{methods: handlers("f")},
		},
		"c": {wxml: `<view id="i"/>`, props: "n"},
	}, map[string]string{"u.wxs": ""})
	a.scripts["u.wxs"] = value.ObjectOf("h", &fn{"h", nil}, "seen", &fn{"seen", nil}, "deep", value.ObjectOf("stop", &fn{"stop", nil}))
	a.clientScripts = client
	return a.open(), a
}

func TestFragmentsNameScripts(t *testing.T) {
	t.Parallel()
	s, _ := gestures(t, true)
	patch := s.page.Snapshot()
	text, err := json.Marshal(patch.Ops)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`["view",{"mark:m":"1","id":"a","class":"x"},`, `["tap"],["data:k"]]`,
		`["view",{"data:n":"1","id":"b"},`, `["tap!"],[],[[],[["tap",1,0,"u.wxs","h"]],[]]]`,
		`[["text",{"id":"t"},[],["tap"],[],[[],[["tap",0,0,"u.wxs","deep","stop"]],[]]]]`,
		`["v"],[[],[],[["v","u.wxs","seen"]]]]`,
		`["own","tap"],["watch:n"],[["tap"],[["own",0,0,"u.wxs","h"]],[["n","u.wxs","seen"]]]]`,
		`,"",false]`, `,[5,5,5],0]`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	var back view.Patch
	whole, _ := json.Marshal(patch)
	if err := json.Unmarshal(whole, &back); err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(back); string(again) != string(whole) {
		t.Errorf("decoded and encoded again:\n%s\nwant\n%s", again, whole)
	}
	if html := s.html(); strings.Contains(html, "data:") || strings.Contains(html, "watch:") {
		t.Errorf("what only scripts see is shown: %s", html)
	}
}

func TestClientRunsScripts(t *testing.T) {
	t.Parallel()
	node := func(s *screen, id string) int {
		list, err := s.dom.Find("#" + id)
		if err != nil || len(list) != 1 {
			t.Fatalf("#%s: %d nodes, %v", id, len(list), err)
		}
		return list[0].ID
	}
	for _, c := range []struct {
		name   string
		client bool
		event  func(s *screen) view.ClientEvent
		want   string
	}{
		{"without a client all run here, and false stops", false, func(s *screen) view.ClientEvent { return view.ClientEvent{Node: node(s, "t")} }, "wxs:stop"},
		{"a client that did not run them", true, func(s *screen) view.ClientEvent { return view.ClientEvent{Node: node(s, "b")} }, "wxs:h"},
		{"what the client ran does not run again, and catches", true, func(s *screen) view.ClientEvent {
			return view.ClientEvent{Node: node(s, "t"), Scripted: []int{node(s, "t"), node(s, "b")}}
		}, ""},
		{"what the client stopped", true, func(s *screen) view.ClientEvent {
			return view.ClientEvent{Node: node(s, "a"), Stopped: node(s, "a"), StoppedCapture: true}
		}, ""},
		{"a handler that depends on data runs here", true, func(s *screen) view.ClientEvent { return view.ClientEvent{Node: node(s, "c")} }, "wxs:h"},
	} {
		s, _ := gestures(t, c.client)
		observed := s.takeLogs()
		if want := map[bool]string{true: "", false: "change:seen:5< change:seen:5<"}[c.client]; observed != want {
			t.Errorf("%s: observers ran: %q, want %q", c.name, observed, want)
		}
		ev := c.event(s)
		ev.Page, ev.Type, ev.Bubbles = 1, "tap", true
		s.page.Dispatch(ev)
		if got := s.takeLogs(); got != c.want {
			t.Errorf("%s: handlers ran: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOwnEventGoesToClient(t *testing.T) {
	t.Parallel()
	s, _ := gestures(t, true)
	s.takeLogs()
	c, _ := s.page.Root().Select("#c")
	c.TriggerEvent("own", 1.0, view.TriggerOptions{})
	patch, ok := s.page.Flush()
	text, _ := json.Marshal(patch.Ops)
	if !ok || !strings.Contains(string(text), `,"own",{"detail":1,"id":"c","dataset":{},"mark":{}}]`) {
		t.Errorf("the client gets %s", text)
	}
	if got := s.takeLogs(); got != "" {
		t.Errorf("it ran here, too: %s", got)
	}
}

func TestScriptCall(t *testing.T) {
	t.Parallel()
	s, _ := gestures(t, true)
	s.takeLogs()
	c, _ := s.page.Root().Select("#c")
	for _, call := range []view.ScriptCall{
		{Name: "drop", Args: map[string]any{"x": 1.0}}, {Node: c.Host().ID, Name: "go"}, {Node: s.page.Root().SelectNodes("#b")[0].ID, Name: "of"}, {Name: "missing"}, {Node: 99999, Name: "gone"},
	} {
		s.page.ScriptCall(call)
	}
	if got, want := s.takeLogs(), `call:page.drop:{"x":1} call:c.go:null call:page.of:null call:page.missing:null`; got != want {
		t.Errorf("calls: %s\nwant: %s", got, want)
	}
	if len(s.errs) != 1 || !strings.Contains(s.errs[0], `component "page" has none called "missing"`) {
		t.Errorf("reported %q", s.errs)
	}
	s.page.ScriptCall(view.ScriptCall{Node: c.Host().ID, Name: "own", Event: true, Args: 3.0})
	if patch, ok := s.page.Flush(); !ok || !slices.ContainsFunc(patch.Ops, func(op any) bool { return op.([]any)[0] == view.OpScript }) {
		t.Error("triggerEvent reached nobody")
	}
}
