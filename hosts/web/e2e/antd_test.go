package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
)

// startAntd opens the mini-program of testdata/antd, written for Alipay, whose pages use antd-mini as npm serves it.
func startAntd(t *testing.T) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser and npm")
	}
	project := filepath.Join(t.TempDir(), "antd")
	if err := os.CopyFS(project, os.DirFS("testdata/antd")); err != nil {
		t.Fatal(err)
	}
	packages := filepath.Join(npmtest.Install(t, npmtest.AntDesignMini), "node_modules")
	if err := os.CopyFS(filepath.Join(project, "node_modules"), os.DirFS(packages)); err != nil {
		t.Fatal(err)
	}
	return startProject(t, project)
}

// Alipay's component library looks and behaves as it does there.
func TestAntDesignMini(t *testing.T) {
	t.Parallel()
	d := startAntd(t)
	shows := func(text string) {
		t.Helper()
		d.Wait(`$$("dg-view, dg-text").some((el) => el.textContent.trim() === "` + text + `" && still(el))`)
	}
	tapText := func(text string) {
		t.Helper()
		d.Tap(`$$("dg-view, dg-text").filter((el) => el.textContent.trim() === "` + text + `").at(-1)`)
	}
	d.Wait(`$$("dg-button").some((el) => el.textContent.trim() === "点了 0 次")`)
	d.Screenshot("antd")
	d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "点了 0 次")`)
	d.Wait(`$$("dg-button").some((el) => el.textContent.trim() === "点了 1 次")`)
	tapText("乙1")
	shows("标签页 1")
	d.Tap(`$(".ant-checkbox-item")`)
	d.Wait(`$$("dg-view").some((el) => el.textContent.includes("同意 true"))`)
	d.Tap(`$$(".ant-stepper dg-button, .ant-stepper .ant-button").at(-1)`)
	d.Wait(`$$("dg-view").some((el) => el.textContent.includes("数量 2"))`)
	d.Tap(`$(".ant-switch")`)
	d.Wait(`$(".ant-switch-checked")`)
	tapText("小")
	d.Wait(`$$(".ant-selector-item-active").length === 1 && $(".ant-selector-item-active").textContent.includes("小")`)
	tapText("第一折")
	d.Wait(`$(".ant-collapse-item-active") && $(".ant-collapse-item-content-wrap").getBoundingClientRect().height > 10`)
	d.Screenshot("antd-used")
	d.Eval(`$(".below").scrollIntoView()`, nil)
	d.Wait(`$(".below").textContent.trim() === "firstAppear,appear,"`)
	d.Eval(`$(".scroller").scrollTo(0, 0)`, nil)
	d.Wait(`$(".below").textContent.trim() === "firstAppear,appear,disappear,"`)

	tapText("反馈")
	d.Wait(`document.querySelectorAll(".page").length === 2 && still($$(".page").at(-1))`)
	d.Wait(`$$("dg-view, dg-text").some((el) => el.textContent.includes("来自 list"))`)
	d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "对话框")`)
	shows("外面正下着雨。")
	d.Screenshot("antd-dialog")
	d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "确认")`)
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "选了确认")`)
	d.Seen(`$$("dg-view, dg-text").some((el) => el.textContent.trim() === "办好了")`, func() {
		d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "轻提示")`)
	})
	d.Screenshot("antd-toast")
	d.Wait(`!$(".ant-toast")`)
	d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "弹出层")`)
	shows("弹出层的内容")
	d.Screenshot("antd-popup")
}

// A form checks its fields and gathers their values.
func TestAntDesignMiniForm(t *testing.T) {
	t.Parallel()
	d := startAntd(t)
	d.Wait(`$$("dg-button").some((el) => el.textContent.trim() === "点了 0 次")`)
	d.Tap(`$$(".tabbar-item, .tab").find((el) => el.textContent.trim() === "表单")`)
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "姓名")`)
	d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "提交")`)
	d.Wait(`$(".result").textContent.trim() === "没有填完" && $$("dg-view").some((el) => el.textContent.trim() === "请填写姓名")`)
	d.Screenshot("antd-form-errors")
	d.Tap(`$("dg-input")`)
	d.Type("小木")
	d.Tap(`$$("dg-view").filter((el) => el.textContent.trim() === "大号").at(-1)`)
	d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "提交")`)
	d.Wait(`$(".result").textContent.trim().startsWith("小木 L")`)
	d.Screenshot("antd-form")
}

// TestAddress opens a page of a W3C package by its address.
func TestAddress(t *testing.T) {
	t.Parallel()
	project := filepath.Join(t.TempDir(), "pkg")
	for name, text := range map[string]string{
		"src/manifest.json": `{"app_id": "org.example.pkg", "name": "Pkg", "icons": [{"src": "i.png"}], "version": {"name": "1.0.0", "code": 1},
			"platform_version": {"min_code": 1}, "pages": ["pages/home/home", "pages/more/more"], "window": {"navigation_bar_background_color": "#00FF00"}}`,
		"src/app.js": "", "src/pages/home.html": "<template><div><text>Home</text></div></template>",
		"src/pages/more.html": "<template><div class=\"more\"><text>More of {{what}}</text></div></template>", "src/pages/more.css": ".more { color: #123456; }",
		"src/pages/more.js": "Page({ data: { what: '' }, onLoad(query) { this.setData({ what: query.what }) } })",
	} {
		file := filepath.Join(project, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d := startProject(t, project)
	d.Wait(`$$("dg-text").some((el) => el.textContent.trim() === "Home")`)
	d.Screenshot("w3c")
	d.Open(d.base + "/?again#platform://miniapp/org.example.pkg;version=1.0.0/pages/more/more?what=it#end")
	d.Wait(`$$("dg-text").some((el) => el.textContent.trim() === "More of it")`)
	d.Wait(`getComputedStyle($(".more")).color === "rgb(18, 52, 86)"`)
	d.Screenshot("w3c-address")
}
