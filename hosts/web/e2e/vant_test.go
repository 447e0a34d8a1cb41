package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// startVant opens the mini-program of testdata/vant, whose pages use @vant/weapp as npm serves it.
func startVant(t *testing.T) (b *browser.Browser, base string) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser and npm")
	}
	project := filepath.Join(t.TempDir(), "vant")
	if err := os.CopyFS(project, os.DirFS("testdata/vant")); err != nil {
		t.Fatal(err)
	}
	packages := filepath.Join(npmtest.Install(t, npmtest.Vant), "node_modules")
	if err := os.CopyFS(filepath.Join(project, "node_modules"), os.DirFS(packages)); err != nil {
		t.Fatal(err)
	}
	d := startProject(t, project)
	return d.Browser, d.base
}

// Components of a library that we did not write look and behave as they do in WeChat.
func TestVant(t *testing.T) {
	t.Parallel()
	b, base := startVant(t)
	b.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "标签：全部")`)
	b.Screenshot("vant")

	// van-button
	b.Tap(`$$("dg-button").find((el) => el.textContent.includes("点了 0 次"))`)
	b.Wait(`$$("dg-button").some((el) => el.textContent.includes("点了 1 次"))`)

	// van-tabs
	b.Tap(`$$("dg-view").filter((el) => el.textContent.trim() === "待付款").at(-1)`)
	b.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "标签：待付款")`)

	// van-field, and the van-cell that shows what was typed
	b.Tap(`$("dg-input")`)
	b.Type("小木")
	b.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "小木")`)
	b.Screenshot("vant-used")

	// van-cell with a link
	b.Tap(`$$("dg-view").filter((el) => el.textContent.trim() === "下一页").at(-1)`)
	b.Wait(`document.querySelectorAll(".page").length === 2 && still($$(".page").at(-1))`)
	b.Screenshot("vant-feedback")

	tapCell := func(title string) {
		t.Helper()
		b.Tap(`$$("dg-view").filter((el) => el.textContent.trim() === "` + title + `").at(-1)`)
	}

	// van-dialog: its promise resolves with the button that was tapped
	tapCell("对话框")
	b.Wait(`$$("dg-view, dg-text").some((el) => el.textContent.trim() === "外面正下着雨。" && still(el))`)
	b.Screenshot("vant-dialog")
	b.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "确认")`)
	b.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "出门")`)

	// van-toast
	b.Seen(`$$("dg-text, dg-view").some((el) => el.textContent.trim() === "办好了")`, func() { tapCell("成功提示") })
	b.Screenshot("vant-toast")
	b.Wait(`!$$("dg-text, dg-view").some((el) => el.textContent.trim() === "办好了")`)

	// van-popup
	tapCell("弹出层")
	b.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "弹出层的内容" && still(el))`)
	b.Screenshot("vant-popup")

	if foreign := b.Foreign(base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}
