package headless_test

import (
	"strings"
	"testing"
)

// What built-in components show without a screen, and what their contexts and events do.
func TestComponents(t *testing.T) {
	t.Parallel()
	app := openPage(t, `
<page-meta page-style="overflow: hidden"><navigation-bar title="标题"/></page-meta>
<open-data type="userNickName"/><open-data type="groupName" default-text="群"/>
<root-portal><view bindtap="on" id="portal">弹出</view></root-portal>
<page-container show="{{show}}" bindenter="on"><view>容器里</view></page-container>
<grid-view><view>格</view></grid-view><sticky-section><sticky-header><view>头</view></sticky-header></sticky-section>
<map id="map" bindmarkertap="on" bindtap="on"/><editor id="editor" bindinput="on"/><scroll-view id="scroll"/>
<picker-view value="{{[1]}}" bindchange="on" id="wheels"><picker-view-column><view>甲</view><view>乙</view></picker-view-column></picker-view>
<movable-area><movable-view id="movable" bindchange="on">动</movable-view></movable-area>`, `Page({
		data: { show: false },
		onReady() {
			wx.createMapContext("map").moveToLocation({ latitude: 1, longitude: 2, success: (r) => console.log(r.errMsg) })
			wx.createMapContext("map").addArc({ fail: (r) => console.log(r.errMsg) })
			wx.createSelectorQuery().select("#editor").context((r) => r.context.setContents({ html: "<p>x</p>", success: (s) => console.log(s.errMsg) })).exec()
			wx.createSelectorQuery().select("#scroll").node((r) => { r.node.bounces = false; console.log(typeof r.node.scrollTo, r.node.bounces) }).exec()
			wx.createMediaQueryObserver().observe({ minWidth: 300, maxWidth: 400, orientation: "portrait" }, (r) => console.log("phone", r.matches))
			wx.createMediaQueryObserver().observe({ minWidth: 700 }, (r) => console.log("tablet", r.matches))
			this.animate("#portal", [{ opacity: 0 }, { opacity: 1 }], 100, () => console.log("animated"))
			this.clearAnimation("#portal", () => console.log("cleared"))
			for (const name of ["map.polyline", "movable-view.inertia", "page-container.position.top", "map.rotate", "live-player", "grid-view.type.masonry"]) console.log(name, wx.canIUse(name))
		},
		on(e) { console.log(e.type, e.currentTarget.id, JSON.stringify(e.detail)); this.setData({ show: true }) },
	})`)
	text := app.Text()
	for _, want := range []string{"微信用户", "群", "弹出", "格", "头", "甲", "动"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page shows %q, want %q in it", text, want)
		}
	}
	if strings.Contains(text, "容器里") {
		t.Errorf("the page shows %q: the container is not open", text)
	}
	for _, fire := range []struct {
		selector, kind string
		detail         any
	}{
		{"#portal", "tap", nil},
		{"#map", "markertap", map[string]any{"markerId": 3}},
		{"#wheels", "change", map[string]any{"value": []any{0}}},
		{"#movable", "change", map[string]any{"x": 1, "y": 2, "source": "touch"}},
		{"#editor", "input", map[string]any{"html": "<p>y</p>"}},
	} {
		if err := app.Fire(t.Context(), fire.selector, "", 0, fire.kind, fire.detail); err != nil {
			t.Errorf("%s of %s: %v", fire.kind, fire.selector, err)
		}
	}
	if text := app.Text(); !strings.Contains(text, "容器里") {
		t.Errorf("the page shows %q, want the open container", text)
	}
	var got []string
	for _, line := range app.Logs() {
		got = append(got, line.Message)
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{
		"MapContext.moveToLocation:ok", "MapContext.addArc:fail not supported", "EditorContext.setContents:ok", "function false",
		"phone true", "tablet false", "animated", "cleared", "map.polyline true", "movable-view.inertia true",
		"page-container.position.top true", "map.rotate false", "live-player false", "grid-view.type.masonry true",
		`tap portal {"x":0,"y":0}`, `markertap map {"markerId":3}`, `change wheels {"value":[0]}`,
		`change movable {"source":"touch","x":1,"y":2}`, `input editor {"html":"<p>y</p>"}`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the log misses %q:\n%s", want, all)
		}
	}
	if errs := app.Errors(); len(errs) > 0 {
		t.Errorf("errors %+v", errs)
	}
}
