package view_test

import (
	"encoding/json"
	"testing"
)

// oddTemplates are forms that people write and that no generator would think of. All have oddData.
var oddTemplates = map[string]string{
	"space before a list":            `<view wx:for=" {{list}}">{{item}}</view>`,
	"space after a list":             `<view wx:for="{{list}} ">{{item}}</view>`,
	"space around a condition":       `<view wx:if=" {{no}} ">a</view><view wx:else>b</view>`,
	"space in an attribute":          `<view class=" {{s}} " id=" a ">a</view>`,
	"list of text":                   `<view wx:for="abc">{{item}}</view>`,
	"list of two expressions":        `<view wx:for="{{s}}{{n}}">{{item}}{{index}}</view>`,
	"list without value":             `<view wx:for="{{}}">{{item}}</view>`,
	"empty list":                     `<view wx:for="">{{item}}</view>`,
	"number":                         `<view wx:for="{{3}}">{{item}}/{{index}}</view>`,
	"negative number":                `<view wx:for="{{-1}}">{{item}}</view>`,
	"fraction":                       `<view wx:for="{{2.5}}">{{item}}</view>`,
	"null list":                      `<view wx:for="{{null}}">{{item}}</view>`,
	"true list":                      `<view wx:for="{{true}}">{{item}}</view>`,
	"list over an object":            `<view wx:for="{{obj}}" wx:key="index">{{index}}={{item}}</view>`,
	"object with integer keys":       `<view wx:for="{{nums}}">{{index}}={{item}}</view>`,
	"nested lists, one name":         `<view wx:for="{{rows}}"><view wx:for="{{item}}">{{item}}{{index}}</view>{{index}}</view>`,
	"inner list of the outer item":   `<view wx:for="{{rows}}" wx:for-item="item" wx:for-index="i"><text wx:for="{{item}}" wx:for-item="item">{{i}}{{index}}{{item}}</text></view>`,
	"for and if on one":              `<view wx:for="{{list}}" wx:if="{{item > 1}}">{{item}}</view>`,
	"comment between if and else":    `<view wx:if="{{no}}">x</view><!-- c --><view wx:else>y</view>`,
	"if false as text":               `<view wx:if="false">x</view>`,
	"empty if":                       `<view wx:if="">x</view>`,
	"if of two expressions":          `<view wx:if="{{no}}{{no}}">x</view>`,
	"if of a string":                 `<view wx:if="{{'false'}}">x</view>`,
	"if of an empty list":            `<view wx:if="{{[]}}">x</view>`,
	"escapes in an expression":       `<text>{{'a\nb'}}</text>`,
	"braces in strings":              `<view>{{ "{" }}|{{ '}' }}</view>`,
	"object in text":                 `<view>{{obj}}</view>`,
	"array in text":                  `<view>{{list}}</view>`,
	"null, undefined and NaN":        `<view>{{nil}}|{{none}}|{{none.x}}|{{nil.x.y}}|{{none - 1}}</view>`,
	"mixed nothing":                  `<view id="a{{none}}b{{nil}}">x{{none}}</view>`,
	"object literal attribute":       `<view id="{{ {a: n} }}">x</view>`,
	"shorthand template data":        `<template name="t">{{n}}{{s}}{{x}}</template><template is="t" data="{{n, s, x: 1}}"/>`,
	"spread template data":           `<template name="t">{{a}}{{b}}{{n}}</template><template is="t" data="{{...obj, n: 9}}"/>`,
	"later spread wins":              `<template name="t">{{a}}</template><template is="t" data="{{a: 5, ...obj}}"/>`,
	"template with data of a name":   `<template name="t">{{a}}{{obj.a}}</template><template is="t" data="{{obj}}"/>`,
	"template without data":          `<template name="t">[{{n}}]</template><template is="t"/>`,
	"template used before it stands": `<template is="late"/><template name="late">here</template>`,
	"template that is not there":     `<template is="nobody"/>after`,
	"template name twice":            `<template name="t">1</template><template name="t">2</template><template is="t"/>`,
	"template with a condition":      `<template name="t">x{{item}}</template><template is="t" wx:for="{{list}}" wx:if="{{item != 2}}" data="{{item}}"/>`,
	"dynamic is":                     `<template name="o">odd</template><template name="e">even</template><block wx:for="{{list}}"><template is="{{item % 2 ? 'o' : 'e'}}"/></block>`,
	"index of a string":              `<view>{{s[0]}}{{s.length}}{{list.length}}{{obj['a']}}{{list[list.length - 1]}}</view>`,
	"arithmetic":                     `<view>{{n + 1}}{{'1' + 1}}{{'3' * '2'}}{{7 % 4}}{{1 / 3}}{{-n}}{{!n}}</view>`,
	"comparison":                     `<view>{{1 == '1'}}{{1 === '1'}}{{nil == none}}{{nil === none}}{{'b' > 'a'}}</view>`,
	"ternary in ternary":             `<view>{{ n > 1 ? yes ? 'a' : 'b' : 'c' }}</view>`,
	"logic":                          `<view>{{ none || s }}{{ s && n }}{{ no || nil }}</view>`,
	"numbers":                        `<view>{{0.1 + 0.2}}|{{0.5}}|{{1000000000000}}</view>`,
	"upper-case tags":                `<VIEW>a</VIEW><View>b</View>`,
	"html tags":                      `<div>a</div><p>b</p><span>c</span>`,
	"self-closed":                    `<view/><image/><text/>x`,
	"attributes without value":       `<view hidden disabled id>x</view>`,
	"single quotes":                  `<view id='{{s}}' class='a b'>x</view>`,
	"line breaks in a tag":           "<view\n  id=\"a\"\n\tclass=\"b\"\n>x</view\n>",
	"space before the equals sign":   `<view id = "a" class= "b">x</view>`,
	"comment with dashes":            `<!-- a -- b - - > --><view>x</view><!---->y`,
	"comment over an element":        `<view>a<!-- <view>{{n}}</view> -->b</view>`,
	"white space between nodes":      "<view>\n  a\n  b\n  <text> c </text>\n d </view>",
	"white space in a text":          "<text>\n  a\n</text>",
	"style of an object":             `<view style="color:{{s}};width:{{n}}px">x</view>`,
	"class of conditions":            `<view class="a {{yes ? 'b' : ''}} {{no ? 'c' : ''}}">x</view>`,
	"block with list":                `<block wx:for="{{list}}"><text>{{item}}</text>,</block>`,
	"block of nothing":               `<block/><block></block>x`,
	"key of an expression":           `<view wx:for="{{list}}" wx:key="{{item}}">{{item}}</view>`,
	"expression with a newline":      "<view>{{ yes\n ? 'a'\n : 'b' }}</view>",
	"array literal":                  `<view wx:for="{{[1, n, s, [3]]}}">{{item}}</view>`,
	"name that is a keyword":         `<view>{{obj.class}}{{obj.for}}{{obj.default}}</view>`,
	"name with a dollar sign":        `<view>{{$d}}{{_u}}</view>`,
	"hidden by text":                 `<view hidden="false">x</view><view hidden="{{false}}">y</view>`,
}

const oddData = `{"list":[1,2,3],"rows":[[1,2],[3]],"obj":{"b":2,"a":1,"class":"c","for":"f","default":"d"},"nums":{"2":"x","1":"y","z":"w"},
"n":7,"s":"str","yes":true,"no":false,"nil":null,"tree":{"n":1,"k":{"n":2,"k":{"n":3}}},"$d":"dollar","_u":"under"}`

// TestOddTemplates compares what people write by hand with what the template compiler of WeChat's own tools makes of it.
func TestOddTemplates(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("npm is for the whole run")
	}
	var names []string
	var cases []wccCase
	for name, text := range oddTemplates {
		names = append(names, name)
		cases = append(cases, wccCase{WXML: text, States: []json.RawMessage{json.RawMessage(oddData)}})
	}
	for i, want := range runWCC(t, cases) {
		t.Run(names[i], func(t *testing.T) { compareWCC(t, 0, cases[i], want) })
	}
}
