package e2e

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// speak has the user's shells speak a language, as the choice in the launcher does.
func (b *brand) speak(language string) {
	b.EvalShell(fmt.Sprintf(`fetch("/api/memory", { method: "POST", body: JSON.stringify({ language: %q }) }).then((r) => r.ok)`, language), new(bool))
}

// giving is a mini-program that asks for an address, and has a field to type into.
func giving(t *testing.T) string {
	t.Helper()
	return write(t, map[string]string{
		"project.config.json": `{"appid": "giving", "projectname": "giving"}`,
		"app.json":            `{"pages": ["pages/home/home"]}`,
		"pages/home/home.js": `Page({ ask() { wx.chooseAddress({ success: (a) => this.setData({ said: a.userName + " " + a.detailInfo }),
			fail: (e) => this.setData({ said: e.errMsg }) }) } })`,
		"pages/home/home.wxml": `<button id="ask" bindtap="ask">ask</button><input id="typed" /><view id="said">{{said}}</view>`,
	})
}

// keeper is one super-app's data, and the hosts that run on it one after the other.
type keeper struct {
	t           *testing.T
	config      *config.Config
	base, login string
	stop        func() // the host that runs
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	cfg, err := config.Parse("superapp.yaml", fmt.Appendf(nil, `
name: House
ui: {languages: [en, zh-CN, ar]}
users: {default: anna, names: [bert]}
miniapps:
  - {id: giving, path: %s, name: {en: Giving, zh: 给地址, ar: عنوان}}
`, giving(t)), nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data, cfg.Dir = filepath.Join(t.TempDir(), "data"), t.TempDir()
	return &keeper{t: t, config: cfg, stop: func() {}}
}

// start ends the host that runs, and runs the super-app on a port of its own.
func (k *keeper) start() {
	k.t.Helper()
	k.stop()
	app, err := superapp.Open(k.t.Context(), k.config, superapp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		k.t.Fatal(err)
	}
	urls, ended := make(chan string, 1), make(chan error, 1)
	server, err := web.New(web.Config{
		Backend: app, Users: []string{"anna", "bert"}, Grace: time.Minute, Listen: "127.0.0.1:0", Ready: func(url string) { urls <- url },
	})
	if err != nil {
		k.t.Fatal(errors.Join(err, app.Close()))
	}
	app.SetShell(server)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { ended <- server.Run(ctx) }()
	k.stop = sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-ended, app.Close()); err != nil {
			k.t.Error(err)
		}
	})
	k.t.Cleanup(k.stop)
	select {
	case k.login = <-urls:
	case err := <-ended:
		ended <- err
		k.t.Fatal(err)
	}
	k.base, _, _ = strings.Cut(k.login, "/?")
}

