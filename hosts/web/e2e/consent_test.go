package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// TestConsentIsWithdrawn: what was agreed to can be read again from the launcher, and taken back there: what is open is closed, nothing
// opens until the user agrees again, and that holds after a restart of the browser, too.
func TestConsentIsWithdrawn(t *testing.T) {
	t.Parallel()
	b := startBrand(t, "bank", 375, 812, nil)
	b.TapShell(`$(".privacy .agree")`)
	b.WaitShell(`!$(".privacy") && ` + settled)
	b.show("dg.example.bank.accounts")
	b.TapShell(`$(".capsule-part[data-part=close]")`)
	b.WaitShell(`!$(".app.shown") && ` + settled)
	b.TapShell(`$(".privacy-entry")`)
	b.WaitShell(`still($(".privacy .withdraw")) && $(".privacy-text").textContent.length > 20 && $(".panel-title").textContent === $(".privacy-entry").textContent`)
	b.Screenshot("consent-read")
	b.TapShell(`$(".panel-done")`)
	b.WaitShell(`!$(".panel")`)
	b.WaitShell(`$(".tile .running, .tile.running, [data-section=recent] .tile")`) // reading alone changes nothing
	b.TapShell(`$(".privacy-entry")`)
	b.WaitShell(`still($(".privacy .withdraw"))`)
	b.TapShell(`$(".privacy .withdraw")`)
	b.WaitShell(`still($(".privacy .agree")) && !$(".app")`)
	b.Open(b.base + "/open?app=dg.example.bank.accounts") // a link leads past nothing
	b.WaitShell(`still($(".privacy .agree")) && !$(".app")`)
	b.TapShell(`$(".privacy .refuse")`)
	b.WaitShell(`$(".closed .primary") && !$(".app")`)
	b.Screenshot("consent-withdrawn")
	b.TapShell(`$(".closed .primary")`)
	b.TapShell(`$(".privacy .agree")`)
	b.WaitShell(`$(".app.shown")?.dataset.app === "dg.example.bank.accounts"`) // now the link is followed
}

// TestSharedLinks: an address that was shared opens its page in another browser that is logged in; in one that is not it tells
// nothing but how to get in; one of a mini-program that is not here says so; and none leads out of the super-app.
func TestSharedLinks(t *testing.T) {
	t.Parallel()
	b := startBrand(t, "campus", 375, 812, nil)
	link := b.base + "/open?app=dg.example.campus.library&page=pages/index/index"
	stranger := browser.Start(t, 375, 812)
	stranger.Open(link)
	stranger.WaitShell(`document.title === "Locked"`)
	var text string
	stranger.WaitShell(`document.readyState === "complete"`)
	stranger.EvalShell(`document.body.innerText`, &text)
	if !strings.Contains(text, "token") || strings.Contains(text, "library") || strings.Contains(text, "图书") {
		t.Errorf("a stranger sees %q", text)
	}
	stranger.Screenshot("link-stranger")
	stranger.Open(b.login)
	stranger.WaitShell(`$(".tile")`)
	stranger.Open(link)
	stranger.WaitShell(`$(".app.shown")?.dataset.app === "dg.example.campus.library"`)
	stranger.Wait(`$(".big").textContent === "218"`)

	for _, c := range []struct{ name, query, seen string }{
		{"not here", "app=dg.example.nowhere&page=pages/index/index", `$(".notice") && $(".tile") && !$(".app.shown")`},
		{"no page of its", "app=dg.example.campus.bus&page=pages/nowhere/nowhere", `$(".app.shown")?.dataset.app === "dg.example.campus.bus"`},
		{"above its pages", "app=dg.example.campus.bus&page=../../../../etc/passwd", `$(".app.shown")?.dataset.app === "dg.example.campus.bus"`},
		{"a script", "app=javascript:alert(1)", `$(".notice") && !$(".app.shown")`},
		{"another host", "app=//evil.example/x&page=//evil.example", `$(".notice") && !$(".app.shown")`},
		{"markup", "app=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", `$(".notice") && !$(".app.shown") && !$(".notice script")`},
	} {
		b.Open(b.base + "/open?" + c.query)
		b.WaitShell(c.seen + " && " + settled)
		b.Screenshot("link-" + strings.ReplaceAll(c.name, " ", "-"))
	}
	if foreign := b.Foreign(b.base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}

// TestConsentThatIsNotKept: where the host cannot write, consent counts neither as given nor as taken back: the user reads why, nothing
// opens, and once the host can write they go on.
func TestConsentThatIsNotKept(t *testing.T) {
	t.Parallel()
	// A link to nowhere is no folder and cannot be made one, by whomever.
	breakFolder := func(folder string) {
		if err := errors.Join(os.RemoveAll(folder), os.Symlink(folder+"-nowhere", folder)); err != nil {
			t.Fatal(err)
		}
	}
	mendFolder := func(folder string) {
		if err := os.Remove(folder); err != nil {
			t.Fatal(err)
		}
	}
	folder := ""
	b := startBrand(t, "bank", 375, 812, func(c *config.Config) {
		folder = filepath.Join(c.DataDir(), "shell")
		breakFolder(folder)
	})
	b.TapShell(`$(".privacy .agree")`)
	b.WaitShell(`still($(".closed .primary")) && $$(".closed p").length === 2 && $(".closed").textContent.includes("next:") && !$(".privacy") && ` + settled)
	b.Screenshot("consent-not-kept")
	b.TapShell(`$(".closed .primary")`)
	b.TapShell(`$(".privacy .agree")`)
	b.WaitShell(`still($(".closed .primary")) && !$(".privacy")`)
	mendFolder(folder)
	b.TapShell(`$(".closed .primary")`)
	b.TapShell(`$(".privacy .agree")`)
	b.WaitShell(`!$(".privacy") && !$(".closed") && ` + settled)
	b.show("dg.example.bank.accounts")
	b.TapShell(`$(".capsule-part[data-part=close]")`)
	b.WaitShell(`!$(".app.shown") && ` + settled)

	breakFolder(folder)
	b.TapShell(`$(".privacy-entry")`)
	b.WaitShell(`still($(".privacy .withdraw"))`)
	b.TapShell(`$(".privacy .withdraw")`)
	b.WaitShell(`$(".notice")?.textContent.includes("next:") && document.querySelector(".app") && !$(".privacy")`) // what is open stays
	b.Screenshot("consent-not-withdrawn")
	mendFolder(folder)
	b.TapShell(`$(".notice-close")`)
	b.TapShell(`$(".privacy-entry")`)
	b.WaitShell(`still($(".privacy .withdraw"))`)
	b.TapShell(`$(".privacy .withdraw")`)
	b.WaitShell(`still($(".privacy .agree")) && !document.querySelector(".app, .notice")`)
}
