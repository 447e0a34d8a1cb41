package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/cli"
	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// fragile builds a version of testdata/fragile as a plugin in a folder of its own.
func fragile(t *testing.T, version string) string {
	t.Helper()
	contract, err := os.ReadFile("testdata/fragile/contract.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{
		"contracts/fragile.yaml": string(contract),
		"plugin.yaml": fmt.Sprintf("id: com.example.fragile\nversion: %s\npublisher: Example\nsummary: {en: Answers, zh: 回答}\nprovides: [com.example.fragile/v1]\n"+
			"runtime: {process: {%s/%s: fragile}}\nlicence: Apache-2.0\n", version, runtime.GOOS, runtime.GOARCH),
	})
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-X main.version="+version, "-o", filepath.Join(dir, "fragile"), "./testdata/fragile")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return dir
}

// dougong runs one of ours and gives what it printed.
func dougong(t *testing.T, args ...string) string {
	t.Helper()
	var out, problems strings.Builder
	if code := cli.Run(t.Context(), args, strings.NewReader(""), &out, &problems); code != 0 {
		t.Fatalf("dougong %s: %d: %s", strings.Join(args, " "), code, problems.String())
	}
	return out.String()
}

// TestPluginKeepsCrashing: a plugin ends at every call. The page is told each time, by name and with the way it ended; after five times
// in a row it is cut off, and calls fail at once and say so; `plugin top` shows it as broken; another mini-program goes on; each end
// has a report. A mended version is put in its place while all of that runs, and the same open page has its answer.
func TestPluginKeepsCrashing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	broken, mended := fragile(t, "1.0.0"), fragile(t, "1.0.1")
	data := t.TempDir()
	socket := filepath.Join(shortDir(t), "admin")
	asking := write(t, map[string]string{
		"project.config.json": `{"appid": "asking", "projectname": "asking"}`,
		"app.json":            `{"pages": ["pages/home/home"]}`,
		"pages/home/home.js": `Page({ data: { n: 0, said: "nothing" }, ask() {
			const done = (r) => this.setData({ n: this.data.n + 1, said: r.version || r.errMsg })
			wx.askFragile({ success: done, fail: done })
		} })`,
		"pages/home/home.wxml": `<view id="home">home</view><view id="said">{{n}}: {{said}}</view><button id="ask" bindtap="ask">ask</button>`,
	})
	other := map[string]string{
		"project.config.json": `{"appid": "other", "projectname": "other"}`, "app.json": `{"pages": ["pages/home/home"]}`,
		"pages/home/home.js": `Page({})`, "pages/home/home.wxml": `<view id="home">as it was</view>`,
	}
	yaml := filepath.Join(write(t, map[string]string{"superapp.yaml": fmt.Sprintf(
		"name: House\ndata: %s\nlisten: 127.0.0.1:0\nadmin: {socket: %s}\nplugins:\n  - {id: com.example.fragile, path: %s, apis: [\"*\"]}\nminiapps:\n  - {path: %s}\n  - {path: %s}\n",
		data, socket, broken, asking, write(t, other))}), "superapp.yaml")
	k := startKillable(t, yaml)
	b := browser.Start(t, 375, 812)
	b.Open(k.address)
	open(b, "other")
	b.TapShell(`$(".app.shown .capsule-part:last-child")`)
	open(b, "asking")
	calls := 0
	ask := func(want string) {
		t.Helper()
		calls++
		b.Tap(`$("#ask")`)
		b.Wait(fmt.Sprintf(`$("#said").textContent.startsWith("%d: ")`, calls))
		var said string
		b.Eval(`$("#said").textContent`, &said)
		if said = strings.TrimPrefix(said, fmt.Sprintf("%d: ", calls)); said != want {
			t.Errorf("call %d is told %q\nwant %q", calls, said, want)
		}
	}
	for range 5 {
		ask(`askFragile:fail plugin "com.example.fragile" ended during ask (exit status 3)`)
	}
	const cut = `askFragile:fail plugin "com.example.fragile" is cut off after 5 failures in a row, the last one: plugin "com.example.fragile" ended (exit status 3) (crashed, code 10); it is tried again within 1m0s`
	ask(cut)
	ask(cut)
	b.Screenshot("plugin-looping")
	if top := dougong(t, "plugin", "top", "--once", "--socket", socket); !strings.Contains(top, "broken") {
		t.Errorf("plugin top does not say that it is broken:\n%s", top)
	}
	b.TapShell(`$(".app.shown .capsule-part:last-child")`)
	open(b, "other")
	b.Wait(`$("#home").textContent === "as it was"`) // it goes on
	b.TapShell(`$(".app.shown .capsule-part:last-child")`)
	reports, damaged, err := crash.Open(filepath.Join(data, crash.Folder)).List()
	if err != nil || len(damaged) > 0 || len(reports) != 5 {
		t.Errorf("reports %+v, damaged %q, %v; want five", reports, damaged, err)
	}
	for _, r := range reports {
		if r.ID != "com.example.fragile" || r.Kind != crash.KindPlugin || r.Exit != "exit status 3" {
			t.Errorf("report %+v", r)
		}
	}

	dougong(t, "plugin", "swap", "com.example.fragile", "--path", mended, "--socket", socket)
	open(b, "asking")
	ask("1.0.1")
	b.Screenshot("plugin-mended")
	if top := dougong(t, "plugin", "top", "--once", "--socket", socket); strings.Contains(top, "broken") || !strings.Contains(top, "1.0.1") {
		t.Errorf("plugin top after the swap:\n%s", top)
	}
}

// shortDir is a folder whose sockets have addresses that are short enough.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
