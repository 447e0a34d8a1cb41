package script

import "testing"

// TestOrderOfCalls holds orders that WeChat's documents give, or that both of its published frameworks (exparser, by
// miniprogram-simulate, and glass-easel) have in common.
func TestOrderOfCalls(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files map[string]string
		log   []string
	}{
		{
			"a property's observer finds the tree", map[string]string{
				"pages/index.wxml": `<x v="given"/>`, "pages/index.js": `Page({})`,
				"comp/x.json": `{"usingComponents":{"y":"y"}}`, "comp/x.wxml": `<y id="y" w="{{v}}"/>`,
				"comp/x.js": `Component({ properties: { v: { type: String, observer() { console.log(this.selectComponent("#y") !== null) } } } })`,
				"comp/y.js": `Component({ properties: { w: String }, observers: { w(v) { console.log("w", v) } } })`, "comp/y.wxml": ``,
			},
			[]string{"w ", "w given", "true"},
		},
		{
			"relations are linked after attached and dissolved after detached", map[string]string{
				"pages/index.wxml": `<x wx:if="{{on}}"><y/></x>`, "pages/index.js": `Page({ data: { on: true }, onLoad() { this.setData({ on: false }) } })`,
				"comp/x.wxml": `<slot/>`, "comp/x.js": `Component({ relations: { "./y": { type: "child", linked() { console.log("linked") }, unlinked() { console.log("unlinked") } } } })`,
				"comp/y.wxml": ``, "comp/y.js": `Component({ relations: { "./x": { type: "parent" } }, attached() { console.log("attached") }, detached() { console.log("detached") } })`,
			},
			[]string{"attached", "linked", "detached", "unlinked"},
		},
		{
			"relations stay within one template", map[string]string{
				"pages/index.wxml": `<x/>`, "pages/index.js": `Page({})`,
				"comp/x.json": `{"usingComponents":{"y":"y"}}`,
				"comp/x.wxml": `<y/>`, "comp/x.js": `Component({ relations: { "./y": { type: "descendant", linked() { console.log("linked") } } } })`,
				"comp/y.wxml": ``, "comp/y.js": `Component({ relations: { "./x": { type: "ancestor", linked() { console.log("linked") } } } })`,
			},
			nil,
		},
		{
			"a parent is the next component around", map[string]string{
				"pages/index.wxml": `<x><z><y/></z></x>`, "pages/index.js": `Page({})`, "pages/index.json": `{"usingComponents":{"x":"/comp/x","y":"/comp/y","z":"/comp/z"}}`,
				"comp/x.wxml": `<slot/>`, "comp/x.js": `Component({ relations: { "./y": { type: "child", linked() { console.log("linked") } } } })`,
				"comp/y.wxml": ``, "comp/y.js": `Component({ relations: { "./x": { type: "parent", linked() { console.log("linked") } } } })`,
				"comp/z.wxml": `<slot/>`, "comp/z.js": `Component({})`,
			},
			nil,
		},
		{
			"only the end of a setData is rendered", map[string]string{
				"pages/index.wxml": `<x wx:if="{{o.on}}"/>`, "pages/index.js": `Page({ data: { o: { on: false } }, onLoad() { this.setData({ "o.on": true, o: { on: false } }) } })`,
				"comp/x.wxml": ``, "comp/x.js": `Component({ created() { console.log("created") } })`, "comp/y.wxml": ``, "comp/y.js": `Component({})`,
			},
			nil,
		},
		{
			"an observer that is due anyway is called once", map[string]string{
				"pages/index.wxml": ``, "pages/index.js": `
Component({ data: { a: 0, b: 0 }, observers: { a() { this.setData({ b: 1 }) }, "**"() { console.log("all") } }, methods: { onLoad() { this.setData({ a: 1 }) } } })`,
				"comp/x.wxml": ``, "comp/x.js": `Component({})`, "comp/y.wxml": ``, "comp/y.js": `Component({})`,
			},
			[]string{"all"},
		},
		{
			"detached: between the tags, in the template, itself, in the order of the page", map[string]string{
				"pages/index.wxml": `<block wx:if="{{on}}"><x id="1"><y id="slotted"/></x><y id="2"/></block>`,
				"pages/index.js":   `Page({ data: { on: true }, onLoad() { this.setData({ on: false }) } })`,
				"comp/x.json":      `{"usingComponents":{"y":"y"}}`,
				"comp/x.wxml":      `<y id="shadow"/><slot/>`, "comp/x.js": `Component({ detached() { console.log(this.id) } })`,
				"comp/y.wxml": ``, "comp/y.js": `Component({ detached() { console.log(this.id) } })`,
			},
			[]string{"slotted", "shadow", "1", "2"},
		},
		{
			"children are attached after the parent's attached has run, whatever it sets", map[string]string{
				"pages/index.wxml": `<x/>`, "pages/index.js": `Page({})`,
				"comp/x.json": `{"usingComponents":{"y":"y"}}`, "comp/x.wxml": `<y wx:if="{{on}}"/>`,
				"comp/x.js":   `Component({ attached() { this.setData({ on: true }); console.log("x") } })`,
				"comp/y.wxml": ``, "comp/y.js": `Component({ attached() { console.log("y") } })`,
			},
			[]string{"x", "y"},
		},
		{
			"a value that was only converted is not given again", map[string]string{
				"pages/index.wxml": `<x v="{{a ? 1 : b}}"/>`, "pages/index.js": `Page({ data: { a: 1, b: 1 }, onLoad() { this.setData({ b: 2 }) } })`,
				"comp/x.wxml": ``, "comp/x.js": `Component({ properties: { v: String }, observers: { v(v) { console.log(v) } } })`, "comp/y.wxml": ``, "comp/y.js": `Component({})`,
			},
			[]string{"1"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.files["pages/index.json"] == "" {
				test.files["pages/index.json"] = usesX
			}
			w, _ := open(t, test.files)
			w.wantLog(test.log...)
		})
	}
}

