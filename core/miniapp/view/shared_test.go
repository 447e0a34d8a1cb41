package view_test

import (
	"fmt"
	"sync"
	"testing"
)

// TestSharedDefinitions opens the same program in several sessions at once: linking on demand must not disturb others.
// It is of use under the race detector.
func TestSharedDefinitions(t *testing.T) {
	t.Parallel()
	sources := map[string]source{
		"page": {wxml: `<import src="t.wxml"/><g generic:row="{{'a'}}" wx:for="{{l}}" n="{{item}}"/><g generic:row="a" n="1"/><template is="{{t}}" data="{{l}}"/>`, data: `{"l":[1,2],"t":"x"}`},
		"g":    {wxml: `<row wx:for="{{2}}" v="{{n}}"><text wx:for="{{n}}">{{item}}{{index}}{{other}}</text></row>`, props: "n", generics: map[string]string{"row": "b"}},
		"a":    {wxml: `a{{v}}<slot/>`, props: "v"}, "b": {wxml: `b{{v}}<slot/>`, props: "v"},
	}
	files := map[string]string{"t.wxml": `<template name="x"><text wx:for="{{l}}">{{item}}</text></template><template name="y">{{l}}</template>`}
	first := newApp(t, sources, files)
	var wg sync.WaitGroup
	shown := make([]string, 8)
	for i := range shown {
		wg.Go(func() {
			a := &app{tb: t, defs: first.defs, files: first.files, scripts: first.scripts}
			s := a.open()
			for k := range 10 {
				s.set("l", fmt.Sprintf("[%d,3]", k), "t", `"y"`)
			}
			shown[i] = s.html()
		})
	}
	wg.Wait()
	for _, html := range shown {
		if html != shown[0] {
			t.Errorf("sessions show different pages:\n%s\n%s", html, shown[0])
		}
	}
}
