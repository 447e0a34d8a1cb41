package server_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/store"
)

// chromium starts a fresh one.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("the test needs Chromium: %v\nnext: make setup", err)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-dev-shm-usage", true))...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel() })
	ctx, late := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(late)
	return ctx
}

// audit runs axe on the page that is shown.
const audit = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.filter(v => v.impact === "serious" || v.impact === "critical").map(v => v.id + " (" + v.impact + "): " + v.nodes.map(n => n.html).join(" ; ").slice(0, 400)).join("\n"))`

// TestAccessible looks at every page by axe, in both languages, in the light and in the dark, and leaves pictures for people.
func TestAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	r := regtest.Start(t, nil)
	r.Publish("com.acme.face", "1.0.0", nil)
	r.Publish("com.acme.face", "1.2.0", nil)
	must(t, r.Client.Yank(t.Context(), store.Plugin, "com.acme.face", "1.0.0", "leaks memory"))
	data := regtest.MiniProgram(t, "shop", "2.0.0")
	_, err := r.Client.Publish(t.Context(), r.Sign(r.Claim(store.MiniProgram, "shop", "shop", "2.0.0", data)), bytes.NewReader(data))
	must(t, err)
	for id, summary := range map[string]string{"com.acme.wallet": "{en: Pays by Acme Wallet without faces, zh: 使用 Acme 钱包支付与退款}", "com.acme.maps": "{en: Shows maps and finds places where faces meet, zh: 地图展示、地点搜索与路线规划}", "com.acme.speech": "{en: Turns speech of faces into text without leaving the house, zh: 离线语音识别，数据不出内网}"} {
		r.Publish(id, "2.1.0", map[string]string{"plugin.yaml": strings.NewReplacer("com.acme.xss", id, "1.0.0", "2.1.0", "{en: Finds faces}", summary).Replace(pluginYAML)})
	}
	axe, err := os.ReadFile(filepath.Join(npmtest.Install(t, "axe-core@4.10.3"), "node_modules", "axe-core", "axe.min.js"))
	must(t, err)
	pictures := os.Getenv("REGISTRY_PICTURES")
	ctx := chromium(t)
	see := func(name, path, scheme string, width int64) {
		t.Helper()
		_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1})
		must(t, err)
		_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		must(t, err)
		must(t, chromedp.Do(ctx, chromedp.Navigate(r.URL+path), chromedp.WaitVisible("main h1")))
		evaluate(t, ctx, string(axe)+`; ""`)
		found := evaluate(t, ctx, audit)
		wide := evaluate(t, ctx, `document.documentElement.scrollWidth > innerWidth ? "wider than the screen" : ""`)
		shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		must(t, err)
		if found != "" || wide != "" {
			t.Errorf("%s (%s, %s, %d wide): %s %s", name, path, scheme, width, found, wide)
		}
		if pictures != "" {
			must(t, os.WriteFile(filepath.Join(pictures, fmt.Sprintf("%s-%s-%d.png", name, scheme, width)), shot, 0o600))
		}
	}
	see("home", "/?lang=en", "light", 1200)
	see("home-zh", "/?lang=zh", "dark", 420)
	see("search-zh", "/search?q=%E4%BA%BA%E8%84%B8", "light", 1200)
	see("list", "/search?kind=plugin&capability=acme.face/v1", "light", 420)
	see("plugin-phone", "/plugins/com.acme.face", "light", 420)
	see("plugin-zh", "/plugins/com.acme.face", "light", 1200)
	see("plugin", "/plugins/com.acme.face?lang=en", "dark", 1200)
	see("yanked", "/plugins/com.acme.face/1.0.0", "light", 420)
	see("miniprogram", "/miniprograms/shop", "light", 1200)
	see("signin", "/signin", "light", 1200)
	see("error", "/plugins/none", "dark", 1200)
	keyboard(t, ctx, r)
	signInByPage(t, ctx, r.URL+"/signin", "ann")
	see("account", "/account", "light", 1200)
	see("organisation", "/orgs/acme", "dark", 1200)
	see("upload", "/upload", "light", 420)
	must(t, r.As(r.Admin).Delete(t.Context(), "/v1/orgs/acme/verify"))
	see("unverified", "/plugins/com.acme.face?lang=en", "light", 420)
	see("unverified-zh", "/orgs/acme?lang=zh", "light", 1200)
	must(t, chromedp.Do(ctx, chromedp.Click(`form[action="/signout"] button`), chromedp.WaitVisible(`.hero`)))
	signInByPage(t, ctx, r.URL+"/signin", "chief")
	see("admin", "/admin?lang=en", "light", 1200)
	see("admin-phone", "/admin", "dark", 420)
	see("admin-zh", "/admin?lang=zh", "light", 1200)
}

// signInByPage fills in the form of /signin and waits for the account's page.
func signInByPage(t *testing.T, ctx context.Context, url, name string) {
	t.Helper()
	must(t, chromedp.Do(ctx, chromedp.Navigate(url), chromedp.SendKeys(`input[name=name]`, name), chromedp.SendKeys(`input[name=password]`, regtest.Password)))
	press(t, ctx, '\r')
	must(t, chromedp.Do(ctx, chromedp.WaitVisible(`input[name=days]`)))
}

// press is a key pressed and let go. What it types belongs to the press, as it does for a keyboard, so that no page that comes in
// between is typed into.
func press(t *testing.T, ctx context.Context, key rune) {
	t.Helper()
	k := kb.Keys[key]
	down := input.DispatchKeyEventParams{Type: kb.KeyDown, Key: k.Key, Code: k.Code, Text: k.Text, UnmodifiedText: k.Unmodified, NativeVirtualKeyCode: k.Native, WindowsVirtualKeyCode: k.Windows}
	up := down
	up.Type, up.Text, up.UnmodifiedText = kb.KeyUp, "", ""
	for _, event := range []input.DispatchKeyEventParams{down, up} {
		_, err := chromedp.Call(ctx, input.DispatchKeyEvent, event)
		must(t, err)
	}
}

// keyboard goes from the first key press to a search result without a mouse.
func keyboard(t *testing.T, ctx context.Context, r *regtest.Registry) {
	t.Helper()
	must(t, chromedp.Do(ctx, chromedp.Navigate(r.URL+"/?lang=en"), chromedp.WaitVisible("main h1")))
	press(t, ctx, '\t')
	first := evaluate(t, ctx, `document.activeElement.className`)
	for range 12 { // on to the field that one can search in
		press(t, ctx, '\t')
		if evaluate(t, ctx, `document.activeElement.type || ""`) == "search" {
			break
		}
	}
	for _, key := range "faces\r" {
		press(t, ctx, key)
	}
	must(t, chromedp.Do(ctx, chromedp.WaitVisible(`[role=status]`)))
	if text := shown(t, ctx); first != "skip" || !strings.Contains(text, "4 found") {
		t.Errorf("by keyboard: first stop %q, then %q", first, text)
	}
}

// shown is the text of a page that has come as a whole: its beginning can be seen earlier.
func shown(t *testing.T, ctx context.Context) string {
	t.Helper()
	return evaluate(t, ctx, `new Promise((whole) => document.readyState === "complete" ? whole() : addEventListener("load", whole)).then(() => document.querySelector("main").innerText)`)
}

// evaluate gives the text that an expression, or its promise, comes to.
func evaluate(t *testing.T, ctx context.Context, expression string) string {
	t.Helper()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression, func(p *cdpruntime.EvaluateParams) { p.AwaitPromise = new(true) }))
	must(t, err)
	return out
}