// TestKeptByTheHost: the language that a user chooses and the address that they write belong to them, not to a browser: another
// browser has both at once, without losing what is open there; a host that starts anew on another port has them; another user has
// neither.
func TestKeptByTheHost(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.start()
	one, two := browser.Start(t, 375, 812), browser.Start(t, 375, 812)
	one.Open(k.login)
	two.Open(k.login)
	two.WaitShell(`$(".tile") && document.documentElement.lang === "zh-CN" && ` + settled) // what the browser wants
	two.TapShell(`$(".tile")`)
	two.Wait(`$("#typed")`)
	two.WaitShell(`!$(".app.shown .splash") && still($(".app.shown")) && $(".app.shown").ariaLabel === "给地址"`)
	two.Tap(`$("#typed")`)
	two.Type("half a word")
	two.Wait(`$$("input").some((i) => i.value === "half a word")`)

	one.WaitShell(`$(".language select") && ` + settled)
	one.EvalShell(`(() => { const s = $(".language select"); s.focus(); s.value = "en"; s.onchange(); return true; })()`, new(bool))
	one.WaitShell(`document.documentElement.lang === "en" && $(".search-field").placeholder === "Search mini-programs" && document.activeElement === $(".language select")`)
	one.Screenshot("kept-chosen")
	two.WaitShell(`document.documentElement.lang === "en" && $(".app.shown").ariaLabel === "Giving" && $(".capsule-part[data-part=close]").ariaLabel === "Close"`)
	two.Wait(`$$("input").some((i) => i.value === "half a word")`)
	two.Screenshot("kept-elsewhere")

	two.Tap(`$("#ask")`)
	two.WaitShell(`still($(".layer.open .choose-address")) && $(".layer.open .panel-title").textContent === "Choose an address"`)
	for name, text := range map[string]string{"userName": "Ann", "telNumber": "10086", "detailInfo": "1 Road"} {
		two.EvalShell(fmt.Sprintf(`($(".layer.open [name=%s]").value = %q, true)`, name, text), new(bool))
	}
	two.TapShell(`$(".layer.open .choose")`)
	two.Wait(`$("#said").textContent === "Ann 1 Road"`)
	one.WaitShell(`$("[data-section=recent] .tile")`) // what is used there is the last here

	one.EvalShell(`(() => { const s = $(".language select"); s.value = "ar"; s.onchange(); return true; })()`, new(bool))
	two.Wait(`document.documentElement.lang === "ar"`) // the other direction is the pages', too
	two.WaitShell(`document.dir === "rtl" && still($(".app.shown"))`)
	two.Screenshot("kept-mirrored")
	one.EvalShell(`(() => { const s = $(".language select"); s.value = "en"; s.onchange(); return true; })()`, new(bool))
	two.Wait(`document.documentElement.lang === "en"`)

	k.start()
	three := browser.Start(t, 375, 812)
	three.Open(k.login)
	three.WaitShell(`$(".tile") && document.documentElement.lang === "en" && ` + settled)
	three.TapShell(`$(".tile")`)
	three.Wait(`$("#ask")`)
	three.WaitShell(`!$(".app.shown .splash") && still($(".app.shown"))`)
	three.Tap(`$("#ask")`)
	three.WaitShell(`still($(".layer.open .choose-address")) && $$(".layer.open .place").length === 1`)
	three.Screenshot("kept-next-start")
	three.TapShell(`$(".layer.open .place")`)
	three.Wait(`$("#said").textContent === "Ann 1 Road"`)

	three.TapShell(`$(".capsule-part[data-part=close]")`)
	three.WaitShell(`!$(".app.shown") && ` + settled)
	three.EvalShell(`(() => { const s = $$(".account").at(-1); s.value = "bert"; s.onchange(); return true; })()`, new(bool))
	three.WaitShell(`$(".tile") && document.documentElement.lang === "zh-CN" && ` + settled)
	var theirs int
	three.EvalShell(`fetch("/api/launcher").then((r) => r.json()).then((l) => (l.memory.addresses ?? []).length)`, &theirs)
	if theirs != 0 {
		t.Errorf("another user has %d addresses", theirs)
	}
}

// TestFormerIsHandedOver: what a browser has kept itself, before hosts did, is the host's from the next start on, and is kept once.
func TestFormerIsHandedOver(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.start()
	b := browser.Start(t, 375, 812)
	b.Before(`if (location.hash === "#/former") {
		localStorage.setItem("dougong.language", "ar");
		localStorage.setItem("dougong.addresses", JSON.stringify([{ userName: "Bo", telNumber: "1", detailInfo: "Old Road" }, { userName: 7 }, null]));
		localStorage.setItem("dougong.contacts", "broken{");
		localStorage.setItem("dougong.places", JSON.stringify([{ name: "There", address: "", latitude: 1, longitude: 2 }]));
	}`)
	b.Open(k.login + "#/former")
	b.WaitShell(`document.dir === "rtl" && document.documentElement.lang === "ar" && $(".tile") && localStorage.length === 0`)
	var kept string
	ask := `fetch("/api/launcher").then((r) => r.json()).then(({ memory: m }) => [m.language, m.addresses?.map((a) => a.detailInfo), m.contacts?.length ?? 0, m.places?.map((p) => p.name)].join("; "))`
	b.EvalShell(ask, &kept)
	if kept != "ar; Old Road; 0; There" {
		t.Errorf("kept is %q", kept)
	}
	b.Open("about:blank")
	b.Open(k.base)
	b.WaitShell(`document.dir === "rtl" && $(".tile")`)
	b.EvalShell(ask, &kept)
	if kept != "ar; Old Road; 0; There" {
		t.Errorf("after a reload kept is %q", kept)
	}
}
