// Package e2e drives whole super-apps in Chromium: real mini-programs, real sessions and plugins, the real view client.
package e2e

import (
	"fmt"
	"testing"
)

// visit opens a page of the gallery by its place in the list.
func (d *demo) visit(i int) {
	d.Tap(fmt.Sprintf(`$$("dg-navigator")[%d]`, i))
	d.Wait(`document.querySelectorAll(".page").length === 2 && still($$(".page").at(-1))`)
}

func (d *demo) back() {
	d.Tap(`$(".nav-button")`)
	d.Wait(`document.querySelectorAll(".page").length === 1`)
}

func TestGallery(t *testing.T) {
	t.Parallel()
	d := startDemo(t, nil)
	d.app("组件画廊")
	d.Screenshot("gallery")
	for i, look := range []func(){
		func() { // basic
			d.Tap(`byText("dg-button", "加一行")`)
			d.Wait(`$("dg-rich-text b, dg-rich-text strong")`)
			d.Screenshot("gallery-basic")
		},
		func() { // form
			d.Tap(`$("dg-input")`)
			d.Type("小斗")
			d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "你好，小斗")`)
			d.Tap(`$("dg-picker")`)
			d.Wait(`still($(".sheet"))`)
			d.Screenshot("gallery-picker")
			d.Tap(`$(".picker-head .confirm")`)
			d.Wait(`!$(".layer")`)
			d.Screenshot("gallery-form")
		},
		func() { // layout
			d.Drag(`$("dg-swiper")`, -200, 0)
			d.Wait(`$$("dg-text").some((el) => el.textContent.trim() === "2 / 6")`)
			d.Eval(`$(".scroller").scrollTo(0, 1e6)`, nil)
			d.Wait(`$$("dg-view").some((el) => /^第 2\d 项$/.test(el.textContent.trim())) || $$("dg-view").some((el) => el.textContent.trim() === "没有更多了")`)
			d.Eval(`$(".scroller").scrollTo(0, 0)`, nil)
			d.Screenshot("gallery-layout")
		},
		func() { // feedback
			d.Seen(`$(".toast.success")`, func() { d.Tap(`byText("dg-button", "成功")`) })
			d.Screenshot("gallery-toast")
			d.Wait(`!$(".toast")`)
			d.Tap(`byText("dg-button", "模态对话框")`)
			d.Wait(`still($(".dialog"))`)
			d.Screenshot("gallery-modal")
			d.Tap(`$(".dialog-button.confirm")`)
			d.Wait(`!$(".layer")`)
			d.Tap(`byText("dg-button", "换个标题")`)
			d.Wait(`$$(".nav-text").at(-1).textContent !== "交互反馈"`)
		},
		func() { // image
			d.Wait(`$("dg-image").shadowRoot.querySelector("img").naturalWidth === 600`)
			d.Screenshot("gallery-image")
		},
		func() { // canvas
			d.Wait(`$$("dg-view").some((el) => el.textContent.includes("左下角 rgb("))`)
			d.Screenshot("gallery-canvas")
		},
		func() { d.Screenshot("gallery-api") },
		func() { // more
			d.Tap(`$("#map").shadowRoot.querySelector("[data-marker='1'] .pin")`)
			d.Wait(`$$("dg-text").some((el) => el.textContent.trim() === "天安门")`)
			d.Drag(`$(".stone")`, 60, 20)
			d.Wait(`$$("dg-text").some((el) => /^[1-9]\d*, \d+$/.test(el.textContent.trim()))`)
			d.Screenshot("gallery-more")
		},
	} {
		d.visit(i)
		look()
		d.back()
	}
	if foreign := d.Foreign(d.base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}

// Notes are kept, encrypted, for the user who wrote them and nobody else.
func TestNotes(t *testing.T) {
	t.Parallel()
	d := startDemo(t, nil)
	d.app("密记")
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "写下第一条只有你能读的笔记")`)
	d.Screenshot("notes-empty")
	d.Tap(`byText("dg-view", "＋")`)
	d.Wait(`document.querySelectorAll(".page").length === 2 && still($("dg-textarea"))`)
	d.Tap(`$("dg-form dg-input")`)
	d.Type("木料清单")
	d.Tap(`$("dg-textarea")`)
	d.Type("樱桃木两方，榉木一方。")
	d.Screenshot("notes-edit")
	d.Tap(`byText("dg-button", "加密保存")`)
	d.Wait(`document.querySelectorAll(".page").length === 1 && $$("dg-view").some((el) => el.textContent.trim() === "木料清单")`)
	d.Screenshot("notes")
	d.Open(d.base + "/?again")
	d.app("密记")
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "木料清单")`)
	d.TapShell(`$$(".capsule-part")[1]`)
	d.WaitShell(`still($(".account"))`)
	d.EvalShell(`(() => { const s = $(".account"); s.value = "guest"; s.dispatchEvent(new Event("change")); return true; })()`, new(bool))
	d.WaitShell(`$(".account") && $(".account").value === "guest" && !$(".launcher").inert`)
	d.app("密记")
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "写下第一条只有你能读的笔记")`)
}
