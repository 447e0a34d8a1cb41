package e2e

import (
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/hosts/internal/npmapp"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// historySPA is an app of Vue and its router by history: it is loaded anew twice, on a page of the router and by a link to one, and says
// by the title what it saw.
const historySPA = `const { createApp, h } = Vue, { createRouter, createWebHistory } = VueRouter;
const base = new URL(".", document.baseURI).pathname;
const page = (text) => ({ render: () => h("h1", { id: "page" }, text + " " + location.pathname.slice(base.length) + location.search) });
const router = createRouter({ history: createWebHistory(base), routes: [{ path: "/index.html", component: page("home") }, { path: "/item/:id", component: page("item") }] });
const seen = JSON.parse(sessionStorage.getItem("seen") || "[]");
const see = async () => {
  await Vue.nextTick();
  seen.push(document.querySelector("#page").textContent);
  sessionStorage.setItem("seen", JSON.stringify(seen));
};
const link = async () => {
  await Vue.nextTick();
  location.href = new URL("item/9", document.baseURI);
};
createApp({ render: () => h(Vue.resolveComponent("router-view")) }).use(router).mount("#app");
(async () => {
  await router.isReady();
  const rounds = seen.length;
  await see();
  if (rounds === 0) {
    await router.push("/item/7?x=1");
    await see();
    await Vue.nextTick();
    location.reload();
  } else if (rounds === 2) {
    const back = new Promise((done) => router.afterEach(done));
    router.back();
    await back;
    await see();
    await link();
  } else if (rounds === 3) await link(); // the browser has loaded it anew to go back
  else document.title = "went " + seen.join(", ");
})();`

// TestH5History: an app whose router makes addresses by history is loaded anew on any of them, with its own files.
func TestH5History(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser and npm")
	}
	router := npmtest.Install(t, npmtest.VueRouter)
	page := npmapp.Page("h5.history", `<div id="app"></div><script src="vue.js"></script><script src="router.js"></script>`, historySPA)
	dir := write(t, npmapp.With(t, page, map[string]string{
		"vue.js":    filepath.Join(router, "node_modules/vue/dist/vue.runtime.global.prod.js"),
		"router.js": filepath.Join(npmtest.Dir(router, npmtest.VueRouter), "dist/vue-router.global.prod.js"),
	}))
	d, login := serveH5(t, h5Config(t, []config.MiniApp{{Path: packed(t, dir)}}))
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	d.h5App("h5.history", "went ")
	d.want(`$(".nav-title").textContent`, "went home index.html, item item/7?x=1, item item/7?x=1, home index.html, item item/9")
	d.Screenshot("h5-history")
}
