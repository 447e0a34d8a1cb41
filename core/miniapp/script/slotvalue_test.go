package script

import (
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"testing"
)

// Content of a component with dynamicSlots is made for every slot, sees what the slot gives, and follows it.
func TestSlotValues(t *testing.T) {
	t.Parallel()
	list := map[string]string{
		"c/list.json": `{"component":true}`,
		"c/list.wxml": `<block wx:for="{{rows}}" wx:key="id"><slot name="row" item="{{item}}" row-index="{{index}}" total="{{rows.length}}"/>;</block><slot name="{{foot}}" n="{{rows.length}}"/>`,
		"c/list.js": `Component({ options: { dynamicSlots: true }, properties: { rows: Array }, data: { foot: "foot" }, methods: {
			other(name) { this.setData({ foot: name }) } } })`,
		"pages/index.json": `{"usingComponents":{"list":"/c/list"}}`,
		"pages/index.js": `Page({ data: { rows: [{ id: 1, n: "a" }, { id: 2, n: "b" }], mark: "!", tags: ["x"] },
			set(o) { this.setData(o) }, foot(name) { this.selectComponent("#l").other(name) }, tapped(e) { console.log(e.mark.n, e.currentTarget.dataset.i) } })`,
	}
	tests := []struct{ name, wxml, first, after string }{
		{"names of their own", `<list id="l" rows="{{rows}}"><view slot="row" slot:item slot:row-index="i">{{i}}{{item.n}}{{mark}}</view></list>`, "0a! ; 1b! ;", "0c? ;"},
		{"aliases", `<list id="l" rows="{{rows}}"><view slot="row" slot:item="it" slot:total="all">{{it.n}}/{{all}}</view><text slot="foot" slot:n="n">sum {{n}}</text></list>`, "a/2 ; b/2 ;sum 2", "c/1 ;sum 1"},
		{"a name of several words", `<list id="l" rows="{{rows}}"><view slot="row" slot:row-index>{{rowIndex}}</view></list>`, "0 ; 1 ;", "0 ;"},
		{"on a block, in a condition and a loop", `<list id="l" rows="{{rows}}"><block slot="row" slot:item wx:if="{{mark}}"><text wx:for="{{tags}}" wx:for-item="t">{{t}}{{item.n}}</text></block></list>`, "xa;xb;", "xc;"},
		{"a computed slot name", `<list id="l" rows="{{rows}}"><view slot="{{'ro' + 'w'}}" slot:item>{{item.n}}</view></list>`, "a ; b ;", "c ;"},
		{"values that the slot does not give", `<list id="l" rows="{{rows}}"><view slot="row" slot:nothing="x">[{{x}}]</view></list>`, "[] ; [] ;", "[] ;"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"pages/index.wxml": test.wxml}
			for name, src := range list {
				files[name] = src
			}
			w, p := open(t, files)
			w.wantText(p, test.first)
			w.do(p, "set", value.ObjectOf("rows", &value.Array{Items: []value.Value{value.ObjectOf("id", 2.0, "n", "c")}}, "mark", "?"))
			w.wantText(p, test.after)
			w.do(p, "set", value.ObjectOf("rows[1]", value.ObjectOf("id", 7.0, "n", "z"), "rows[0]", value.ObjectOf("id", 2.0, "n", "y")))
			w.wantNoErrors()
		})
	}
}

func TestSlotValuesFollowTheirSlot(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"c/box.json": `{"component":true}`, "c/box.wxml": `<slot name="{{at}}" n="{{n}}"/>`,
		"c/box.js":         `Component({ options: { dynamicSlots: true }, data: { n: 1, at: "a" }, methods: { set(o) { this.setData(o) } } })`,
		"pages/index.json": `{"usingComponents":{"box":"/c/box"}}`,
		"pages/index.wxml": `<box id="b"><view slot="a" slot:n data-n="{{n}}" mark:n="{{n}}" bindtap="tapped">A{{n}}</view><view slot="b" slot:n="m">B{{m}}</view><view>none</view></box>`,
		"pages/index.js":   `Page({ set(o) { this.selectComponent("#b").set(o) }, tapped(e) { console.log(e.currentTarget.dataset.n, e.mark.n) } })`,
	})
	w.wantText(p, "A1")
	w.do(p, "set", value.ObjectOf("n", 2.0))
	w.wantText(p, "A2")
	w.tap(p, "view")
	w.wantLog("2 2")
	w.do(p, "set", value.ObjectOf("at", "b"))
	w.wantText(p, "B2")
	w.do(p, "set", value.ObjectOf("at", "", "n", 3.0))
	w.wantText(p, "none")
	w.do(p, "set", value.ObjectOf("at", "a"))
	w.wantText(p, "A3")
}
