package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/dougong-dev/dougong/core/config"
)

// startPaying brings the shop to the question of dougong.pay.confirm how to pay.
func startPaying(t *testing.T) *demo {
	t.Helper()
	d := startDemoWith(t, func(cfg *config.Config) { cfg.Providers["dougong.payment/v1"] = "dougong.pay.confirm" })
	d.app("木作小铺")
	d.Wait(`$$("dg-image").length > 3 && $("[class*=price]")`)
	d.Tap(`$$("dg-image")[3]`)
	d.Wait(`still(byText("dg-button", "立即购买"))`)
	d.Tap(`byText("dg-button", "立即购买")`)
	d.pay()
	d.WaitShell(`still($(".prompt .primary")) && $(".prompt h2").textContent.includes("收款")`)
	d.TapShell(`$(".prompt .primary")`)
	d.asksHow()
	return d
}

func (d *demo) pay() {
	d.Wait(`still($$("dg-button").find((el) => el.textContent.startsWith("付款")))`)
	d.Tap(`$$("dg-button").find((el) => el.textContent.startsWith("付款"))`)
}

// asksHow waits for the choice of accounts, which names the plugin that asks.
func (d *demo) asksHow() {
	d.WaitShell(`$$(".layer.open .prompt button").map((el) => el.textContent).join() === "余额支付,银行卡支付,取消"`)
	d.WaitShell(`still($(".layer.open .prompt .secondary"))`)
	d.WaitShell(`$(".layer.open .prompt-plugin").textContent.includes("dougong.pay.confirm")`)
}

// asksNumber waits for the question for the number.
func (d *demo) asksNumber() {
	d.WaitShell(`$$(".layer.open .prompt button").length === 4 && still($(".layer.open .prompt .secondary"))`)
}

func TestPayWithNumber(t *testing.T) {
	t.Parallel()
	d := startPaying(t)
	d.Screenshot("pay-account")
	d.TapShell(`byText(".layer.open .prompt button", "银行卡支付")`)
	d.asksNumber()
	d.Screenshot("pay-number")
	d.TapShell(`byText(".layer.open .prompt button", /数字 (\d+)/.exec($(".layer.open .prompt-text").textContent)[1])`)
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "付款成功")`)
}

// A plugin asks in the language that the user has chosen.
func TestPayInEnglish(t *testing.T) {
	t.Parallel()
	d := startDemoWith(t, func(cfg *config.Config) {
		cfg.Providers["dougong.payment/v1"] = "dougong.pay.confirm"
		cfg.UI.Languages = []string{"zh-CN", "en"}
	})
	d.EvalShell(`(() => { const s = $(".language select"); s.value = "en"; s.onchange(); return true; })()`, new(bool))
	d.WaitShell(`document.documentElement.lang === "en" && $(".tile") && ` + settled)
	d.TapShell(`$(".tile")`)
	d.Wait(`$$("dg-image").length > 3 && $("[class*=price]")`)
	d.Tap(`$$("dg-image")[3]`)
	d.Wait(`still(byText("dg-button", "立即购买"))`)
	d.Tap(`byText("dg-button", "立即购买")`)
	d.pay()
	d.WaitShell(`still($(".prompt .primary")) && $(".prompt h2").textContent === "Ask you for a payment"`)
	d.TapShell(`$(".prompt .primary")`)
	d.WaitShell(`$$(".layer.open .prompt button").map((el) => el.textContent).join() === "From the balance,By bank card,Cancel"`)
	d.WaitShell(`still($(".layer.open .prompt .secondary")) && $(".layer.open .prompt h2").textContent.startsWith("Pay ")`)
	d.Screenshot("pay-account-english")
	d.TapShell(`byText(".layer.open .prompt button", "By bank card")`)
	d.asksNumber()
	d.WaitShell(`$(".layer.open .prompt h2").textContent === "Security check"`)
	d.Screenshot("pay-number-english")
	d.TapShell(`byText(".layer.open .prompt button", /number (\d+)/.exec($(".layer.open .prompt-text").textContent)[1])`)
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "付款成功")`)
}

// Cancel, Escape and a tap beside the question all take the payment back.
func TestCancelPayment(t *testing.T) {
	t.Parallel()
	d := startPaying(t)
	const toast = `($(".toast")?.textContent === "已取消支付")` // what screen readers say stays in the live region
	cancel := func(by func()) {
		t.Helper()
		d.Seen(toast, by)
		d.WaitShell(`!$(".prompt")`)
	}
	again := func() {
		t.Helper()
		d.Wait(`!` + toast)
		d.pay()
		d.asksHow()
	}
	refuse := func() { d.TapShell(`byText(".layer.open .prompt button", "取消")`) }
	cancel(refuse)
	d.Screenshot("pay-canceled")
	again()
	cancel(func() { d.Key(kb.Escape) })
	again()
	cancel(func() { d.TapShell(`$(".layer.open .mask")`) })
	again()
	d.TapShell(`$(".layer.open .prompt .primary")`)
	d.asksNumber()
	cancel(refuse)
}
