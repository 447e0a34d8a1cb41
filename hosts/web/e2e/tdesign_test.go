package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
)

// startTDesign opens the mini-program of testdata/tdesign, whose pages use TDesign as npm serves it.
func startTDesign(t *testing.T) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser and npm")
	}
	project := filepath.Join(t.TempDir(), "tdesign")
	if err := os.CopyFS(project, os.DirFS("testdata/tdesign")); err != nil {
		t.Fatal(err)
	}
	packages := filepath.Join(npmtest.Install(t, npmtest.TDesign), "node_modules")
	if err := os.CopyFS(filepath.Join(project, "node_modules"), os.DirFS(packages)); err != nil {
		t.Fatal(err)
	}
	return startProject(t, project)
}

// shows waits for an element whose whole text is this.
func shows(selector, text string) string {
	return `$$("` + selector + `").some((el) => el.textContent.trim() === "` + text + `" && still(el))`
}

// Components of another library that we did not write look and behave as they do in WeChat. With -pictures it
// writes docs/images/tdesign.png.
func TestTDesign(t *testing.T) {
	t.Parallel()
	b := startTDesign(t)
	tap := func(selector, text string) {
		t.Helper()
		b.Tap(`$$("` + selector + `").filter((el) => el.textContent.trim() === "` + text + `").at(-1)`)
	}

	b.Wait(shows("dg-button", "主要 0"))
	tap("dg-button", "主要 0")
	b.Wait(shows("dg-button", "主要 1"))
	b.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "50%")`)
	tap("dg-view", "昂")
	b.Wait(shows("#tab", "c"))
	b.Screenshot("tdesign-basic")

	tap("dg-button", "录入组件")
	b.Wait(`document.querySelectorAll(".page").length === 2 && still($$(".page").at(-1))`)
	b.Tap(`$$("dg-input")[0]`)
	b.Type("小木")
	b.Wait(`$$("dg-view").some((el) => el.className.includes("note") && el.textContent.trim() === "小木")`)
	tap("dg-view", "楠木")
	b.Wait(shows("dg-button", "提交 nan 开"))
	b.Screenshot("tdesign-form")

	tap("dg-button", "提交 nan 开")
	b.Wait(`document.querySelectorAll(".page").length === 3 && still($$(".page").at(-1))`)
	tap("dg-button", "对话框")
	b.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "要把这一组斗拱装上吗？" && still(el))`)
	b.Screenshot("tdesign-feedback")
	tap("dg-button", "装上")
	b.Wait(shows("#result", "装上了"))
	tap("dg-button", "选择器")
	b.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "选木料" && still(el))`)
	tap("dg-view", "确认")
	b.Wait(shows("#result", "楠木"))

	picture(t, "tdesign", "tdesign-basic", "tdesign-form", "tdesign-feedback")
	if foreign := b.Foreign(b.base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}
