package e2e

import (
	"log/slog"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// debuggable switches its own debugging, logs a line, and makes calls that work and that fail.
var debuggable = map[string]string{
	"app.json": `{"pages": ["p/p"]}`,
	"p/p.wxml": `<button id="on" bindtap="turn" data-on="{{true}}">on</button><button id="off" bindtap="turn" data-on="{{false}}">off</button>
		<button id="work" bindtap="work">work</button><view id="said">{{said}}</view><view id="was">{{was}}</view>`,
	"p/p.js": `Page({
		data: { said: "", was: String(wx.getAppBaseInfo().enableDebug) },
		turn(e) {
			wx.setEnableDebug({ enableDebug: e.currentTarget.dataset.on, complete: (r) => this.setData({ said: r.errMsg }) });
		},
		async work() {
			console.warn("a line", { of: "the page" });
			await wx.setClipboardData({ data: "x" }).catch(() => 0);
			await wx.navigateTo({ url: "/none/none" }).catch(() => 0);
			this.setData({ said: "worked" });
		},
	});`,
}

// startDebuggable opens the program under a policy, in a browser.
func startDebuggable(t *testing.T, policy string) (*demo, *superapp.App) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	cfg := config.Default()
	cfg.Data, cfg.Dir, cfg.Policy.Debug = t.TempDir(), t.TempDir(), policy
	cfg.MiniApps = []config.MiniApp{{Path: write(t, debuggable)}}
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	shown := web.Config{Backend: app, Grace: time.Minute}
	app.Equip(&shown)
	d := &demo{}
	var login string
	d.server, d.base, login = listen(t, shown)
	app.SetShell(d.server)
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	d.app("")
	return d, app
}

// TestDebugDrawer: a mini-program opens the drawer, which shows what it logs and calls, and is there again when it is opened
// anew, until the user or the mini-program turns it off.
func TestDebugDrawer(t *testing.T) {
	t.Parallel()
	d, app := startDebuggable(t, config.DebugAllow)
	const handle = `$(".app.shown .debug-handle")`
	d.Wait(`$("#was").textContent === "false"`)
	d.Tap(`$("#on")`)
	d.WaitShell(handle)
	d.Wait(`$("#said").textContent === "setEnableDebug:ok"`)
	d.Tap(`$("#work")`)
	d.Wait(`$("#said").textContent === "worked"`)
	d.TapShell(handle)
	d.WaitShell(`$(".debug-row[data-level=warn] .debug-text")?.textContent.includes("a line")`)
	d.Screenshot("debug-console")
	d.TapShell(`$$(".debug-tab")[1]`)
	for _, call := range []string{"setClipboardData:", "navigateTo:fail"} {
		d.WaitShell(`$$(".debug-text").some((e) => e.offsetWidth > 0 && e.textContent.startsWith("` + call + `"))`)
	}
	d.Screenshot("debug-calls")

	if m, err := app.Memory("local"); err != nil || len(m.Debug) != 1 {
		t.Fatalf("the host remembers %v, %v", m.Debug, err)
	}
	d.TapShell(`$(".app.shown .capsule-part[data-part=more]")`)
	d.TapShell(`$('.menu-entry[data-entry="reload"]')`)
	d.Wait(`$("#was")?.textContent === "true"`)
	d.TapShell(handle)
	d.TapShell(`$(".debug-off")`)
	d.WaitShell(`!$(".debug-handle") && !$(".debug-drawer")`)
	if m, err := app.Memory("local"); err != nil || len(m.Debug) != 0 {
		t.Fatalf("the host remembers %v, %v", m.Debug, err)
	}
	d.Tap(`$("#on")`)
	d.WaitShell(handle)
	d.Tap(`$("#off")`)
	d.WaitShell(`!$(".debug-handle")`)
}

// TestDebugDenied: the operator's policy stands above what a mini-program wants, and above what was remembered.
func TestDebugDenied(t *testing.T) {
	t.Parallel()
	d, app := startDebuggable(t, config.DebugDeny)
	d.Tap(`$("#on")`)
	d.Wait(`$("#said").textContent === "setEnableDebug:fail denied by policy.debug"`)
	if m, err := app.Memory("local"); err != nil || len(m.Debug) != 0 {
		t.Fatalf("the host remembers %v, %v", m.Debug, err)
	}
	d.WaitShell(`!$(".debug-handle")`)
}
