package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// tapping is a mini-program that says how often it was tapped.
func tapping(t *testing.T, id string) string {
	t.Helper()
	return write(t, map[string]string{
		"project.config.json":  `{"appid": "` + id + `", "projectname": "` + id + `"}`,
		"app.json":             `{"pages": ["pages/home/home"]}`,
		"app.js":               `App({ onLaunch() { console.log("` + id + ` launched") } })`,
		"pages/home/home.js":   `let n = 0; Page({ onReady() { console.log("` + id + ` ready") }, tap() { console.log("` + id + ` tapped " + ++n) } })`,
		"pages/home/home.wxml": `<view bindtap="tap" style="height: 600px">tap</view>`,
	})
}

// TestFrameIsKilled: the browser's process that shows a mini-program is killed. The user is told and has the page shown again;
// the mini-program has gone on meanwhile, and so has the launcher. A report is kept.
func TestFrameIsKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	data := t.TempDir()
	yaml := filepath.Join(write(t, map[string]string{"superapp.yaml": fmt.Sprintf(
		"name: House\ndata: %s\nlisten: 127.0.0.1:0\nminiapps:\n  - {path: %s}\n", data, tapping(t, "one"))}), "superapp.yaml")
	k := startKillable(t, yaml)
	b := browser.StartIsolated(t, 1000, 920)
	said := func(line string) int {
		return len(slices.DeleteFunc(slices.Clone(b.Console()), func(l string) bool { return !strings.Contains(l, line) }))
	}
	b.Open(k.address)
	b.WaitShell(`still($(".tile[data-app=one]"))`)
	before := b.Renderers()
	b.TapShell(`$(".tile[data-app=one]")`)
	b.WaitShell(`$(".app.shown[data-app=one] iframe") && !document.querySelector(".app.shown .splash")`)
	until(t, "the page", func() bool { return said("one ready") == 1 })
	until(t, "a tap", func() bool { b.Click(500, 400); return said("one tapped") > 0 })
	taps := said("one tapped")
	frames := slices.DeleteFunc(b.Renderers(), func(pid int) bool { return slices.Contains(before, pid) })
	if len(frames) == 0 {
		t.Fatalf("the frame has no process of its own among %v", before)
	}
	for _, pid := range frames {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	b.WaitShell(`still($(".app.shown .lost"))`)
	b.Screenshot("frame-killed")
	b.TapShell(`$(".app.shown .lost .primary")`)
	b.WaitShell(`$(".app.shown[data-app=one] iframe") && !document.querySelector(".app.shown .lost, .app.shown .failure")`)
	until(t, "a tap after the page was shown again", func() bool { b.Click(500, 400); return said("one tapped") > taps })
	if said("one launched") != 1 {
		t.Errorf("the mini-program was launched %d times, want once", said("one launched"))
	}
	b.TapShell(`$(".app.shown .capsule-part:last-child")`)
	b.WaitShell(`still($(".tile[data-app=one]"))`)
	reports, damaged, err := crash.Open(filepath.Join(data, crash.Folder)).List()
	if err != nil || len(damaged) > 0 || len(reports) != 1 || reports[0].Reason != "view-lost" || reports[0].ID != "one" || reports[0].Page != "pages/home/home" {
		t.Errorf("reports %+v, damaged %q, %v; want one of a page that was lost", reports, damaged, err)
	}
}
