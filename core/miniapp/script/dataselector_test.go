package script

import "testing"

// TestDataSelectors: what style sheets select elements by is on the elements, and nothing else of their data is.
func TestDataSelectors(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.wxml": `<view data-state="{{state}}" data-itemId="1" data-other="x" bindtap="tap">a</view><box data-state="b"/>`,
		"pages/index.wxss": `view[data-state="on"] { color: red } .x[ data-itemid ] { color: blue }`,
		"app.wxss":         `[data-item-no] { color: green }`,
		"pages/index.json": `{"usingComponents": {"box": "/box"}}`,
		"pages/index.js":   `Page({data: {state: "off"}, tap(e) { this.setData({state: e.currentTarget.dataset.other === "x" ? "on" : "?"}) }})`,
		"box.wxml":         `<view data-state="in" data-item-no="{{n}}">b</view>`, "box.js": `Component({data: {n: 7}, options: {addGlobalClass: true}})`,
	})
	attrs := func(selector string, n int) map[string]any {
		t.Helper()
		nodes, err := w.tree(p).Find(selector)
		if err != nil || len(nodes) <= n {
			t.Fatalf("no node %d of %s: %v", n, selector, err)
		}
		return nodes[n].Attrs
	}
	want := func(got map[string]any, name string, value any) {
		t.Helper()
		if got[name] != value {
			t.Errorf("%s is %v, want %v, in %v", name, got[name], value, got)
		}
	}
	outer := attrs("view", 0)
	want(outer, "data-state", "off")
	want(outer, "data-itemid", "1")
	want(outer, "data-other", nil)
	inner := attrs("view", 1)
	want(inner, "data-state", nil)
	want(inner, "data-item-no", 7.0)
	w.tap(p, "view")
	want(attrs("view", 0), "data-state", "on")
	w.wantNoErrors()
}
