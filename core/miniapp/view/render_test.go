package view_test

import "testing"

// step changes data and says what the page shows then.
type step struct {
	set  []string
	want string
}

func set(pairs ...string) []string { return pairs }

func TestRender(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, wxml, data string
		files            map[string]string
		first            string
		steps            []step
	}{
		{
			name: "text and attributes", wxml: `<view id="a" class="x {{c}}" hidden="{{h}}">{{n}} items, {{s}}</view>`, data: `{"n":1,"c":"y","s":"ok"}`,
			first: `<view class="x y" id="a">1 items, ok</view>`,
			steps: []step{
				{set("n", "2"), `<view class="x y" id="a">2 items, ok</view>`},
				{set("c", `["p","q"]`, "h", "true"), `<view class="x p q" hidden id="a">2 items, ok</view>`},
			},
		},
		{
			name: "paths", wxml: `<view>{{a.b.c}}|{{a.l[1].x}}|{{a.l.length}}</view>`, data: `{"a":{"b":{"c":1},"l":[{"x":1},{"x":2}]}}`,
			first: `<view>1|2|2</view>`,
			steps: []step{
				{set("a.b.c", "5"), `<view>5|2|2</view>`}, {set("a.l[1].x", "7"), `<view>5|7|2</view>`}, {set("a.l[2]", "7"), `<view>5|7|3</view>`},
				{set("a.b", `{"c":0}`), `<view>0|7|3</view>`}, {set("a.l", `"xy"`), `<view>0||2</view>`}, {set("a.l.x", `1`), `<view>0||</view>`},
			},
		},
		{
			name: "if", wxml: `<text wx:if="{{n>2}}">many</text><text wx:elif="{{n==2}}">two</text><text wx:else>few</text><view>{{n}}</view>`, data: `{"n":1}`,
			first: `<text>few</text><view>1</view>`,
			steps: []step{
				{set("n", "2"), `<text>two</text><view>2</view>`}, {set("n", "3"), `<text>many</text><view>3</view>`},
				{set("n", "4"), `<text>many</text><view>4</view>`}, {set("n", "0"), `<text>few</text><view>0</view>`},
			},
		},
		{
			name: "keyed list", wxml: `<view wx:for="{{l}}" wx:key="id">{{index}}:{{item.n}}</view>`, data: `{"l":[{"id":1,"n":"a"},{"id":2,"n":"b"},{"id":3,"n":"c"}]}`,
			first: `<view>0:a</view><view>1:b</view><view>2:c</view>`,
			steps: []step{
				{set("l[1].n", `"x"`), `<view>0:a</view><view>1:x</view><view>2:c</view>`},
				{set("l", `[{"id":3,"n":"c"},{"id":1,"n":"a"},{"id":2,"n":"x"}]`), `<view>0:c</view><view>1:a</view><view>2:x</view>`},
				{set("l", `[{"id":4,"n":"d"},{"id":1,"n":"A"}]`), `<view>0:d</view><view>1:A</view>`},
				{set("l[2]", `{"id":9,"n":"z"}`), `<view>0:d</view><view>1:A</view><view>2:z</view>`},
				{set("l[0].id", `7`), `<view>0:d</view><view>1:A</view><view>2:z</view>`},
				{set("l[0].n", `"u"`, "l", `[{"id":7,"n":"u"}]`), `<view>0:u</view>`},
				{set("l", "null"), ``}, {set("l", `[{"id":1,"n":"a"}]`), `<view>0:a</view>`},
			},
		},
		{
			name: "lists over everything", wxml: `<text wx:for="{{l}}" wx:for-item="v" wx:for-index="k">{{k}}={{v}};</text>`, data: `{"l":{"b":1,"a":2}}`,
			first: `<text>b=1;</text><text>a=2;</text>`,
			steps: []step{
				{set("l", `"añ"`), `<text>0=a;</text><text>1=ñ;</text>`}, {set("l", "3"), `<text>0=0;</text><text>1=1;</text><text>2=2;</text>`},
				{set("l", "-1"), ``}, {set("l", `true`), ``}, {set("l", `{"x":1}`), `<text>x=1;</text>`}, {set("l.y", `5`), `<text>x=1;</text><text>y=5;</text>`},
			},
		},
		{
			name: "nested lists", wxml: `<view wx:for="{{rows}}" wx:for-item="row" wx:key="id"><text wx:for="{{row.cells}}" wx:key="*this">{{row.id}}{{item}}{{sep}}</text></view>`,
			data:  `{"sep":",","rows":[{"id":1,"cells":["a","b"]},{"id":2,"cells":[]}]}`,
			first: `<view><text>1a,</text><text>1b,</text></view><view></view>`,
			steps: []step{
				{set("rows[1].cells[0]", `"z"`), `<view><text>1a,</text><text>1b,</text></view><view><text>2z,</text></view>`},
				{set("sep", `";"`, "rows[0].cells", `["b","a"]`), `<view><text>1b;</text><text>1a;</text></view><view><text>2z;</text></view>`},
			},
		},
		{
			name: "templates", wxml: `<import src="t.wxml"/><template name="own"><text>{{x}}</text></template>
				<template is="{{which}}" data="{{...o, x: n}}"/><template is="list" data="{{l}}"/>`,
			data: `{"which":"own","n":1,"o":{"y":"Y"},"l":[{"a":1},{"a":2}]}`,
			files: map[string]string{"t.wxml": `<template name="other"><view>{{x}}{{y}}<template is="inner" data="{{y}}"/></view></template>
				<template name="inner"><text>in {{y}}</text></template><template name="list"><text wx:for="{{l}}">{{item.a}}</text></template>`},
			first: `<text>1</text><text>1</text><text>2</text>`,
			steps: []step{
				{set("n", "2"), `<text>2</text><text>1</text><text>2</text>`},
				{set("which", `"other"`), `<view>2Y<text>in Y</text></view><text>1</text><text>2</text>`},
				{set("o.y", `"Z"`, "l[1].a", "3"), `<view>2Z<text>in Z</text></view><text>1</text><text>3</text>`},
				{set("l", `[{"a":5}]`), `<view>2Z<text>in Z</text></view><text>5</text>`},
			},
		},
		{
			name: "blocks side by side", wxml: `<block wx:if="{{a}}"><block wx:for="{{l}}">{{item}}</block></block><block wx:if="{{b}}">B</block>`,
			data: `{"a":true,"b":true,"l":[1,2]}`, first: `12B`,
			steps: []step{{set("l", "[1,2,3]"), `123B`}, {set("a", "false"), `B`}, {set("a", "true", "l", "[9]"), `9B`}, {set("b", "false"), `9`}},
		},
		{
			name: "styles", wxml: `<view style="width:{{w}}rpx;{{s}}"/><view style="margin: 15rpx 7.5rpx -30rpx"/>`, data: `{"w":75,"s":"color:red"}`,
			first: `<view style="width:10vw;color:red"></view><view style="margin: 2vw 1vw -4vw"></view>`,
			steps: []step{{set("w", "150"), `<view style="width:20vw;color:red"></view><view style="margin: 2vw 1vw -4vw"></view>`}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, map[string]source{"page": {wxml: c.wxml, data: c.data}}, c.files)
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
