package e2e

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// countMessages makes the frame count what it sends from now on, and hold nothing back.
const countMessages = `(() => {
	const send = WebSocket.prototype.send;
	window.sent = [];
	WebSocket.prototype.send = function (data) { window.sent.push(String(data)); return send.call(this, data); };
	return true;
})()`

// Template scripts that handle events and observe properties run in the frame: a drag says nothing to the host.
func TestTemplateScripts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir, err := filepath.Abs("testdata/wxs")
	if err != nil {
		t.Fatal(err)
	}
	d := startProject(t, dir)
	notes := func(want string) {
		t.Helper()
		d.Wait(`$("#out").textContent.split("\n").includes(` + strconv.Quote(want) + `)`)
	}
	notes("changed:none:Object:w")
	notes("changed:none:Number:row")
	d.Wait(`$("#watched").classList.contains("marked")`)

	var ok bool
	d.Eval(countMessages, &ok)
	d.Drag(`$("#ball")`, 120, 90)
	notes("dropped:120,90:ball:80 80px true false 3 false Array Date RegExp Number String Boolean 2 a#b undefined undefined undefined undefined")
	d.Wait(`getComputedStyle($("#ball")).transform === "matrix(1, 0, 0, 1, 120, 90)" && getComputedStyle($("#ball")).opacity === "0.9"`)
	var sent []string
	d.Eval(`sent`, &sent)
	if len(sent) != 1 || !strings.Contains(sent[0], `"script":{`) || !strings.Contains(sent[0], `"dropped"`) {
		t.Errorf("the drag sent %d messages, want the one call at its end: %q", len(sent), sent)
	}
	d.Wait(`$("#ball").textContent === "放" && !$("#ball").classList.contains("held")`)
	d.Wait(`getComputedStyle($("#stop")).backgroundColor === "rgb(255, 251, 230)"`)
	d.Screenshot("wxs-dragged")

	d.Tap(`$("#ball")`) // a page's own handler on the same element
	notes("tap:20")
	d.Tap(`$("#inner")`) // returns false: goes no further
	d.Tap(`$("#add")`)
	notes("changed:Number:Number:row")
	notes("changed:Object:Object:w")
	d.Tap(`$("#row [class$=bar]")`)
	notes("own:7:row") // callMethod, triggerEvent, and the page's script that handles the event
	d.Wait(`$("#row").textContent.includes("open7") && getComputedStyle($("#row")).backgroundColor === "rgb(230, 244, 255)"`)
	d.Wait(`getComputedStyle($("#row [class*=bar]")).color === "rgb(200, 0, 0)"`)
	d.Screenshot("wxs")
	var text string
	d.Eval(`$("#out").textContent`, &text)
	if strings.Contains(text, "must not") {
		t.Errorf("a stopped event went on:\n%s", text)
	}
	for _, line := range d.Console() {
		t.Errorf("console: %s", line)
	}
}
