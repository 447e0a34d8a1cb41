package e2e

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// startYAML runs a super-app as a file describes it, in a browser.
func startYAML(t *testing.T, yaml string, width, height int) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	cfg, err := config.Parse("superapp.yaml", []byte(yaml), nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data, cfg.Dir = t.TempDir(), t.TempDir()
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
	d.server, d.base, login = listen(t, web.Config{Backend: app, Users: []string{"local"}, Grace: time.Minute})
	app.SetShell(d.server)
	d.Browser = browser.Start(t, width, height)
	d.Open(login)
	d.WaitShell(`$(".tile") && ` + settled)
	return d
}

// locator is a mini-program that asks where the user is, shows a dialog with the client's own words, and opens another one.
func locator(t *testing.T, id, other string) string {
	t.Helper()
	return write(t, map[string]string{
		"project.config.json": fmt.Sprintf(`{"appid": %q, "projectname": %q}`, id, id),
		"app.json":            `{"pages": ["pages/home/home"], "permission": {"scope.userLocation": {"desc": "pour le plan"}}}`,
		"pages/home/home.js": `Page({ where() { wx.getLocation({ fail: (e) => this.setData({ said: e.errMsg }) }) },
			go() { wx.navigateToMiniProgram({ appId: "` + other + `" }) } })`,
		"pages/home/home.wxml": `<button id="where" bindtap="where">where</button>` +
			`<button id="go" bindtap="go">go</button><picker id="pick" range="{{['a', 'b']}}"><text>pick</text></picker><view id="said">{{said}}</view>` +
			`<audio id="sound" controls></audio><live-player id="live" style="height: 60px"></live-player>` +
			`<map id="map" show-compass style="height: 60px"></map>`,
	})
}

// TestOwnLanguage: a language that the shell has no texts in is given in superapp.yaml alone. The launcher, menus, dialogs of pages
// and questions to the user are in it; what it leaves out is English; built-in texts are said otherwise in the same way; and
// what the host asks is never in a language that the user did not choose.
func TestOwnLanguage(t *testing.T) {
	t.Parallel()
	built, err := plugins()
	if err != nil {
		t.Fatal(err)
	}
	apps := ""
	for _, id := range []string{"fr", "en", "zh-CN"} { // a refusal is remembered, so each language has one to ask
		apps += fmt.Sprintf("  - {id: %s, path: %s, name: {fr: Un, en: One, zh: 一}}\n", id, locator(t, id, "two"))
	}
	d := startYAML(t, fmt.Sprintf(`
name: Maison
ui:
  languages: [fr, en, zh-CN]
  texts:
    fr:
      search: Chercher un mini-programme
      mini_programs: Mini-programmes
      none: Rien pour « {} »
      menu: Menu
      exit: Quitter
      cancel: Annuler
      confirm: Valider
      allow: Autoriser
      deny: Refuser
      scope_user_location: Savoir où vous êtes
      opens_other: Ouvrir « {} » ?
      unknown_author: Sans auteur
      unsupported: "{} : pas ici"
    en: {exit: Leave}
plugins:
  - {id: dougong.geolocation, path: %s}
miniapps:
  - {id: two, path: %s, name: {fr: Deux, en: Two, zh: 二}}
%s`, filepath.Join(built, "dougong.geolocation"), locator(t, "two", "one"), apps), 375, 812)
	for _, c := range []struct{ language, search, exit, scope, buttons, opens, cancel, confirm, tile, parts string }{
		{"fr", "Chercher un mini-programme", "Quitter", "Savoir où vous êtes", "Refuser|Autoriser", "Ouvrir « Deux » ?", "Annuler", "Valider", "Un", "Unknown audio|Sans auteur|Live stream : pas ici|N"},
		{"en", "Search mini-programs", "Leave", "Know where you are", "Deny|Allow", "Open the mini-program “Two”?", "Cancel", "OK", "One", "Unknown audio|Unknown author|Live stream: not supported here|N"},
		{"zh-CN", "搜索小程序", "退出", "获取你的位置信息", "拒绝|允许", "即将打开「二」小程序", "取消", "确定", "一", "未知音频|未知作者|直播播放 暂不支持|北"},
	} {
		d.EvalShell(fmt.Sprintf(`(() => { const s = $(".language select"); s.value = %q; s.onchange(); return true; })()`, c.language), new(bool))
		d.WaitShell(fmt.Sprintf(`document.documentElement.lang === %q && $(".tile") && %s`, c.language, settled))
		d.WaitShell(fmt.Sprintf(`$(".search-field").placeholder === %q`, c.search))
		d.Screenshot("language-" + c.language)
		d.TapShell(fmt.Sprintf(`$$(".tile[data-app='%s']").at(-1)`, c.language))
		d.Wait(`$("#where")`)
		d.WaitShell(`!$(".app.shown .splash") && still($(".app.shown"))`)
		d.Wait(fmt.Sprintf(`$(".nav-title").textContent === %q`, c.tile))
		d.want(`[".name", ".author"].map((c) => $("#sound").shadowRoot.querySelector(c).textContent).concat($("#live").shadowRoot.querySelector(".missing").textContent, $("#map").shadowRoot.querySelector(".compass").textContent).join("|")`, c.parts)
		d.Tap(`$("#where")`)
		d.WaitShell(fmt.Sprintf(`$(".layer.open .prompt h2")?.textContent === %q && [...$$(".layer.open .prompt button")].map((b) => b.textContent).join("|") === %q`, c.scope, c.buttons))
		d.WaitShell(fmt.Sprintf(`$(".layer.open .prompt-app")?.lastElementChild.textContent === %q`, c.tile))
		d.Screenshot("language-prompt-" + c.language)
		d.TapShell(`$(".layer.open .prompt .secondary")`)
		d.Wait(`$("#said")?.textContent.includes("getLocation:fail")`)
		d.Tap(`$("#go")`)
		d.WaitShell(fmt.Sprintf(`$(".layer.open .prompt h2")?.textContent === %q`, c.opens))
		d.TapShell(`$(".layer.open .prompt .secondary")`)
		d.Tap(`$("#pick")`)
		d.Wait(fmt.Sprintf(`still($(".confirm")) && $(".cancel").textContent === %q && $(".confirm").textContent === %q`, c.cancel, c.confirm))
		d.Screenshot("language-picker-" + c.language)
		d.Tap(`$(".cancel")`)
		d.Wait(`!$(".confirm")`)
		d.TapShell(`$(".app.shown .capsule-part[data-part=more]")`)
		d.WaitShell(fmt.Sprintf(`still($("[data-entry=exit]")) && $("[data-entry=exit]").textContent === %q`, c.exit))
		d.TapShell(`$("[data-entry=exit]")`)
		d.WaitShell(`!$(".app.shown") && ` + settled)
	}
}
