package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// moment is a page of the web that posts twice and then, when it is tapped, does what its address says.
const moment = `<!doctype html><meta name="viewport" content="width=device-width"><script src="%s/sdk/miniprogram.js"></script>
<body style="margin:0;background:#def"><h1>H5</h1><script>
const what = new URLSearchParams(location.search).get("do");
document.documentElement.style.height = "100%%";
wx.miniProgram.getEnv((env) => (wx.miniProgram.postMessage({ data: { env, said: what } }), (window.said = true)));
wx.miniProgram.postMessage({ data: window.__wxjs_environment });
document.documentElement.onclick = () => {
  if (what === "switchTab") wx.miniProgram.switchTab({ url: "/pages/tab" });
  else if (what === "back") wx.miniProgram.navigateBack({ delta: 1 });
  else if (what !== "stay") wx.miniProgram[what]({ url: "/pages/next?by=" + what });
};
</script>`

// moments is a mini-program whose <web-view> shows such pages.
func moments(t *testing.T, site string) string {
	t.Helper()
	return write(t, map[string]string{
		"project.config.json": `{"appid": "moments", "projectname": "Moments"}`,
		"app.json": `{"pages": ["pages/home", "pages/tab", "pages/web", "pages/next"],
			"tabBar": {"list": [{"pagePath": "pages/home", "text": "home"}, {"pagePath": "pages/tab", "text": "tab"}]}}`,
		"app.js": `App({ told: [] })`,
		"pages/home.js": `Page({ data: { told: "" }, onShow() { this.setData({ told: JSON.stringify(getApp().told) }); getApp().told = [] },
			go(e) { wx.navigateTo({ url: "/pages/web?do=" + e.currentTarget.dataset.do }) } })`,
		"pages/home.wxml": `<view id="home">{{told}}</view><button wx:for="{{['redirectTo', 'reLaunch', 'switchTab', 'back', 'stay']}}" wx:key="*this" id="{{item}}" data-do="{{item}}" bindtap="go">{{item}}</button>`,
		"pages/tab.js":    `Page({ data: { told: "" }, onShow() { this.setData({ told: JSON.stringify(getApp().told) }); getApp().told = [] } })`,
		"pages/tab.wxml":  `<view id="tab">{{told}}</view>`,
		"pages/next.js":   `Page({ data: { told: "", by: "" }, onLoad({ by }) { this.setData({ by, told: JSON.stringify(getApp().told) }); getApp().told = [] }, home() { wx.reLaunch({ url: "/pages/home" }) } })`,
		"pages/next.wxml": `<view id="next">{{by}} {{told}}</view><button id="again" bindtap="home">home</button>`,
		"pages/web.js": `Page({ data: { src: "" }, onLoad({ do: what }) { this.setData({ src: "` + site + `/page?do=" + what }); if (what === "stay") this.timer = setTimeout(() => 0) },
			said(e) { getApp().told.push(...e.detail.data) }, onUnload() { getApp().told.push("unload") },
			onShareAppMessage() { return { title: "heard " + getApp().told.length, path: "/pages/home" } } })`,
		"pages/web.wxml": `<web-view src="{{src}}" bindmessage="said"></web-view>`,
	})
}

// TestWebViewMoments: a page of the web knows where it is, navigates in every way, and what it posts is told when its page is
// left, closed by the mini-program or shared: all at once, once, and before the page hears of it.
func TestWebViewMoments(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	var shell atomic.Value
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, moment, shell.Load())
	}))
	t.Cleanup(site.Close)
	d := startConfigured(t, moments(t, site.URL), func(c *config.Config) { c.MiniApps[0].Domains.WebView = []string{site.URL} })
	shell.Store(d.base)
	told := func(what string) string {
		return fmt.Sprintf(`[{"env":{"miniprogram":true},"said":%q},"miniprogram"`, what)
	}
	for _, c := range []struct{ what, at, text string }{
		{"redirectTo", "next", "redirectTo " + told("redirectTo") + `]`},
		{"reLaunch", "next", "reLaunch " + told("reLaunch") + `]`},
		{"switchTab", "tab", told("switchTab") + `]`},
		{"back", "home", told("back") + `]`},
	} {
		d.Tap(`$("#` + c.what + `")`)
		d.RestingShell(`$(".web-view")`)
		d.Says("do="+c.what, `window.said && document.documentElement.onclick`)
		d.Drawn("do=" + c.what)
		d.TapShell(`$(".web-view")`)
		d.Wait(`$("#` + c.at + `")?.checkVisibility() && $("#` + c.at + `").textContent.includes("miniprogram")`)
		d.want(`$("#`+c.at+`").textContent.replace(',"unload"', "")`, c.text) // redirectTo loads the next page before it unloads its own
		d.WaitShell(`!$(".web-view")`)
		switch c.at {
		case "next":
			d.Tap(`$("#again")`)
		case "tab":
			d.Tap(`$$(".tab").find((el) => el.checkVisibility() && el.textContent.includes("home"))`)
		}
		d.Wait(`$("#home")?.checkVisibility() && still($("#home"))`)
	}

	d.Tap(`$("#stay")`)
	d.RestingShell(`$(".web-view")`)
	d.Says("do=stay", `window.said`)
	d.TapShell(`$(".app.shown .capsule-part:first-child")`)
	d.TapShell(`$(".layer.open [data-entry=share]")`)
	d.WaitShell(`$(".layer.open .share .share-title")?.textContent === "heard 2"`) // told before it was asked
	d.Screenshot("webview-share")
}
