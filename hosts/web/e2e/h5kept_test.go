package e2e

import (
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// hurried is a page that stores something behind many calls, and leaves before any of it has gone over.
const hurried = `const last = localStorage.getItem("last");
if (last !== null) document.title = "found " + last + " " + wx.getStorageSync("cart");
else {
  for (let i = 0; i < 900; i++) wx.getNetworkType({ fail() {} });
  localStorage.setItem("last", "one");
  wx.setStorage({ key: "gone", data: 1 });
  wx.setStorage({ key: "cart", data: "two" });
  wx.removeStorage({ key: "gone" });
  queueMicrotask(() => (location.href = "next.html"));
}`

// follows is the page that it goes to; it says what the host has stored.
const follows = `(async () => {
  let keys = [];
  while (!keys.includes("cart") || keys.includes("gone")) keys = (await wx.getStorageInfo()).keys.sort(); // the host is not done yet
  document.title = "stored " + keys.join(" ");
})();`

// TestH5StoredInAHurry: what a page stored is stored, also if the page leaves while it waits behind other calls, and is there when the
// app is opened anew. The other calls are not made: nobody waits for their answers.
func TestH5StoredInAHurry(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	app := packed(t, write(t, map[string]string{
		"manifest.json": `{"app_id": "h5.hurried", "name": "Hurried", "version": {"name": "1.0.0"}}`,
		"index.html":    `<!doctype html><title>begins</title><script src="app.js"></script>`,
		"app.js":        hurried,
		"next.html":     `<!doctype html><title>goes on</title><script src="next.js"></script>`,
		"next.js":       follows,
	}))
	d, login := serveH5(t, h5Config(t, []config.MiniApp{{Path: app}}))
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	d.h5App("h5.hurried", "stored")
	d.want(`$(".nav-title").textContent`, "stored cart dougong:h5:localStorage")
	d.TapShell(`$(".app.shown .capsule-part")`)
	d.WaitShell(`still($("[data-entry=exit]"))`)
	d.TapShell(`$("[data-entry=exit]")`)
	d.WaitShell(`!$(".app.shown")`)
	d.h5App("h5.hurried", "found")
	d.want(`$(".nav-title").textContent`, "found one two")
}
