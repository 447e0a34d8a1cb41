package e2e

import (
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// startPair opens a super-app of two mini-programs, without plugins, in a browser, and the shop in it.
func startPair(t *testing.T) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	cfg := config.Default()
	cfg.Data, cfg.Dir = t.TempDir(), t.TempDir()
	for _, name := range []string{"shop", "card"} {
		dir, err := filepath.Abs(filepath.Join("testdata", "pair", name))
		if err != nil {
			t.Fatal(err)
		}
		cfg.MiniApps = append(cfg.MiniApps, config.MiniApp{Path: dir})
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
	d := &demo{}
	var login string
	d.server, d.base, login = listen(t, web.Config{Backend: app, Grace: time.Minute})
	app.SetShell(d.server)
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	d.app("Shop")
	return d
}

func (d *demo) saw(text string) {
	d.Wait(`$$("dg-view").some((el) => el.textContent.includes(` + strconv.Quote(text) + `))`)
}

func TestNavigateToMiniProgram(t *testing.T) {
	t.Parallel()
	d := startPair(t)
	d.Tap(`$("#go")`)
	d.WaitShell(`$(".prompt")`)
	d.Screenshot("pair-prompt")
	d.TapShell(`$(".prompt .secondary")`)
	d.saw("navigateToMiniProgram:fail cancel")
	d.Tap(`$("#go")`)
	d.WaitShell(`$(".layer.open .prompt")`)
	d.TapShell(`$(".layer.open .prompt .primary")`)
	d.WaitShell(`$(".app.shown")?.dataset.app === "pair.card"`)
	d.saw("pay 12 for order 7 of pair.shop, scene 1037")
	d.Screenshot("pair-card")
	d.Tap(`$("#paid")`)
	d.WaitShell(`$(".app.shown")?.dataset.app === "pair.shop"`)
	d.saw(`shown 1038 {"appId":"pair.card","extraData":{"paid":true}}`)
	var shown []string
	d.Eval(`$$(".shown").map((el) => el.innerText.trim())`, &shown)
	if len(shown) != 2 {
		t.Errorf("the shop was shown as %q, want once at the start and once on the way back", shown)
	}
	d.Screenshot("pair-back")
}

// fill types into a field of a dialog of the shell.
func (d *demo) fill(name, text string) {
	field := `$(".layer.open input[name=` + name + `]")`
	d.TapShell(field)
	d.EvalShell(field+`.select()`, nil)
	d.Type(text)
}

func TestDialogsOfTheShell(t *testing.T) {
	t.Parallel()
	d := startPair(t)
	d.Tap(`$("#scanCode")`)
	d.WaitShell(`$(".layer.open .scan")`)
	d.fill("code", "https://example.com/?t=7")
	d.Screenshot("ask-scan")
	d.TapShell(`$(".layer.open .choose")`)
	d.saw(`"result":"https://example.com/?t=7"`)
	d.Tap(`$("#scanCode")`)
	d.TapShell(`$(".layer.open .cancel")`)
	d.saw("scanCode:fail cancel")

	d.Tap(`$("#chooseLocation")`)
	d.WaitShell(`$(".layer.open .choose-location")`)
	d.fill("latitude", "95")
	d.TapShell(`$(".layer.open .choose")`)
	d.WaitShell(`$(".layer.open .form-problem").textContent !== ""`)
	d.fill("name", "Civic Center")
	d.fill("latitude", "22.5431")
	d.fill("longitude", "114.0579")
	d.Screenshot("ask-location")
	d.TapShell(`$(".layer.open .choose")`)
	d.saw(`{"name":"Civic Center","address":"","latitude":22.5431,"longitude":114.0579,"errMsg":"chooseLocation:ok"}`)
	d.Tap(`$("#chooseLocation")`)
	d.TapShell(`$$(".layer.open .place").find((el) => el.textContent.includes("Civic Center"))`)
	d.WaitShell(`!$(".layer.open .choose-location")`)

	d.Tap(`$("#openLocation")`)
	d.WaitShell(`$(".layer.open .open-location .place-point")?.textContent === "22.5431, 114.0579"`)
	d.Screenshot("ask-open-location")
	d.TapShell(`$(".layer.open .panel-done")`)
	d.saw("openLocation:ok")

	d.Tap(`$("#chooseAddress")`)
	d.WaitShell(`$(".layer.open .choose-address")`)
	for name, text := range map[string]string{"userName": "Ann", "telNumber": "10086", "cityName": "Shenzhen", "detailInfo": "1 Road"} {
		d.fill(name, text)
	}
	d.Screenshot("ask-address")
	d.TapShell(`$(".layer.open .choose")`)
	d.saw(`"userName":"Ann"`)

	d.Tap(`$("#makePhoneCall")`)
	d.WaitShell(`$(".layer.open .phone-call a")?.href === "tel:+8610086"`)
	d.Screenshot("ask-phone")
	d.TapShell(`$(".layer.open .cancel")`)
	d.saw("makePhoneCall:fail cancel")

	d.Tap(`$("#addPhoneContact")`)
	d.WaitShell(`$(".layer.open .add-contact")`)
	d.Screenshot("ask-contact")
	d.TapShell(`$(".layer.open .add-contact .primary")`)
	d.saw("addPhoneContact:ok")

	d.Tap(`$("#chooseContact")`)
	d.WaitShell(`$(".layer.open .choose-contact")`)
	d.fill("displayName", "Bo Li")
	d.fill("phoneNumber", "10010")
	d.Screenshot("ask-choose-contact")
	d.TapShell(`$(".layer.open .choose")`)
	d.saw(`{"displayName":"Bo Li","phoneNumber":"10010","phoneNumberList":["10010"],"errMsg":"chooseContact:ok"}`)
}

func TestDeviceOfABrowser(t *testing.T) {
	t.Parallel()
	d := startPair(t)
	d.Tap(`$("#setScreenBrightness")`)
	d.saw("setScreenBrightness:ok")
	d.WaitShell(`$(".screen").style.filter !== ""`)
	d.Tap(`$("#getScreenBrightness")`)
	d.saw(`{"value":0.5,"errMsg":"getScreenBrightness:ok"}`)
	d.Tap(`$("#startCompass")`)
	d.saw("startCompass:fail not supported")
	d.EvalShell(`window.dispatchEvent(new Event("offline"))`, nil)
	d.saw("network true wifi") // the event says look again; the browser is online
}

func TestForwarding(t *testing.T) {
	t.Parallel()
	d := startPair(t)
	d.TapShell(`$(".app.shown .capsule-part")`)
	d.TapShell(`$(".layer.open [data-entry=share]")`)
	d.WaitShell(`$(".layer.open .share .share-title")?.textContent === "A fine chair"`)
	d.Screenshot("share-menu")
	d.TapShell(`$(".layer.open .copy-link")`)
	var link string
	d.EvalShell(`$(".layer.open .share-link").textContent`, &link)
	d.TapShell(`$(".layer.open .panel-done")`)
	d.Tap(`$("#share")`)
	d.WaitShell(`$(".layer.open .share .share-link")?.textContent.includes("by%3Dbutton-chair")`)
	d.TapShell(`$(".layer.open .panel-done")`)
	d.Open(link)
	d.saw("opened by menu, scene 1007")
}
