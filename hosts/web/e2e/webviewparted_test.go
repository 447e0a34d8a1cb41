package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// talkative is a page of the web that posts all the time.
const talkative = `<!doctype html><script src="%s/sdk/miniprogram.js"></script><script>
let n = 0;
const post = () => { for (let i = 0; i < 3; i++) wx.miniProgram.postMessage({ data: ++n }); if (n < 150) setTimeout(post) };
post();
</script>`

// countHeard has the shell count what a page of the web posts as long as it is shown.
const countHeard = `window.__heard = 0;
addEventListener("message", (e) => {
  if (e.data?.dougong === "miniProgram" && e.data.name === "postMessage" && document.querySelector(".web-view")?.contentWindow === e.source) window.__heard++;
})`

// TestWebViewIsTakenAway: what a page of the web has posted when its <web-view> goes by wx:if, with its component or with its
// page, is told, all of it and in order, though some of it is still on its way then.
func TestWebViewIsTakenAway(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	var shell atomic.Value
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, talkative, shell.Load())
	}))
	t.Cleanup(site.Close)
	dir := write(t, map[string]string{
		"project.config.json": `{"appid": "parted", "projectname": "Parted"}`,
		"app.json":            `{"pages": ["pages/home", "pages/own"]}`, "app.js": `App({ told: [] })`,
		"pages/home.json": `{"usingComponents": {"shows": "/shows"}}`,
		"pages/home.js": `Page({ data: { is: "", told: "" }, onShow() { if (getApp().told.length) this.told() },
			show(e) { this.setData({ is: e.currentTarget.dataset.is, told: "" }) }, own() { wx.navigateTo({ url: "/pages/own" }) },
			drop() { setTimeout(() => this.setData({ is: "" })) },
			said(e) { getApp().told.push(...e.detail.data); this.told() }, told() { this.setData({ told: JSON.stringify(getApp().told) }) },
			clear() { getApp().told = []; this.setData({ told: "" }) } })`,
		"pages/home.wxml": `<button id="if" data-is="if" bindtap="show">if</button><button id="component" data-is="component" bindtap="show">component</button>
			<button id="page" bindtap="own">page</button><button id="clear" bindtap="clear">clear</button><view id="told">{{told || "none"}}</view>
			<web-view wx:if="{{is === 'if'}}" src="` + site.URL + `/" bindload="drop" bindmessage="said"/><shows wx:if="{{is === 'component'}}" src="` + site.URL + `/" bindloaded="drop"/>`,
		"shows.json":     `{"component": true}`,
		"shows.js":       `Component({ properties: { src: String }, methods: { loaded() { this.triggerEvent("loaded") }, said(e) { const home = getCurrentPages()[0]; home.said(e) } } })`,
		"shows.wxml":     `<web-view src="{{src}}" bindload="loaded" bindmessage="said"/>`,
		"pages/own.js":   `Page({ left() { setTimeout(() => wx.navigateBack()) }, said(e) { getApp().told.push(...e.detail.data) } })`,
		"pages/own.wxml": `<web-view src="` + site.URL + `/" bindload="left" bindmessage="said"/>`,
	})
	d := startConfigured(t, dir, func(c *config.Config) { c.MiniApps[0].Domains.WebView = []string{site.URL} })
	shell.Store(d.base)
	d.Script(countHeard)
	for _, way := range []string{"if", "component", "page"} {
		d.Script(`window.__heard = 0`)
		d.Tap(`$("#` + way + `")`)
		some := "[1,2,3"
		if way == "page" { // what comes when the page is closed has nobody to hear it
			some = "[1"
		}
		t.Logf("it goes with its %s", way)
		d.Wait(`$("#told")?.checkVisibility() && $("#told").textContent.startsWith("` + some + `")`)
		d.WaitShell(`!document.querySelector(".web-view")`)
		var heard int
		d.EvalShell(`window.__heard`, &heard)
		if way == "page" {
			d.Wait(`JSON.parse($("#told").textContent).every((n, i) => n === i + 1)`)
		} else {
			d.Wait(fmt.Sprintf(`JSON.stringify(JSON.parse($("#told").textContent)) === JSON.stringify(Array.from({ length: %d }, (_, i) => i + 1))`, heard))
		}
		d.Tap(`$("#clear")`)
		d.Wait(`$("#told").textContent === "none"`)
	}
}
