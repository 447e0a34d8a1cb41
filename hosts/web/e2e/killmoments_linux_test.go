package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// mortal is a mini-program that can be killed at any moment. All it has is somebody's.
func mortal(t *testing.T, address string) string {
	t.Helper()
	const busy = `function busy(s) { const end = Date.now() + s * 1000; while (Date.now() < end); }`
	return write(t, map[string]string{
		"project.config.json": `{"appid": "one", "projectname": "One"}`,
		"app.json":            `{"pages": ["pages/home/home", "pages/slow/slow", "pages/next/next"]}`,
		"app.js":              `App({ globalData: { phone: "13800138000" }, onLaunch() { console.log("launching") } })`,
		"pages/home/home.js": busy + `Page({ data: { n: 0, phone: "13800138000" },
			turn() { console.log("in a turn"); busy(4) },
			wait() { wx.setStorageSync("card", "6222020000000000"); wx.request({ url: "` + address + `/wait?phone=13800138000" }) },
			next() { wx.navigateTo({ url: "/pages/next/next?phone=13800138000" }) },
			slow() { wx.navigateTo({ url: "/pages/slow/slow?phone=13800138000" }) } })`,
		"pages/home/home.wxml": `<view id="home">One {{n}}</view><button id="turn" bindtap="turn">turn</button><button id="wait" bindtap="wait">wait</button>` +
			`<button id="next" bindtap="next">next</button><button id="slow" bindtap="slow">slow</button>`,
		"pages/next/next.js":   `Page({ onLoad(q) { this.setData(q) } })`,
		"pages/next/next.wxml": `<view id="next-page">for {{phone}}</view>`,
		"pages/slow/slow.js":   busy + `Page({ onLoad() { console.log("slowly"); busy(3) } })`,
		"pages/slow/slow.wxml": `<view id="slow-page">slow</view>`,
	})
}

// engines is a host whose engine processes are killed, with a browser before it.
type engines struct {
	*killable
	*browser.Browser
	t          *testing.T
	data, yaml string
	kept       []int // the processes of the plugins and the other mini-program
	other      int   // how often the other one was tapped
}

func (e *engines) said(line string) int {
	return len(slices.DeleteFunc(slices.Clone(e.Console()), func(l string) bool { return !strings.Contains(l, line) }))
}

// fresh opens the mini-program from the launcher.
func (e *engines) fresh() {
	e.t.Helper()
	open(e.Browser, "one")
}

// engine is the process of the mini-program, once it is there.
func (e *engines) engine() (pid int) {
	e.t.Helper()
	until(e.t, "the engine's process", func() bool {
		for _, child := range e.children(e.t) {
			if !slices.Contains(e.kept, child) {
				pid = child
			}
		}
		return pid != 0
	})
	return pid
}

func (e *engines) killEngine() {
	e.t.Helper()
	if err := syscall.Kill(e.engine(), syscall.SIGKILL); err != nil {
		e.t.Fatal(err)
	}
}

// sees is what the user sees of a mini-program that ended before their eyes: why, that others go on, and a way back in.
func (e *engines) sees(moment string) {
	e.t.Helper()
	e.WaitShell(`$(".app.shown[data-app=one] .failure")`)
	e.WaitShell(`still($(".app.shown[data-app=one] .failure .primary")) && $(".app.shown .failure").textContent.includes("signal: killed")`)
	e.Screenshot("engine-killed-" + moment)
	e.TapShell(`$(".app.shown .failure .primary")`)
	e.WaitShell(`$(".app.shown[data-app=one] iframe") && !document.querySelector(".app.shown .splash, .app.shown .failure")`)
	e.Wait(`$("#home")?.textContent === "One 0"`)
}

// leaves closes the mini-program for good.
func (e *engines) leaves() {
	e.t.Helper()
	e.TapShell(`$(".app.shown .capsule-part")`)
	e.TapShell(`$(".layer.open [data-entry=exit]")`)
	e.WaitShell(`!$(".app[data-app=one]") && still($(".tile[data-app=one]"))`)
	until(e.t, "the engine's end", func() bool {
		return !slices.ContainsFunc(e.children(e.t), func(pid int) bool { return !slices.Contains(e.kept, pid) })
	})
}

// others asserts that the other mini-program has heard nothing of it.
func (e *engines) others() {
	e.t.Helper()
	open(e.Browser, "two")
	e.Wait(fmt.Sprintf(`$("#home")?.textContent === "%d"`, e.other))
	e.Tap(`$("#add")`)
	e.other++
	e.Wait(fmt.Sprintf(`$("#home")?.textContent === "%d"`, e.other))
	e.TapShell(`$(".app.shown .capsule-part:last-child")`)
	e.WaitShell(`still($(".tile[data-app=one]"))`)
}