// TestForwardedSlots passes content on: a slot that stands between the tags of another component, in a slot of that one.
func TestForwardedSlots(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": `{"usingComponents":{"x":"/comp/x"}}`,
		"pages/index.wxml": `<x s="{{s}}"><view slot="mine">content</view></x>`,
		"pages/index.js":   `Page({ data: { s: "" }, to(s) { this.setData({ s }) } })`,
		"comp/x.json":      `{"usingComponents":{"y":"y"}}`,
		"comp/x.wxml":      `<y><slot name="mine" slot="{{s}}"/></y><y><slot name="fixed" slot="theirs"/></y><y><block slot="{{s}}">text</block></y>`,
		"comp/x.js":        `Component({ options: { multipleSlots: true }, properties: { s: String } })`,
		"comp/y.wxml":      `[<slot name="theirs"/>]`,
		"comp/y.js":        `Component({ options: { multipleSlots: true } })`,
	})
	w.wantText(p, "[] [] []")
	w.do(p, "to", "theirs")
	w.wantText(p, "[ content ] [] [text]")
	w.do(p, "to", "")
	w.wantText(p, "[] [] []")
}

// TestComputedCatch catches an event only while the handler's name is there.
func TestComputedCatch(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.wxml": `<view bindtap="outer"><view catchtap="{{inner}}"><view id="a"/></view><view catchtap=""><view id="b"/></view></view>`,
		"pages/index.js":   `Page({ data: { inner: "" }, outer() { console.log("outer") }, stop() { console.log("stop") }, set(inner) { this.setData({ inner }) } })`,
	})
	w.tap(p, "#a")
	w.tap(p, "#b")
	w.wantLog("outer")
	w.do(p, "set", "stop")
	w.tap(p, "#a")
	w.wantLog("stop")
}
