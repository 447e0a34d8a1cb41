// Package e2e drives whole super-apps in Chromium: real mini-programs, real sessions, the real view client.
package e2e

import (
	"testing"

	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

const examples = "../../../examples/miniapps/"

// open starts the examples in a browser and opens one by its place in the launcher.
func open(t *testing.T, index string) (b *browser.Browser, base string) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	base, login := serve(t, build(t, examples+"shop", examples+"notes", examples+"gallery"))
	b = browser.Start(t, 1000, 920)
	b.Open(login)
	b.WaitShell(`$$(".tile").length === 3`)
	b.Screenshot("launcher")
	b.TapShell(`$$(".tile")[` + index + `]`)
	b.Wait(`$("dg-page")`)
	b.WaitShell(`!document.querySelector(".splash")`)
	return b, base
}

func TestGallery(t *testing.T) {
	b, base := open(t, "2")
	b.Screenshot("gallery")
	for i, name := range []string{"basic", "form", "layout", "feedback", "image", "api"} {
		b.Tap(`$$("dg-navigator")[` + string(rune('0'+i)) + `]`)
		b.Wait(`document.querySelectorAll(".page").length === 2`)
		b.Wait(`still($$(".page").at(-1))`)
		b.Screenshot("gallery-" + name)
		b.Tap(`$(".nav-button")`)
		b.Wait(`document.querySelectorAll(".page").length === 1`)
	}
	if foreign := b.Foreign(base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
	t.Log(b.Console())
}

func TestNotes(t *testing.T) {
	b, _ := open(t, "1")
	b.Screenshot("notes")
	t.Log(b.Console())
}

func TestShop(t *testing.T) {
	b, _ := open(t, "0")
	b.Screenshot("shop")
	t.Log(b.Console())
}