// reported asserts that one more report is there, and that no report tells anything of anybody.
func (e *engines) reported(n int) {
	e.t.Helper()
	reports, damaged, err := crash.Open(filepath.Join(e.data, crash.Folder)).List()
	if err != nil || len(damaged) > 0 || len(reports) != n || reports[0].ID != "one" || reports[0].Reason != "process-killed" && reports[0].Reason != "process-start" || reports[0].Exit != "signal: killed" {
		e.t.Errorf("reports %+v, damaged %q, %v; want %d of processes that were killed", reports, damaged, err, n)
	}
	files, _ := filepath.Glob(filepath.Join(e.data, crash.Folder, "*.json"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			e.t.Fatal(err)
		}
		for _, personal := range []string{"13800138000", "6222020000000000", "phone", "card", "local\"", e.data, "127.0.0.1"} {
			if strings.Contains(string(text), personal) {
				e.t.Errorf("the report tells %q: %s", personal, text)
			}
		}
	}
}

// TestEngineIsKilledAtAnyMoment: while it opens, in a turn, with a call in flight, in the background and while it is brought
// back. Each time its user sees an honest page or finds it where it was, the other mini-program goes on, and there is a report.
func TestEngineIsKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	built, err := plugins()
	if err != nil {
		t.Fatal(err)
	}
	address, asked := slow(t)
	e := &engines{t: t, data: t.TempDir()}
	e.yaml = filepath.Join(write(t, map[string]string{"superapp.yaml": fmt.Sprintf(
		"name: House\ndata: %s\nlisten: 127.0.0.1:0\npolicy: {isolation: process, isolation_pool: 0, private_addresses: [127.0.0.1]}\nplugins:\n"+
			"  - {id: dougong.network, path: %s, grants: {net: true}, config: {private_addresses: [127.0.0.1]}}\n  - {id: dougong.storage, path: %s}\nminiapps:\n"+
			"  - {path: %s, domains: {request: [%q]}}\n  - {path: %s}\n",
		e.data, filepath.Join(built, "dougong.network"), filepath.Join(built, "dougong.storage"), mortal(t, address), address, waiting(t, "two", address))}), "superapp.yaml")
	e.killable = startKillable(t, e.yaml)
	e.Browser = browser.Start(t, 1000, 920)
	e.begin()

	e.WaitShell(`still($(".tile[data-app=one]"))`)
	e.TapShell(`$(".tile[data-app=one]")`)
	e.killEngine() // its process has only just begun
	e.sees("opening")
	e.leaves()
	e.others()
	e.reported(1)

	e.fresh()
	e.Tap(`$("#turn")`)
	until(t, "the turn", func() bool { return e.said("in a turn") > 0 })
	e.killEngine()
	e.sees("in-a-turn")
	e.leaves()
	e.others()
	e.reported(2)

	e.fresh()
	e.Tap(`$("#wait")`)
	<-asked
	e.killEngine()
	e.sees("in-a-call")
	e.leaves()
	e.others()
	e.reported(3)

	e.fresh()
	e.Tap(`$("#next")`)
	e.Wait(`$("#next-page")?.textContent === "for 13800138000"`)
	e.TapShell(`$(".app.shown .capsule-part:last-child")`)
	e.WaitShell(`still($(".tile[data-app=one]"))`)
	e.killEngine()
	e.WaitShell(`document.querySelector(".app[data-app=one] .failure")`)
	e.others()
	e.WaitShell(`still($(".tile[data-app=one]"))`)
	e.TapShell(`$(".tile[data-app=one]")`)
	e.WaitShell(`$(".app.shown[data-app=one] iframe") && !document.querySelector(".app.shown .splash, .app.shown .failure")`)
	e.Wait(`$("#next-page")?.textContent === "for 13800138000"`) // where it was
	e.reported(4)
	e.leaves()

	e.fresh()
	e.Tap(`$("#slow")`)
	e.Wait(`$("#slow-page")`)
	until(t, "a note of the slow page", func() bool {
		files, _ := filepath.Glob(filepath.Join(e.data, "sessions", "*.json"))
		if len(files) == 0 {
			return false
		}
		text, _ := os.ReadFile(files[0])
		return strings.Contains(string(text), `"pages/slow/slow"`)
	})
	e.kill()
	e.killable = startKillable(t, e.yaml)
	until(t, "both plugins", func() bool {
		e.kept = e.children(t)
		return len(e.kept) == 2
	})
	before := e.said("slowly")
	e.Open(e.address)
	until(t, "the slow page", func() bool { return e.said("slowly") > before })
	e.killEngine()
	e.sees("brought-back")
	e.reported(5)
}

// begin opens the other mini-program, which nothing is to disturb.
func (e *engines) begin() {
	e.t.Helper()
	e.Open(e.address)
	open(e.Browser, "two")
	e.kept = e.children(e.t)
	e.Tap(`$("#add")`)
	e.other = 1
	e.Wait(`$("#home")?.textContent === "1"`)
	e.TapShell(`$(".app.shown .capsule-part:last-child")`)
	e.WaitShell(`still($(".tile[data-app=one]"))`)
}
