package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// h5 is a page of the web: its first tap posts and goes on, its second posts and goes back.
const h5 = `<!doctype html><meta name="viewport" content="width=device-width"><script src="%s/sdk/miniprogram.js"></script>
<body style="margin:0;background:#def"><h1>H5</h1><p id="env"></p><script>
localStorage.setItem("kept", "yes"); // a page of the web has an origin of its own
let taps = 0;
document.documentElement.style.height = "100%%";
wx.miniProgram.getEnv((r) => (document.getElementById("env").textContent = JSON.stringify(r) + window.__wxjs_environment));
document.documentElement.onclick = () => {
  if (taps++ === 0) {
    wx.miniProgram.postMessage({ data: { n: 1 } });
    WeixinJSBridge.invoke("invokeMiniProgramAPI", { name: "postMessage", arg: { data: "two" } }, () => undefined);
    wx.miniProgram.navigateTo({ url: "/pages/next?x=7" });
  } else {
    wx.miniProgram.postMessage({ data: "bye" });
    wx.miniProgram.navigateBack();
  }
};
</script>`

// noteShown has the shell keep what is done to pages of the web: shown, or hidden.
const noteShown = `window.__shown = [];
new MutationObserver((changes) => {
  for (const {target, addedNodes} of changes) {
    for (const el of [target, ...addedNodes]) {
      if (!el.classList?.contains("web-view")) continue;
      const is = el.hidden ? "hidden" : "shown";
      if (is !== (window.__shown.at(-1) ?? "hidden")) window.__shown.push(is);
    }
  }
}).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["hidden"] })`

// A <web-view> shows what is listed and nothing else, and its page speaks to the mini-program.
func TestWebView(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	var shell atomic.Value
	var strangers atomic.Int64
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, h5, shell.Load())
	}))
	t.Cleanup(site.Close)
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers.Add(1) }))
	t.Cleanup(other.Close)
	dir := filepath.Join(t.TempDir(), "h5")
	if err := os.CopyFS(dir, os.DirFS("testdata/h5")); err != nil {
		t.Fatal(err)
	}
	addresses := fmt.Sprintf("module.exports = {h5: %q, other: %q}", site.URL+"/page", other.URL+"/page")
	if err := os.WriteFile(filepath.Join(dir, "addresses.js"), []byte(addresses), 0o644); err != nil {
		t.Fatal(err)
	}
	d := startConfigured(t, dir, func(c *config.Config) { c.MiniApps[0].Domains.WebView = []string{site.URL} })
	shell.Store(d.base)

	d.Script(noteShown)
	d.Tap(`$("#open")`)
	page, frame := d.RestingShell(`$(".web-view")`), d.RestingShell(`$(".app.shown iframe.frame")`)
	box := [4]float64{page.Left - frame.Left, page.Top - frame.Top, page.Width, page.Height}
	if port := d.rect(`$$(".viewport").at(-1)`); box != port {
		t.Errorf("the page of the web is at %v, the page's viewport at %v", box, port)
	}
	var shown []string
	d.EvalShell(`window.__shown`, &shown)
	if len(shown) != 1 {
		t.Errorf("the page of the web is shown and hidden as %q, want it shown once, when its page rests", shown)
	}
	d.Says(site.URL, `document.documentElement.onclick && document.querySelector("#env").textContent`)
	d.Drawn(site.URL)
	d.TapShell(`$(".web-view")`)
	d.Wait(`$("#next") && $("#next").textContent.includes("next 7")`)
	d.want(`$("#next").textContent`, fmt.Sprintf(`next 7  load:%q message:[{"n":1},"two"]`, site.URL+"/page"))
	d.WaitShell(`!$(".web-view")`) // not seen while another page is in front
	d.Tap(`$$(".nav-button").find((b) => b.checkVisibility())`)
	d.WaitShell(`still($(".web-view"))`)
	d.Screenshot("webview")
	d.Drawn(site.URL)
	d.TapShell(`$(".web-view")`)
	d.Wait(`document.querySelectorAll(".page").length === 1 && $("#told").textContent.includes('message:["bye"]')`)
	d.WaitShell(`!document.querySelector(".web-view")`)

	d.Tap(`$("#refused")`)
	d.Wait(`document.querySelectorAll(".page").length === 2 && still($$(".page").at(-1))`)
	d.Tap(`$$(".nav-button").find((b) => b.checkVisibility())`)
	d.Wait(fmt.Sprintf(`$("#told") && $("#told").textContent.includes('error:"%s/page"')`, other.URL))
	if n := strangers.Load(); n > 0 {
		t.Errorf("a page that is not listed was asked for %d times", n)
	}
}
