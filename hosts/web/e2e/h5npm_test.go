package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/hosts/internal/npmapp"
)

// TestH5FromNPM: what is on npm runs unchanged from a signed folder: Vue with its router, Swagger UI, and WeChat's own script.
func TestH5FromNPM(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser and npm")
	}
	apps := npmapp.All(t)
	var configured []config.MiniApp
	for _, a := range apps {
		configured = append(configured, config.MiniApp{Path: packed(t, write(t, a.Files))})
	}
	d := h5Host(t, configured...)
	for _, a := range apps {
		d.h5App(a.ID, strings.Fields(a.Want)[0]+" ")
		d.want(`$(".nav-title").textContent`, a.Want)
		d.Screenshot("h5-" + a.ID)
		d.TapShell(`$(".app.shown .capsule-part:last-child")`)
	}
}

// TestWeixinJSSDKInWebView: WeChat's own script, as npm serves it, speaks to the mini-program around a page of the web.
func TestWeixinJSSDKInWebView(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser and npm")
	}
	script, err := os.ReadFile(filepath.Join(npmtest.Dir(npmtest.Install(t, npmtest.WeixinJSSDK), npmtest.WeixinJSSDK), "index.js"))
	if err != nil {
		t.Fatal(err)
	}
	var shell atomic.Value
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		page := `<!doctype html><script src="` + shell.Load().(string) + `/sdk/miniprogram.js"></script><script>var module = {}</script><script>` + string(script) + `</script><script>
const wx = module.exports, told = {};
wx.config({ jsApiList: ["scanQRCode"] });
wx.ready(() => wx.checkJsApi({ jsApiList: ["scanQRCode"], success: ({ checkResult }) => {
  wx.scanQRCode({ fail: ({ errMsg }) => wx.miniProgram.getEnv(({ miniprogram }) => {
    wx.miniProgram.postMessage({ data: { miniprogram, errMsg, checkResult } });
    wx.miniProgram.redirectTo({ url: "/pages/next" });
  }) });
} }));</script>`
		_, _ = w.Write([]byte(page)) // the browser may be gone
	}))
	t.Cleanup(site.Close)
	dir := write(t, map[string]string{
		"project.config.json": `{"appid": "weixin", "projectname": "Weixin"}`,
		"app.json":            `{"pages": ["pages/home", "pages/web", "pages/next"]}`, "app.js": `App({ told: [] })`,
		"pages/home.js":   `Page({ open() { wx.navigateTo({ url: "/pages/web" }) } })`,
		"pages/home.wxml": `<button id="open" bindtap="open">open</button>`,
		"pages/web.js":    `Page({ said(e) { getApp().told.push(...e.detail.data) } })`,
		"pages/web.wxml":  `<web-view src="` + site.URL + `/" bindmessage="said"/>`,
		"pages/next.js":   `Page({ data: { told: "" }, onLoad() { this.setData({ told: JSON.stringify(getApp().told) }) } })`,
		"pages/next.wxml": `<view id="told">{{told}}</view>`,
	})
	d := startConfigured(t, dir, func(c *config.Config) { c.MiniApps[0].Domains.WebView = []string{site.URL} })
	shell.Store(d.base)
	d.Tap(`$("#open")`)
	d.Wait(`$("#told")`)
	d.want(`$("#told").textContent`, `[{"miniprogram":true,"errMsg":"scanQRCode:fail not supported in a web-view","checkResult":{"scanQRCode":false}}]`)
}
