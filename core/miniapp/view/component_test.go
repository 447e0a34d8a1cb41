package view_test

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

func TestComponents(t *testing.T) {
	t.Parallel()
	multi := view.Options{MultipleSlots: true}
	for _, c := range []struct {
		name  string
		comps map[string]source
		first string
		steps []step
	}{
		{
			name: "properties",
			comps: map[string]source{
				"page": {wxml: `<c user-name="{{n}}" age="3" other="x" on/>`, data: `{"n":"Ann"}`},
				"c":    {wxml: `<text>{{userName}} {{age}} {{on}} {{dflt}}</text>`, props: "userName age on dflt", data: `{"dflt":"d"}`},
			},
			first: `<c><text>Ann 3 true d</text></c>`,
			steps: []step{{set("n", `"Bob"`), `<c><text>Bob 3 true d</text></c>`}},
		},
		{
			name: "object properties follow changes inside",
			comps: map[string]source{
				"page": {wxml: `<c o="{{o}}" wx:for="{{l}}" wx:for-item="o" wx:key="id"/>`, data: `{"l":[{"id":1,"v":"a"},{"id":2,"v":"b"}]}`},
				"c":    {wxml: `{{o.id}}{{o.v}},`, props: "o"},
			},
			first: `<c>1a,</c><c>2b,</c>`,
			steps: []step{{set("l[1].v", `"x"`), `<c>1a,</c><c>2x,</c>`}, {set("l", `[{"id":2,"v":"x"},{"id":1,"v":"z"}]`), `<c>2x,</c><c>1z,</c>`}},
		},
		{
			name: "default slot",
			comps: map[string]source{
				"page": {wxml: `<c open="{{open}}"><text>{{x}}</text>tail</c>`, data: `{"x":1,"open":true}`},
				"c":    {wxml: `<view>head</view><view wx:if="{{open}}"><slot/></view>`, props: "open"},
			},
			first: `<c><view>head</view><view><text>1</text>tail</view></c>`,
			steps: []step{
				{set("x", "2"), `<c><view>head</view><view><text>2</text>tail</view></c>`},
				{set("open", "false"), `<c><view>head</view></c>`}, {set("x", "3"), `<c><view>head</view></c>`},
				{set("open", "true"), `<c><view>head</view><view><text>3</text>tail</view></c>`},
			},
		},
		{
			name: "named slots",
			comps: map[string]source{
				"page": {wxml: `<c><text slot="b">B{{x}}</text>rest<block wx:if="{{x}}"><text slot="a">A</text><text>more</text></block><text slot="z">lost</text></c>`, data: `{"x":1}`},
				"c":    {wxml: `<view><slot name="a"/></view><view><slot/></view><slot name="b"/>`, options: multi},
			},
			first: `<c><view><text>A</text></view><view>rest<text>more</text></view><text>B1</text></c>`,
			steps: []step{{set("x", "0"), `<c><view></view><view>rest</view><text>B0</text></c>`}},
		},
		{
			name: "slots with computed names",
			comps: map[string]source{
				"page": {wxml: `<c names="{{names}}"><text wx:for="{{items}}" slot="{{item}}">{{item}}!</text>d</c>`, data: `{"names":["p","q"],"items":["q","p","r"]}`},
				"c":    {wxml: `<view wx:for="{{names}}"><slot name="{{item}}"/></view><slot/>`, props: "names", options: multi},
			},
			first: `<c><view><text>p!</text></view><view><text>q!</text></view>d</c>`,
			steps: []step{
				{set("names", `["r","p"]`), `<c><view><text>r!</text></view><view><text>p!</text></view>d</c>`},
				{set("items", `["r"]`), `<c><view><text>r!</text></view><view></view>d</c>`},
				{set("names", `[]`), `<c>d</c>`}, {set("names", `["r"]`), `<c><view><text>r!</text></view>d</c>`},
			},
		},
		{
			name: "slot in a slot",
			comps: map[string]source{
				"page":  {wxml: `<outer><text>{{x}}</text></outer>`, data: `{"x":1}`},
				"outer": {wxml: `<inner wx:if="{{on}}"><view><slot/></view></inner><slot wx:else/>`, data: `{"on":true}`},
				"inner": {wxml: `[<slot/>]`},
			},
			first: `<outer><inner>[<view><text>1</text></view>]</inner></outer>`,
			steps: []step{{set("x", "2"), `<outer><inner>[<view><text>2</text></view>]</inner></outer>`}},
		},
		{
			name: "virtual host and components in components",
			comps: map[string]source{
				"page": {wxml: `<v n="{{n}}"><text>in</text></v>`, data: `{"n":2}`},
				"v":    {wxml: `<w wx:for="{{n}}" k="{{item}}"/><slot/>`, props: "n", options: view.Options{VirtualHost: true}},
				"w":    {wxml: `<view>{{k}}</view>`, props: "k", scope: "w"},
			},
			first: `<w class="w--host"><view>0</view></w><w class="w--host"><view>1</view></w><text>in</text>`,
			steps: []step{{set("n", "1"), `<w class="w--host"><view>0</view></w><text>in</text>`}},
		},
		{
			name: "generics",
			comps: map[string]source{
				"page": {wxml: `<g generic:row="a" n="{{n}}"/><g n="7"/>`, data: `{"n":1}`},
				"g":    {wxml: `<row v="{{n}}"/>`, props: "n", generics: map[string]string{"row": "b"}},
				"a":    {wxml: `a{{v}}`, props: "v"}, "b": {wxml: `b{{v}}`, props: "v"},
			},
			first: `<g><row>a1</row></g><g><row>b7</row></g>`,
			steps: []step{{set("n", "2"), `<g><row>a2</row></g><g><row>b7</row></g>`}},
		},
		{
			name: "classes",
			comps: map[string]source{
				"page": {wxml: `<c class="p" my-class="m {{x}}"/>`, data: `{"x":"n"}`},
				"c": {wxml: `<view class="a my-class"/><d my-class="b my-class"/><view class="{{t ? 'my-class t' : 'u'}}"/>`, scope: "c", external: []string{"my-class"},
					data: `{"t":true}`},
				"d": {wxml: `<view class="k my-class"/>`, scope: "d", external: []string{"my-class"}, options: view.Options{AddGlobalClass: true}},
			},
			first: `<c class="p c--host"><view class="c--a m n"></view><d class="d--host"><view class="d--k k c--b m n"></view></d><view class="m n c--t"></view></c>`,
			steps: []step{{set("x", `"o"`), `<c class="p c--host"><view class="c--a m o"></view><d class="d--host"><view class="d--k k c--b m o"></view></d><view class="m o c--t"></view></c>`}},
		},
		{
			name: "class names and styles in other attributes",
			comps: map[string]source{
				"page": {wxml: `<c x="p"/>`},
				"c": {wxml: `<view hover-class="h ext"/><input placeholder-class="{{n}}" placeholder-style="width:{{w}}rpx" placeholderStyle="top:75rpx"/>`, scope: "c", data: `{"n":"a","w":75}`,
					external: []string{"ext"}},
			},
			first: `<c class="c--host"><view hover-class="c--h"></view><input placeholder-class="c--a" placeholder-style="width:10vw" placeholderStyle="top:10vw"></input></c>`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, c.comps, nil)
			s.want(c.first)
			for _, step := range c.steps {
				s.set(step.set...)
				s.want(step.want)
				if got := s.snapshot(); got != step.want {
					t.Errorf("snapshot shows\n%s\nwant\n%s", got, step.want)
				}
			}
		})
	}
}

