// Package npmapp is H5 apps made of what is on npm, as npm serves it, for tests of each engine that shows them. It must not know
// how they are shown.
package npmapp

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
)

// App is an H5 app that says by its title what came of it.
type App struct {
	ID string
	// Want is its title when all went well. The first word of it is its title's whatever came of it.
	Want  string
	Files map[string]string
}

// All are Vue with its router, Swagger UI, and WeChat's own script.
func All(t *testing.T) []App {
	t.Helper()
	router := npmtest.Install(t, npmtest.VueRouter)
	swagger := npmtest.Dir(npmtest.Install(t, npmtest.SwaggerUI), npmtest.SwaggerUI)
	weixin := npmtest.Dir(npmtest.Install(t, npmtest.WeixinJSSDK), npmtest.WeixinJSSDK)
	tea := Page("npm.swagger", `<link rel="stylesheet" href="ui.css"><div id="ui"></div><script src="ui.js"></script>`, api)
	tea["openapi.json"] = `{"openapi": "3.0.0", "info": {"title": "Teas", "version": "1"}, "paths": {"/tea": {"get": {"responses": {"200": {"description": "tea"}}}}}}`
	return []App{
		{"npm.vue", "went home #/, item #/item/7?x=1, home #/", With(t, Page("npm.vue", `<div id="app"></div><script src="vue.js"></script><script src="router.js"></script>`, spa), map[string]string{
			"vue.js": filepath.Join(router, "node_modules/vue/dist/vue.runtime.global.prod.js"), "router.js": filepath.Join(npmtest.Dir(router, npmtest.VueRouter), "dist/vue-router.global.prod.js"),
		})},
		{"npm.swagger", "shown Teas GET/tea", With(t, tea, map[string]string{"ui.js": filepath.Join(swagger, "swagger-ui-bundle.js"), "ui.css": filepath.Join(swagger, "swagger-ui.css")})},
		{
			"npm.weixin", `said checked {"scanQRCode":true,"getNetworkType":true,"startBeacons":false}; env true miniprogram; navigateTo:fail; string; startBeacons:fail`,
			With(t, Page("npm.weixin", `<script>var module = {}</script><script src="weixin.js"></script>`, jssdk), map[string]string{"weixin.js": filepath.Join(weixin, "index.js")}),
		},
	}
}

// Page is the files of an app of one page with a script.
func Page(id, html, script string) map[string]string {
	return map[string]string{
		"manifest.json": `{"app_id": "` + id + `", "name": "` + id + `", "version": {"name": "1.0.0"}}`,
		"index.html":    `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>begins</title><body>` + html + `<script src="app.js"></script>`,
		"app.js":        script,
	}
}

// With adds files of packages as they are: packages has their paths by the names they get.
func With(t *testing.T, files, packages map[string]string) map[string]string {
	t.Helper()
	for name, file := range packages {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

// api shows an interface, and says what it sees of it.
const api = `SwaggerUIBundle({ url: "openapi.json", dom_id: "#ui", onComplete: () => (document.title = "shown " + document.querySelector(".info .title").firstChild.textContent + " " + document.querySelector(".opblock-summary-method").textContent + document.querySelector(".opblock-summary-path").textContent.replace(/[^a-z/]/g, "")) })`

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
