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
)

// h5Page makes the folder of an H5 app, with files of npm packages as they are.
func h5Page(t *testing.T, id, html, script string, packages map[string]string) string {
	t.Helper()
	files := map[string]string{
		"manifest.json": `{"app_id": "` + id + `", "name": "` + id + `", "version": {"name": "1.0.0"}}`,
		"index.html":    `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>begins</title><body>` + html + `<script src="app.js"></script>`,
		"app.js":        script,
	}
	for name, file := range packages {
		data, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return write(t, files)
}

// spa is an app of Vue and its router; it goes from page to page and back, and says by the title what it saw.
const spa = `const { createApp, h } = Vue, { createRouter, createWebHashHistory } = VueRouter;
const page = (text) => ({ render: () => h("h1", { id: "page" }, text + " " + location.hash) });
const router = createRouter({ history: createWebHashHistory(), routes: [{ path: "/", component: page("home") }, { path: "/item/:id", component: page("item") }] });
const seen = [];
const see = () => seen.push(document.querySelector("#page").textContent);
createApp({ render: () => h(Vue.resolveComponent("router-view")) }).use(router).mount("#app");
(async () => {
  await router.isReady(); await Vue.nextTick(); see();
  await router.push("/item/7?x=1"); await Vue.nextTick(); see();
  const back = new Promise((done) => router.afterEach(() => Vue.nextTick(done)));
  router.back(); await back; see();
  document.title = "went " + seen.join(", ");
})();`

// jssdk uses WeChat's own script from npm.
const jssdk = `const wx = module.exports, said = [];
wx.config({ debug: false, appId: "wx1", timestamp: 1, nonceStr: "n", signature: "s", jsApiList: ["scanQRCode", "getLocation"] });
wx.error((e) => said.push("error " + e.errMsg));
wx.ready(() => wx.checkJsApi({ jsApiList: ["scanQRCode", "getNetworkType", "startBeacons"], success: ({ checkResult }) => {
  said.push("checked " + JSON.stringify(checkResult));
  wx.miniProgram.getEnv(({ miniprogram }) => {
    said.push("env " + miniprogram + " " + window.__wxjs_environment);
    wx.miniProgram.navigateTo({ url: "/pages/a", fail: ({ errMsg }) => {
      said.push(errMsg.slice(0, 15));
      wx.getNetworkType({ success: ({ networkType }) => {
        said.push(typeof networkType);
        wx.startBeacons({ fail: ({ errMsg }) => { said.push(errMsg.slice(0, 17)); document.title = "said " + said.join("; ") } });
      } });
    } });
  });
} }));`

// TestH5FromNPM: what is on npm runs unchanged from a signed folder: Vue with its router, Swagger UI, and WeChat's own script.
func TestH5FromNPM(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser and npm")
	}
	router := npmtest.Install(t, npmtest.VueRouter)
	vue := filepath.Join(router, "node_modules/vue/dist/vue.runtime.global.prod.js")
	swagger := npmtest.Dir(npmtest.Install(t, npmtest.SwaggerUI), npmtest.SwaggerUI)
	weixin := npmtest.Dir(npmtest.Install(t, npmtest.WeixinJSSDK), npmtest.WeixinJSSDK)
	apps := []struct {
		id, want, html, script string
		files                  map[string]string
	}{
		{"npm.vue", "went home #/, item #/item/7?x=1, home #/", `<div id="app"></div><script src="vue.js"></script><script src="router.js"></script>`, spa,
			map[string]string{"vue.js": vue, "router.js": filepath.Join(npmtest.Dir(router, npmtest.VueRouter), "dist/vue-router.global.prod.js")}},
		{"npm.swagger", "shown Teas GET/tea", `<link rel="stylesheet" href="ui.css"><div id="ui"></div><script src="ui.js"></script>`,
			`SwaggerUIBundle({ url: "openapi.json", dom_id: "#ui", onComplete: () => (document.title = "shown " + document.querySelector(".info .title").firstChild.textContent + " " + document.querySelector(".opblock-summary-method").textContent + document.querySelector(".opblock-summary-path").textContent.replace(/[^a-z/]/g, "")) })`,
			map[string]string{"ui.js": filepath.Join(swagger, "swagger-ui-bundle.js"), "ui.css": filepath.Join(swagger, "swagger-ui.css"), "openapi.json": ""}},
		{"npm.weixin", `said checked {"scanQRCode":true,"getNetworkType":true,"startBeacons":false}; env true miniprogram; navigateTo:fail; string; startBeacons:fail`,
			`<script>var module = {}</script><script src="weixin.js"></script>`, jssdk, map[string]string{"weixin.js": filepath.Join(weixin, "index.js")}},
	}
	var configured []config.MiniApp
	for _, a := range apps {
		if _, ok := a.files["openapi.json"]; ok {
			dir := write(t, map[string]string{"openapi.json": `{"openapi": "3.0.0", "info": {"title": "Teas", "version": "1"}, "paths": {"/tea": {"get": {"responses": {"200": {"description": "tea"}}}}}}`})
			a.files["openapi.json"] = filepath.Join(dir, "openapi.json")
		}
		configured = append(configured, config.MiniApp{Path: packed(t, h5Page(t, a.id, a.html, a.script, a.files))})
	}
	d := h5Host(t, configured...)
	for _, a := range apps {
		d.h5App(a.id, strings.Fields(a.want)[0]+" ")
		d.want(`$(".nav-title").textContent`, a.want)
		d.Screenshot("h5-" + a.id)
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
