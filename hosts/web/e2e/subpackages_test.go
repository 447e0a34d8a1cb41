package e2e

import (
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
)

// TestSubpackages: a bundle opens by its main package; the rest comes when a component with a placeholder, a page and a
// script need it, pictures included.
func TestSubpackages(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	result, err := compiler.Build(t.Context(), compiler.Options{Dir: "parts", Strict: true, FS: fstest.MapFS{
		"app.json":  file(`{"pages": ["home"], "subPackages": [{"root": "card", "pages": ["page"]}, {"root": "sub", "pages": ["page"]}]}`),
		"app.js":    file("App({})"),
		"home.json": file(`{"usingComponents": {"card": "/card/card"}, "componentPlaceholder": {"card": "view"}, "navigationBarTitleText": "分包"}`),
		"home.wxml": file(`<card name="{{name}}">{{said}}</card><button bindtap="ask">ask</button><button bindtap="go">go</button>
<wxs module="m">module.exports = {mark: function (e, owner) { owner.selectComponent(".near").setStyle({color: "rgb(0, 128, 0)"}); return false }}</wxs>
<view class="near" bindtap="{{m.mark}}">marked here</view>`),
		"home.js": file(`Page({data: {name: "Lin", said: "nothing yet"},
  ask() { require.async("./sub/lib").then((lib) => this.setData({said: lib.word})) },
  go() { wx.navigateTo({url: "/sub/page"}) }})`),
		"card/card.json": file(`{"component": true}`), "card/card.js": file(`Component({properties: {name: String}})`),
		"card/card.wxml": file(`<view class="title">card of {{name}}</view><slot/>`), "card/card.wxss": file(`.title { color: #b33; font-size: 48rpx; }`),
		"card/page.wxml": file("<view/>"), "card/page.js": file("Page({})"),
		"sub/lib.js": file(`module.exports = {word: "from far away"}`),
		"sub/page.wxml": file(`<view class="far">the other page</view><image src="a.svg" bindload="loaded"/><view wx:if="{{ok}}">picture there</view>
<wxs module="m" src="./mark.wxs"/><view class="marks" bindtap="{{m.mark}}">marked there</view>`),
		"sub/mark.wxs": file(`module.exports = {mark: function (e, owner) { owner.selectComponent(".marks").setStyle({color: "rgb(0, 0, 200)"}) }}`),
		"sub/page.js":  file(`Page({loaded() { this.setData({ok: true}) }})`),
		"sub/a.svg":    file(`<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40" fill="#3a6ea5"/></svg>`),
	}})
	if err != nil {
		t.Fatal(err)
	}
	bundle := filepath.Join(t.TempDir(), "parts.dgm")
	if err := result.WriteFile(bundle); err != nil {
		t.Fatal(err)
	}
	d := startConfigured(t, bundle, func(c *config.Config) { c.Trust.Bundles = config.BundlesUnsigned })
	seen := func(text string) string {
		return `$$("dg-view").some((el) => el.textContent.trim() === "` + text + `")`
	}
	d.Wait(seen("card of Lin"))
	d.Wait(`getComputedStyle($$("dg-view").find((el) => el.textContent.trim() === "card of Lin")).color === "rgb(187, 51, 51)"`)
	// Scripts of the main package run in the frame, though other packages are still to come; theirs run in the realm.
	var counting bool
	d.Eval(countMessages, &counting)
	d.Tap(`$(".near")`)
	d.Wait(`getComputedStyle($(".near")).color === "rgb(0, 128, 0)"`)
	var sent []string
	if d.Eval(`sent`, &sent); len(sent) != 0 {
		t.Errorf("a tap that a script in the frame handles sends %q", sent)
	}
	d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "ask")`)
	d.Wait(`document.querySelector(".page") && $$("*").some((el) => el.textContent.trim().endsWith("from far away"))`)
	d.Screenshot("subpackages")
	d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "go")`)
	d.Wait(seen("picture there"))
	d.Tap(`$$(".marks").at(-1)`)
	d.Wait(`getComputedStyle($$(".marks").at(-1)).color === "rgb(0, 0, 200)"`)
	d.Screenshot("subpackages-page")
}
