package e2e

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// brand is an example super-app in a browser.
type brand struct {
	*browser.Browser
	app    *superapp.App
	config *config.Config
	base   string
	login  string
}

// startBrand runs one of examples/superapps on a window of the given size; edit may be nil.
func startBrand(t *testing.T, name string, width, height int, edit func(*config.Config)) *brand {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	cfg, err := config.Load(filepath.Join(root, "examples/superapps", name, "superapp.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data = t.TempDir()
	if edit != nil {
		edit(cfg)
	}
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	server, base, login := listen(t, web.Config{Backend: app, Users: append([]string{cfg.Users.Default}, cfg.Users.Names...), Grace: time.Minute})
	app.SetShell(server)
	b := &brand{browser.Start(t, width, height), app, cfg, base, login}
	b.Open(login)
	return b
}

// show opens a mini-program from the launcher.
func (b *brand) show(id string) {
	tile := `$$(".tile[data-app='` + id + `']").at(-1)`
	b.WaitShell(`still(` + tile + `)`)
	b.EvalShell(`(`+tile+`.scrollIntoView({ block: "nearest" }), true)`, new(bool))
	b.TapShell(tile)
	b.WaitShell(`$(".app.shown").dataset.app === ` + quoted(id))
	b.Wait(`$(".big")`)
	b.WaitShell(`!$(".app.shown .splash") && still($(".app.shown"))`)
}

// settled waits until nothing moves any more.
const settled = `!document.querySelector(".opening") && document.getAnimations().every((a) => a.playState !== "running")`

// A bank asks for consent before anything opens, once for each version of its text; who refuses gets no further. Its pages
// carry a watermark that takes no clicks. With -pictures it writes docs/images/bank.png.
func TestBank(t *testing.T) {
	t.Parallel()
	b := startBrand(t, "bank", 1000, 920, nil)
	b.WaitShell(`still($(".privacy .agree")) && ` + settled)
	b.Screenshot("bank-privacy")
	b.TapShell(`$(".privacy .refuse")`)
	b.WaitShell(`$(".closed .primary")`)
	b.WaitShell(`!$(".privacy") && document.activeElement === $(".closed .primary")`)
	b.TapShell(`$(".closed .primary")`)
	b.WaitShell(`still($(".privacy .agree"))`)
	b.TapShell(`$(".privacy .agree")`)
	b.WaitShell(`!$(".privacy")`)
	b.show("dg.example.bank.accounts")
	b.WaitShell(`/^林知夏 \d{4}-\d\d-\d\d$/.test($(".watermark").dataset.text)`)
	b.WaitShell(`getComputedStyle($(".watermark")).pointerEvents === "none" && !document.elementFromPoint(500, 500).matches(".watermark")`)
	b.Tap(`$$(".item")[1]`)
	b.Wait(`$(".chosen")`)
	b.Screenshot("bank-accounts")
	b.TapShell(`$(".capsule-part[data-part=more]")`)
	b.WaitShell(`still($(".menu-entry[data-entry=hotline]")) && $$(".menu-entry")[0].dataset.entry === "hotline" && !$("[data-entry=alert]") && !$("[data-entry=float]")`)
	b.Screenshot("bank-menu")
	b.TapShell(`$(".menu-entry[data-entry=hotline]")`)
	b.Wait(`$(".message")?.textContent.includes("已收到")`)
	b.TapShell(`$(".capsule-part[data-part=close]")`)
	b.WaitShell(`still($(".card[data-section=recent] .tile[data-app='dg.example.bank.accounts']")) && !$(".app.shown")`)
	b.Screenshot("bank-launcher")
	b.Open(b.base) // the host remembers
	b.WaitShell(`$(".card[data-section=recent] .tile") && ` + settled)
	b.WaitShell(`!$(".privacy")`)
	next := *b.config
	next.UI.Privacy.Version = 3
	b.app.Restyle(&next)
	b.Open(b.base)
	b.WaitShell(`still($(".privacy .agree"))`)
	picture(t, "bank", "bank-privacy", "bank-launcher", "bank-accounts", "bank-menu")
	if foreign := b.Foreign(b.base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}

// A campus shows its mini-programs as a list; favourites, the float window and the code of a page are in the menu, and the
// launcher finds by pinyin. With -pictures it writes docs/images/campus.png.
func TestCampus(t *testing.T) {
	t.Parallel()
	b := startBrand(t, "campus", 1000, 920, nil)
	b.WaitShell(`$$(".tile").length === 5 && ` + settled)
	b.Screenshot("campus-launcher")
	b.TapShell(`$(".search-field")`)
	b.Type("tsg")
	b.WaitShell(`$$(".tile").length === 1 && $(".tile").dataset.app.endsWith("library")`)
	b.EvalShell(`($(".search-field").value = "", $(".search-field").oninput(), true)`, new(bool))
	b.show("dg.example.campus.timetable")
	b.Wait(`document.activeElement === $(".nav-title") && getComputedStyle($(".nav-title")).outlineStyle === "none"`)
	b.Screenshot("campus-timetable")
	b.TapShell(`$(".capsule-part[data-part=more]")`)
	b.WaitShell(`still($("[data-entry=star]"))`)
	b.Screenshot("campus-menu")
	b.TapShell(`$("[data-entry=star]")`)
	b.WaitShell(`!$(".menu")`)
	b.TapShell(`$(".capsule-part[data-part=more]")`)
	b.WaitShell(`still($("[data-entry=starred]"))`)
	b.TapShell(`$("[data-entry=qr]")`)
	b.WaitShell(`still($(".code")) && $(".code").complete && $(".code").naturalWidth > 0`)
	b.Screenshot("campus-code")
	b.TapShell(`$(".panel-done")`)
	b.WaitShell(`!$(".panel")`)
	b.TapShell(`$(".capsule-part[data-part=more]")`)
	b.WaitShell(`still($("[data-entry=float]"))`)
	b.TapShell(`$("[data-entry=float]")`)
	b.WaitShell(`still($(".float-app")) && $(".card[data-section=favourites] .tile") && !$(".app.shown") && ` + settled)
	b.Screenshot("campus-float")
	b.TapShell(`$(".float-app")`)
	b.WaitShell(`$(".app.shown") && !$(".float")`)
	picture(t, "campus", "campus-launcher", "campus-timetable", "campus-code", "campus-float")
}

// A kiosk fills a big dark screen; its capsule cannot close. With -pictures it writes docs/images/factory.png.
func TestFactory(t *testing.T) {
	t.Parallel()
	b := startBrand(t, "factory", 1440, 900, nil)
	b.WaitShell(`$$(".tile").length === 6 && ` + settled)
	b.WaitShell(`document.documentElement.classList.contains("dark") && $(".screen").clientWidth === innerWidth && !$(".search") && !$(".scan-button")`)
	b.Screenshot("factory-launcher")
	b.show("dg.example.factory.line")
	b.WaitShell(`$(".capsule-part[data-part=home]") && !$(".capsule-part[data-part=close]") && $(".capsule").offsetHeight === 60`)
	b.Wait(`$(".navbar").offsetHeight === 88 && $(".nav-title").offsetLeft < 40`)
	b.Screenshot("factory-line")
	b.TapShell(`$(".capsule-part[data-part=more]")`)
	b.WaitShell(`still($("[data-entry=exit]"))`)
	b.Screenshot("factory-menu")
	b.TapShell(`$("[data-entry=exit]")`)
	b.WaitShell(`!$(".app.shown") && still($(".tile"))`)
	wide(t, "factory", "factory-launcher", "factory-line")
}