func TestStyles(t *testing.T) {
	t.Parallel()
	a := newApp(t, map[string]source{
		"page": {wxml: `<c/><c/><d wx:if="{{on}}"/>`, style: &view.Stylesheet{Key: "page", CSS: ".p{}"}},
		"c": {wxml: `<view class="x"/>`, scope: "c", style: &view.Stylesheet{Key: "c", CSS: ".c--x .c--host{}", Fonts: []string{"@font-face{}"}},
			options: view.Options{StyleIsolation: "shared"}},
		"d": {wxml: ``, scope: "d", style: &view.Stylesheet{Key: "d", CSS: ".d--x{}"}},
	}, nil)
	p, err := view.NewPage(1, a.defs["page"], a, view.PageOptions{AppStyle: &view.Stylesheet{Key: "app", CSS: "a{}"}})
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{app: a, page: p, dom: newDOM()}
	s.flush()
	keys := func() (out []string) {
		for _, st := range s.dom.Styles {
			out = append(out, st.Key+"="+st.CSS)
		}
		return out
	}
	if got := strings.Join(keys(), " "); got != "app=a{} page=.p{} c=.x .c--host{}" {
		t.Errorf("styles = %s", got)
	}
	s.set("on", "true")
	if got := strings.Join(keys(), " "); !strings.HasSuffix(got, "d=.d--x{}") || len(s.dom.Styles) != 4 {
		t.Errorf("styles after d appeared = %s", got)
	}
	s.snapshot()
	if len(s.dom.Styles) != 4 || len(s.dom.Styles[2].Fonts) != 1 {
		t.Errorf("styles after snapshot = %v", s.dom.Styles)
	}
}

// lifeApp logs the lifetimes of its components by their property n.
func lifeApp() map[string]source {
	var life hooks
	name := func(c *view.Component) string {
		v, _ := c.Data().Get("n")
		return c.Def.Path + value.Text(v)
	}
	life.attached = func(c *view.Component) { logOf(c).log("+%s", name(c)) }
	life.detached = func(c *view.Component) { logOf(c).log("-%s", name(c)) }
	return map[string]source{
		"page": {wxml: `<p wx:if="{{on}}"><c n="slotted"/></p><c wx:for="{{l}}" wx:key="*this" n="{{item}}"/>`, data: `{"on":true,"l":[1,2,3]}`, script: life},
		"p":    {wxml: `<c n="shadow"/><slot wx:if="{{open}}"/>`, script: life},
		"c":    {wxml: `c`, props: "n", script: life},
	}
}

