package e2e

import (
	"fmt"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/internal/npmapp"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// TestH5Alert: alert shows the host's dialog, one after the other, and the page goes on meanwhile; what would have to wait for the user
// answers as if the user had left it.
func TestH5Alert(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir := write(t, npmapp.Page("h5.alert", "<h1>Alert</h1>", `alert("saved <b>"); window.alert({ toString: () => "twice" }); alert();
for (let i = 0; i < 40; i++) alert("more " + i);
document.title = "went on, " + confirm("sure?") + " " + prompt("who?");`))
	d, login := serveH5(t, h5Config(t, []config.MiniApp{{Path: packed(t, dir)}}))
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	d.h5App("h5.alert", "went on")
	d.want(`$(".nav-title").textContent`, "went on, false null")
	d.Wait(`still($(".dialog"))`)
	d.Screenshot("h5-alert")
	texts := []string{"saved <b>", "twice", ""}
	for i := range 13 { // 16 wait at most
		texts = append(texts, fmt.Sprint("more ", i))
	}
	for _, text := range texts {
		d.Wait(fmt.Sprintf(`$$(".dialog").length === 1 && ($(".dialog-content")?.textContent ?? "") === %q && $$(".dialog-button").length === 1`, text))
		d.Tap(`$(".dialog-button.confirm")`)
	}
	d.Wait(`!$(".dialog")`)
	d.WaitShell(`$(".app.shown .web-view:not([hidden])")`)
}
