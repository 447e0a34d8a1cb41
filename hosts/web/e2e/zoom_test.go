package e2e

import (
	"fmt"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// clipped lists what can be seen of the shell and is cut off: text that is wider than its box and does not wrap, and what stands outside of the window.
const clipped = `$$("button, h1, h2, h3, p, dt, dd, .row, input, select").filter((el) => {
	if (el.closest("[inert]") || el.closest(".announcer") || !el.checkVisibility()) return false;
	const r = el.getBoundingClientRect();
	return r.left < -1 || r.right > innerWidth + 1 || el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).overflowX === "hidden" && getComputedStyle(el).textOverflow !== "ellipsis";
}).map((el) => el.className + " " + el.textContent.slice(0, 30)).join("; ")`

// At 200 % and 400 % of a window of 1280 by 1024 everything of the shell is there, and nothing has to be scrolled sideways; the user may
// also pinch.
func TestZoomReflows(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bank", "campus", "factory"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := startBrand(t, name, 1280, 1024, nil)
			b.WaitShell(`$(".privacy .agree") || $(".tile")`)
			for _, factor := range []float64{2, 4} {
				b.Zoom(1280, 1024, factor)
				b.WaitShell(fmt.Sprintf(`innerWidth === %g && %s`, 1280/factor, settled))
				see := func(where string) {
					t.Helper()
					b.WaitShell(`document.documentElement.scrollWidth <= innerWidth`)
					var found string
					if b.EvalShell(clipped, &found); found != "" {
						t.Errorf("%s at %g: %s", where, factor, found)
					}
					b.Screenshot(fmt.Sprintf("zoom-%s-%s-%g", name, where, factor))
				}
				if name == "bank" && factor == 2 {
					see("privacy")
					b.TapShell(`$(".privacy .agree")`)
					b.WaitShell(`!$(".privacy") && ` + settled)
				}
				see("launcher")
				b.EvalShell(`$(".tile").scrollIntoView(), true`, new(bool))
				b.show(b.tiles()[0])
				b.Wait(`$$(".scroller").at(-1).scrollWidth <= $$(".scroller").at(-1).clientWidth`)
				b.TapShell(`$(".app.shown .capsule-part[data-part=more]")`)
				b.WaitShell(`still($(".menu-entry"))`)
				see("menu")
				b.TapShell(`$("[data-entry=info]")`)
				b.WaitShell(`!$(".menu") && still($(".panel"))`)
				see("about")
				b.Key("\x1b")
				b.WaitShell(`!$(".panel")`)
				b.leave()
			}
			b.WaitShell(`!/user-scalable|maximum-scale/.test(document.querySelector("meta[name=viewport]").content)`)
		})
	}
}

// At 400 % a dialog of a mini-program can still be read and answered: it scrolls where it has no room.
func TestZoomedDialogs(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	d.openPage("dialogs")
	d.Zoom(1280, 1024, 4)
	d.Wait(`innerWidth <= 320`)
	d.want(`String(/user-scalable|maximum-scale/.test(document.querySelector("meta[name=viewport]").content))`, "false")
	for _, c := range []struct{ id, shown string }{{"modal", ".dialog"}, {"prompt", ".dialog"}, {"sheet", ".sheet"}, {"picker", ".sheet"}} {
		d.keyOn(c.id, "\r")
		d.Wait(`still($("` + c.shown + `"))`)
		d.Wait(`(({left, right, top, bottom}) => left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight)($("` + c.shown + `").getBoundingClientRect())`)
		d.Screenshot("zoom-dialog-" + c.id)
		d.Key("\x1b")
		d.Wait(`!$("` + c.shown + `")`)
	}
}

// Who wants no motion sees none: a swiper turns at once and not by itself, pages and dialogs do not slide.
func TestReducedMotion(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	d.Media(map[string]string{"prefers-reduced-motion": "reduce"})
	d.Eval(`$("#swiper").setProp("autoplay", true, ""), $("#swiper").setProp("interval", 200, ""), ""`, nil)
	d.Eval(`window.turns = 0, setInterval(() => { window.turns++; }, 200), ""`, nil)
	d.Wait(`window.turns > 3`)
	d.want(`$("#turned").textContent`, "0")
	d.keyOn("swiper", "\u0303")
	d.Wait(`$("#turned").textContent === "1" && Math.abs($$("dg-swiper-item")[1].getBoundingClientRect().left - $("#swiper").getBoundingClientRect().left) < 1`)
	d.Eval(`window.slid = 0, document.querySelector(".pages").addEventListener("animationstart", () => window.slid++, true), Element.prototype.animate = function () { window.slid++; }, ""`, nil)
	d.openPage("dialogs")
	d.want(`String(window.slid)`, "0")
	d.Tap(`$("#modal")`)
	d.Wait(`$(".dialog")`)
	d.want(`getComputedStyle($(".dialog")).transitionDuration`, "0.001s")
}