func TestLifetimes(t *testing.T) {
	t.Parallel()
	s := open(t, lifeApp(), nil)
	for _, c := range []struct {
		do   func()
		want string
	}{
		{func() {}, "+page +p +cshadow +cslotted +c1 +c2 +c3"},
		{func() { s.set("on", "false") }, "-cslotted -cshadow -p"},
		{func() { s.set("l", "[3,1,2,4]") }, "+c4 moved:c"},
		{func() { s.set("l", "[2]", "on", "true") }, "+p +cshadow +cslotted -c3 -c1 -c4"},
		{func() { s.page.Close() }, "-cslotted -cshadow -p -c2 -page"},
		{func() { s.page.Close() }, ""},
	} {
		c.do()
		if got := s.takeLogs(); got != c.want {
			t.Errorf("lifetimes: %s, want %s", got, c.want)
		}
	}
	if _, ok := s.page.Flush(); ok {
		t.Error("a closed page flushes")
	}
}

func TestSetDataWhileRendering(t *testing.T) {
	t.Parallel()
	setOn := func(c *view.Component, path string, v value.Value) {
		if err := c.SetData([]view.Change{{Path: []any{path}, Value: v}}); err != nil {
			logOf(c).log("%v", err)
		}
	}
	s := open(t, map[string]source{
		"page": {wxml: `<c wx:for="{{n}}" v="{{item}}"/><text>{{ready}}</text>`, data: `{"n":2,"ready":0}`},
		"c": {wxml: `<view>{{v}}{{double}}</view>`, props: "v", script: hooks{
			created: func(c *view.Component) { setOn(c, "double", "made") },
			attached: func(c *view.Component) {
				n, _ := c.Owner().Data().Get("ready")
				setOn(c.Owner(), "ready", n.(float64)+1)
			},
			changed: func(c *view.Component, _ []view.Prop) { setOn(c, "double", "changed") },
		}},
	}, nil)
	s.want(`<c><view>0made</view></c><c><view>1made</view></c><text>2</text>`)
	s.set("n", "3")
	s.want(`<c><view>0made</view></c><c><view>1made</view></c><c><view>2made</view></c><text>3</text>`)
	s.set("n", `[7,8,9]`)
	s.want(`<c><view>7changed</view></c><c><view>8changed</view></c><c><view>9changed</view></c><text>3</text>`)
}

func TestEndlessLoopsStop(t *testing.T) {
	t.Parallel()
	again := func(c *view.Component, _ []view.Prop) {
		n, _ := c.Owner().Data().Get("n")
		_ = c.Owner().SetData([]view.Change{{Path: []any{"n"}, Value: n.(float64) + 1}})
	}
	for _, c := range []struct {
		name, want string
		comps      map[string]source
	}{
		{"observer", "setData while rendering repeated more than 100 times", map[string]source{
			"page": {wxml: `<c n="{{n}}"/>`, data: `{"n":0}`}, "c": {props: "n", script: hooks{changed: again}},
		}},
		{"component", "components nested deeper than 200 levels", map[string]source{
			"page": {wxml: `<c wx:if="{{n}}"/>`}, "c": {wxml: `<c/>`},
		}},
		{"template", "templates nested deeper than 200 levels", map[string]source{
			"page": {wxml: `<template name="t"><view><template is="t"/></view></template><template wx:if="{{n}}" is="t"/>`},
		}},
		{"nodes", "a page of more than 500000 nodes", map[string]source{
			"page": {wxml: `<template name="t"><view/><template is="t"/><template is="t"/></template><template wx:if="{{n}}" is="t"/>`},
		}},
		{"list", "only the first 100000 are shown", map[string]source{"page": {wxml: `<block wx:for="{{n*1e9}}"><block wx:if="{{false}}"/></block>`}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, c.comps, nil)
			s.noErrors()
			s.set("n", "1")
			all := strings.Join(s.errs, "\n")
			if !strings.Contains(all, c.want) || !strings.Contains(all, ".wxml:1:") && c.name != "observer" {
				t.Errorf("reported %q, want %q with its place", s.errs, c.want)
			}
			s.errs = nil
		})
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	s := open(t, map[string]source{"page": {wxml: `<view wx:for="{{l}}" wx:key="id">{{item.v}}</view><template is="{{t}}"/>`, data: `{"l":[{"id":1,"v":"a"},{"id":1,"v":"b"},{"v":"c"}]}`}}, nil)
	if len(s.errs) != 1 || !strings.Contains(s.errs[0], `page.wxml:1:1: wx:key="id": several items have the key "1"`) {
		t.Errorf("reported %q", s.errs)
	}
	s.errs = nil
	s.set("l", `[{"id":1,"v":"b"},{"id":1,"v":"a"},{"v":"d"}]`)
	s.want(`<view>b</view><view>a</view><view>d</view>`)
	s.set("t", `"gone"`)
	if len(s.errs) != 1 || !strings.Contains(s.errs[0], `there is no <template name="gone">`) {
		t.Errorf("reported %q", s.errs)
	}
}
