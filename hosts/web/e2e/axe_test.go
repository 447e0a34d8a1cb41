package e2e

import (
	"fmt"
	"testing"
)

// Every screen of the four example super-apps, in light and dark: the launcher, each mini-program's first page, the menu and what it opens.
func TestAxeSuperApps(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bank", "campus", "factory"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := startBrand(t, name, 1000, 920, nil)
			audit := newAuditor(t, b.Browser)
			b.Theme(false)
			b.WaitShell(`$(".privacy .agree") || $(".tile")`)
			b.WaitShell(settled)
			if name == "bank" {
				audit.bothShells(name + "-privacy")
				b.TapShell(`$(".privacy .agree")`)
				b.WaitShell(`!$(".privacy") && ` + settled)
			}
			audit.bothShells(name + "-launcher")
			for _, id := range b.tiles() {
				b.show(id)
				audit.both(name+"-"+id, lookOfWeChat)
				b.leave()
			}
			b.show(b.tiles()[0])
			b.TapShell(`$(".app.shown .capsule-part[data-part=more]")`)
			b.WaitShell(`still($(".menu-entry"))`)
			audit.bothShells(name + "-menu")
		})
	}
}

// tiles are the mini-programs of the launcher.
func (b *brand) tiles() (ids []string) {
	b.EvalShell(`[...new Set($$(".tile").map((el) => el.dataset.app))]`, &ids)
	return ids
}

// leave goes back to the launcher, by the address: a kiosk's capsule has no button for that.
func (b *brand) leave() {
	b.EvalShell(`(location.hash = "", true)`, new(bool))
	b.WaitShell(`!$(".app.shown") && ` + settled)
}

// Every page of the example mini-programs, the consent that a plugin asks for, and a payment's confirmation.
func TestAxeDemo(t *testing.T) {
	t.Parallel()
	d := startDemo(t, nil)
	audit := newAuditor(t, d.Browser)
	d.Theme(false)
	d.WaitShell(settled)
	audit.bothShells("demo-launcher")
	d.app("组件画廊")
	audit.bothFrames("gallery", lookOfWeChat)
	var pages int
	d.Eval(`$$("dg-navigator").length`, &pages)
	for i := range pages {
		d.visit(i)
		audit.bothFrames(fmt.Sprintf("gallery-%d", i), lookOfWeChat, wheelsByKeys)
		d.back()
	}
	d.TapShell(`$(".app.shown .capsule-part[data-part=close]")`)
	d.app("密记")
	audit.bothFrames("notes-empty", lookOfWeChat)
	d.Tap(`$(".about")`)
	d.Wait(`document.querySelectorAll(".page").length === 2 && still($$(".page").at(-1))`)
	d.Tap(`$(".step")`)
	d.Wait(`$(".step .text")`)
	audit.bothFrames("notes-about", lookOfWeChat)
	d.back()
	d.Tap(`byText("dg-view", "＋")`)
	d.Wait(`document.querySelectorAll(".page").length === 2 && still($("dg-textarea"))`)
	audit.bothFrames("notes-edit", lookOfWeChat)
	d.Tap(`$("dg-form dg-input")`)
	d.Type("木料清单")
	d.Tap(`$("dg-textarea")`)
	d.Type("樱桃木两方")
	d.Tap(`byText("dg-button", "加密保存")`)
	d.Wait(`document.querySelectorAll(".page").length === 1 && $$("dg-view").some((el) => el.textContent.trim() === "木料清单")`)
	audit.bothFrames("notes", lookOfWeChat)
	d.TapShell(`$(".app.shown .capsule-part[data-part=close]")`)
	d.app("木作小铺")
	d.Wait(`$$("dg-image").length > 3 && $("[class*=price]")`)
	audit.bothFrames("shop", lookOfWeChat)
	d.Tap(`$(".store")`)
	d.WaitShell(`still($(".prompt .primary"))`)
	audit.bothShells("demo-permission")
	d.TapShell(`$(".prompt .primary")`)
	d.Tap(`$$("dg-image")[3]`)
	d.Wait(`still(byText("dg-button", "立即购买"))`)
	audit.bothFrames("shop-detail", lookOfWeChat)
	d.Tap(`byText("dg-button", "立即购买")`)
	d.Wait(`still($$("dg-button").find((el) => el.textContent.startsWith("付款")))`)
	audit.bothFrames("shop-checkout", lookOfWeChat)
	d.pay()
	d.WaitShell(`still($(".prompt .primary"))`)
	d.TapShell(`$(".prompt .primary")`)
	d.WaitShell(`still($(".prompt .primary")) && !$(".prompt h2").textContent.includes("收款")`)
	audit.bothShells("demo-pay")
	d.TapShell(`$(".prompt .primary")`)
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "付款成功")`)
	d.Wait(`still($$(".page").at(-1))`)
	audit.bothFrames("shop-receipt", lookOfWeChat)
}

// Every built-in component in its states, and every dialog over a page, in light and dark.
func TestAxeComponents(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	audit := newAuditor(t, d.Browser)
	d.Theme(false)
	camera := exception{"color-contrast", "dg-camera", "what a camera shows behind its note is not known"}
	d.Tap(`$("#to-all")`)
	d.Wait(`$("#xr-scene") && still($$(".page").at(-1))`)
	d.WaitShell(`still($(".camera-prompt .primary"))`)
	audit.bothShells("camera-prompt")
	d.TapShell(`$(".camera-prompt .primary")`)
	d.WaitShell(`!$(".camera-prompt")`)
	audit.bothFrames("all", lookOfWeChat, wheelsByKeys, camera)
	d.Screenshot("a11y-all")
	d.Tap(`$(".nav-button")`)
	d.openPage("dialogs")
	audit.bothFrames("dialogs", lookOfWeChat)
	for _, c := range []struct{ id, shown, key string }{
		{"modal", ".dialog-button", "\x1b"}, {"notice", ".dialog-button", "\r"}, {"prompt", ".dialog-input", "\x1b"}, {"sheet", ".sheet-item", "\x1b"},
		{"picker", ".picker-head", "\x1b"}, {"preview", ".preview-close", "\x1b"},
	} {
		d.Tap(`$("#` + c.id + `")`)
		d.Wait(`still($("` + c.shown + `"))`)
		audit.bothFrames("dialog-"+c.id, lookOfWeChat, wheelsByKeys)
		d.Screenshot("a11y-dialog-" + c.id)
		d.Key(c.key)
		d.Wait(`!$("` + c.shown + `")`)
	}
	for _, id := range []string{"toast", "loading"} {
		d.Tap(`$("#` + id + `")`)
		d.Wait(`still($(".toast"))`)
		audit.bothFrames(id, lookOfWeChat)
	}
}

// openPage goes from the gallery's first page to one of the others.
func (d *demo) openPage(name string) {
	d.Wait(`document.querySelectorAll(".page").length === 1 && still($(".page"))`)
	d.Tap(`$("#to-` + name + `")`)
	d.Wait(`document.querySelectorAll(".page").length === 2 && still($$(".page").at(-1)) && document.querySelector(".page").inert`)
}