// The text size that the browser is set to reaches the program, and a page that asks for it by page-meta.
func TestFontSizeSetting(t *testing.T) {
	t.Parallel()
	d := startConfigured(t, write(t, map[string]string{
		"app.js": "App({})", "app.json": `{"pages":["pages/index"]}`, "project.config.json": `{"appid":"dg.example.size","projectname":"Size"}`,
		"pages/index.js":   `Page({ data: { s: "" }, onLoad() { const { fontSizeSetting, fontSizeScaleFactor, language } = wx.getAppBaseInfo(); this.setData({ s: [fontSizeSetting, fontSizeScaleFactor, language].join() }); } })`,
		"pages/index.wxml": `<view id="size">{{s}}</view>`,
	}), func(*config.Config) {})
	d.want(`$("#size").textContent`, "16,1,zh_CN")
	d.want(`document.documentElement.lang`, "zh-CN")
	d.EvalShell(`(document.documentElement.style.fontSize = "24px", true)`, new(bool)) // as a browser's own setting does
	d.TapShell(`$(".capsule-part[data-part=more]")`)
	d.WaitShell(`still($("[data-entry=reload]"))`)
	d.TapShell(`$("[data-entry=reload]")`)
	d.want(`$("#size").textContent`, "24,1.5,zh_CN")
}

// In Arabic and Hebrew the shell is mirrored: the capsule stands left, "back" right and points there, and the program knows. Its own pages
// are laid out as their author wrote them.
func TestMirrored(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"ar", "he"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			d := startConfigured(t, a11yProject(t), func(c *config.Config) { c.UI.Languages = []string{language} })
			d.Wait(`$("#link")`)
			d.WaitShell(`document.dir === "rtl" && document.documentElement.lang === "` + language + `"`)
			d.want(`document.documentElement.lang + "|" + document.dir`, language+"|")
			d.openPage("dialogs")
			d.Screenshot("mirrored-" + language)
			d.WaitShell(`(({left, right}, stage) => left - stage.left < stage.right - right)($(".app.shown .capsule").getBoundingClientRect(), $(".screen").getBoundingClientRect())`)
			d.Wait(`$$(".nav-button").at(-1).getBoundingClientRect().left > innerWidth / 2 && getComputedStyle($$(".nav-button").at(-1).firstElementChild).transform === "matrix(-1, 0, 0, 1, 0, 0)"`)
			d.want(`getComputedStyle($("#modal")).direction`, "ltr")
			var button struct{ Left, Right float64 }
			d.EvalShell(`(({left, right}, stage) => ({Left: left - stage.left, Right: right - stage.left}))($(".app.shown .capsule").getBoundingClientRect(), $(".screen").getBoundingClientRect())`, &button)
			d.Tap(`$("#where")`)
			d.Wait(`$("#told").textContent !== ""`)
			d.want(`$("#told").textContent`, fmt.Sprintf("%s %g %g", language, button.Left, button.Right))
			d.Tap(`$("#sheet")`)
			d.Wait(`still($(".sheet"))`)
			d.want(`getComputedStyle($(".sheet")).direction + $$(".sheet-item").at(-1).textContent`, map[string]string{"ar": "rtlإلغاء", "he": "rtlביטול"}[language])
			d.Key("\x1b")
			d.Wait(`!$(".sheet")`)
			d.TapShell(`$(".app.shown .capsule-part[data-part=more]")`)
			d.WaitShell(`still($(".menu-entry"))`)
			d.Screenshot("mirrored-menu-" + language)
			d.Key("\x1b")
			d.WaitShell(`!$(".menu")`)
			d.TapShell(`$(".app.shown .capsule-part[data-part=close]")`)
			d.WaitShell(`!$(".app.shown") && ` + settled)
			d.Screenshot("mirrored-launcher-" + language)
		})
	}
}
