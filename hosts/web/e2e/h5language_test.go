package e2e

import (
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/internal/npmapp"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// TestH5Language: the document around an H5 app's pages speaks the language that the user chose, not the browser's, and follows when
// another one is chosen.
func TestH5Language(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir := write(t, npmapp.Page("h5.language", "<h1>Language</h1>", `document.title = "asks"; open("https://away.example/")`))
	cfg := h5Config(t, []config.MiniApp{{Path: packed(t, dir)}})
	cfg.UI.Languages = []string{"zh-CN", "en", "ar"}
	cfg.UI.Texts = map[string]map[string]string{"ar": {"h5_back": "عودة"}}
	d, login := serveH5(t, cfg)
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	choose := func(language string) {
		d.EvalShell(`(() => { const s = $(".language select"); s.value = "`+language+`"; s.onchange(); return true; })()`, new(bool))
		d.WaitShell(`document.documentElement.lang === "` + language + `"`)
	}
	says := func(lang, dir, title, button string) {
		d.Says("h5frame", `document.documentElement.lang === "`+lang+`" && document.documentElement.dir === "`+dir+`" &&
			document.querySelector("main:not([hidden]) h1")?.textContent === "`+title+`" && document.querySelector("main p").textContent === "https://away.example/" &&
			document.querySelector("main button").textContent === "`+button+`"`)
	}
	choose("en")
	d.h5App("h5.language", "asks")
	says("en", "ltr", "This page wants to open a window", "Back to the app")
	d.Screenshot("h5-language")
	choose("zh-CN")
	says("zh-CN", "ltr", "这个页面想打开新窗口", "返回应用")
	choose("ar") // what the super-app says itself, and English
	says("ar", "rtl", "This page wants to open a window", "عودة")
}
