package e2e

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/hosts/cli"
	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/sessions"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// hostKey has this program be the dougong command, so that a test has a host to kill.
const hostKey = "DOUGONG_E2E_HOST"

// runHost is the dougong command if this program was started as one.
func runHost() {
	if os.Getenv(hostKey) != "" {
		os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
}

// killable is a host in a process of its own.
type killable struct {
	cmd     *exec.Cmd
	address string
}

func startKillable(t *testing.T, yaml string) *killable {
	t.Helper()
	k := &killable{cmd: exec.Command(os.Args[0], "run", yaml)}
	k.cmd.Env = append(os.Environ(), hostKey+"=1")
	k.cmd.Stderr = os.Stderr
	out, err := k.cmd.StdoutPipe()
	if err == nil {
		err = k.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.kill)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if address, ok := strings.CutPrefix(lines.Text(), "open "); ok {
			k.address = address
			return k
		}
	}
	t.Fatal("the host printed no address")
	return nil
}

// kill ends the host as a power cut would.
func (k *killable) kill() {
	_ = k.cmd.Process.Kill() // it may be gone
	_ = k.cmd.Wait()
}

// children are the processes that the host has started for mini-programs.
func (k *killable) children(t *testing.T) (out []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range stats {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // it ended meanwhile
		}
		_, rest, _ := strings.Cut(string(data), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(k.cmd.Process.Pid) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			out = append(out, pid)
		}
	}
	return out
}

// until looks again and again until ok, for what nobody announces.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	end := time.After(browser.Timeout)
	for !ok() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// pages is a mini-program whose first page leads to a long one.
func pages(t *testing.T, id, name string) string {
	t.Helper()
	return write(t, map[string]string{
		"project.config.json":  `{"appid": "` + id + `", "projectname": "` + name + `"}`,
		"app.json":             `{"pages": ["pages/home/home", "pages/long/long"]}`,
		"pages/home/home.js":   `Page({ data: { n: 0 }, go() { wx.navigateTo({ url: "/pages/long/long?id=7" }) }, add() { this.setData({ n: this.data.n + 1 }) }, loop() { for (;;) {} } })`,
		"pages/home/home.wxml": `<view id="home">` + name + ` {{n}}</view><button id="go" bindtap="go">go</button><button id="add" bindtap="add">add</button><button id="loop" bindtap="loop">loop</button>`,
		"pages/long/long.js":   `Page({ data: { rows: [] }, onLoad(q) { this.setData({ id: q.id }); setTimeout(() => this.setData({ rows: Array.from({ length: 200 }, (_, i) => i) }), 300) } })`,
		"pages/long/long.wxml": `<view id="long">number {{id}}</view><view wx:for="{{rows}}" wx:key="*this" style="height: 40px">row {{item}}</view>`,
		"pages/long/long.json": `{"navigationBarTitleText": "Long"}`,
	})
}

// house writes a super-app of two mini-programs that run in processes of their own.
func house(t *testing.T) (yaml, data string) {
	t.Helper()
	data = t.TempDir()
	dir := write(t, map[string]string{"superapp.yaml": fmt.Sprintf(
		"name: House\ndata: %s\nlisten: 127.0.0.1:0\nminiapps:\n  - {path: %s}\n  - {path: %s}\npolicy: {isolation: process, isolation_pool: 0}\n",
		data, pages(t, "one", "One"), pages(t, "two", "Two"))})
	return filepath.Join(dir, "superapp.yaml"), data
}

const failure = `$(".app.shown .failure")`

func open(b *browser.Browser, id string) {
	b.WaitShell(`still($(".tile[data-app=` + id + `]"))`)
	b.TapShell(`$(".tile[data-app=` + id + `]")`)
	b.WaitShell(`$(".app.shown[data-app=` + id + `] iframe") && !document.querySelector(".app.shown .splash")`)
	b.Wait(`$("#home")`)
}

// TestHostIsKilled: the host dies as by a power cut; what was open is there again after its start, on its
// pages. What cannot be read is said, kept aside and not tried again.
func TestHostIsKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	yaml, data := house(t)
	k := startKillable(t, yaml)
	b := browser.Start(t, 1000, 920)
	b.Open(k.address)
	open(b, "one")
	b.Tap(`$("#go")`)
	b.Wait(`$("#long")?.textContent === "number 7" && $$(".scroller").at(-1).scrollHeight > 5000`)
	b.Wait(`still($$(".page").at(-1))`)
	b.Wait(`($$(".scroller").at(-1).scrollTop = 3000) === $$(".scroller").at(-1).scrollTop`)
	store := sessions.Open(filepath.Join(data, "sessions"))
	until(t, "a note of the long page", func() bool {
		s, err := store.Load("local")
		if err != nil {
			t.Fatal(err)
		}
		one := s.App("one")
		return one != nil && len(one.Pages) == 2 && one.Pages[1].Scroll == 3000
	})
	k.kill()

	k = startKillable(t, yaml)
	b.Open(k.address)
	b.Wait(`$("#long")?.textContent === "number 7" && $$(".scroller").at(-1).scrollHeight > 5000`)
	b.WaitShell(`!document.querySelector(".app.shown .splash")`)
	b.Screenshot("brought-back")
	b.Tap(`$$(".nav-button").find((el) => el.checkVisibility())`) // back
	b.Wait(`$("#home")?.textContent === "One 0"`)
	k.kill()

	files, _ := filepath.Glob(filepath.Join(data, "sessions", "*.json"))
	if len(files) != 1 {
		t.Fatalf("the notes are %q, want one file", files)
	}
	if err := os.WriteFile(files[0], []byte(`{"version":1,`), 0o600); err != nil {
		t.Fatal(err)
	}
	k = startKillable(t, yaml)
	b.Open(k.address)
	b.WaitShell(`$(".notice")?.getAttribute("role") === "alert"`)
	b.Screenshot("notes-damaged")
	if kept, _ := filepath.Glob(filepath.Join(data, "sessions", "*.broken-*")); len(kept) != 1 {
		t.Errorf("kept aside are %q, want the damaged file", kept)
	}
	b.TapShell(`$(".notice-close")`)
	open(b, "one")
}

// TestEngineIsKilled: the process of one mini-program is killed. Its user sees why, and begins anew; the other one goes on as
// it was; a report without anything personal is kept.
func TestEngineIsKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	yaml, data := house(t)
	k := startKillable(t, yaml)
	b := browser.Start(t, 1000, 920)
	b.Open(k.address)
	open(b, "two")
	b.Tap(`$("#add")`)
	b.Wait(`$("#home")?.textContent === "Two 1"`)
	others := k.children(t)
	b.TapShell(`$(".app.shown .capsule-part:last-child")`)
	open(b, "one")
	for _, pid := range k.children(t) {
		if !slices.Contains(others, pid) {
			p, err := os.FindProcess(pid)
			if err == nil {
				err = p.Kill()
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	b.WaitShell(failure + `?.textContent.includes("signal: killed")`)
	b.Screenshot("engine-killed")
	b.TapShell(`$(".app.shown .failure .primary")`)
	b.WaitShell(`$(".app.shown[data-app=one] iframe") && !document.querySelector(".app.shown .splash, .app.shown .failure")`)
	b.Wait(`$("#home")?.textContent === "One 0"`)
	b.TapShell(`$(".app.shown .capsule-part:last-child")`)
	open(b, "two")
	b.Wait(`$("#home")?.textContent === "Two 1"`) // it went on

	reports, damaged, err := crash.Open(filepath.Join(data, crash.Folder)).List()
	if err != nil || len(damaged) > 0 || len(reports) != 1 {
		t.Fatalf("reports %+v, damaged %q, %v; want one", reports, damaged, err)
	}
	if r := reports[0]; r.ID != "one" || r.Kind != crash.KindMiniProgram || r.Reason != "process-killed" || r.Exit != "signal: killed" {
		t.Errorf("report %+v", r)
	}
	var out strings.Builder
	if code := cli.Run(t.Context(), []string{"crashes", yaml}, strings.NewReader(""), &out, os.Stderr); code != 0 || !strings.Contains(out.String(), "process-killed") {
		t.Errorf("dougong crashes: %d, %s", code, out.String())
	}
}

// TestEndlessLoop: a mini-program that does not come back is stopped; its user may wait or begin anew.
func TestEndlessLoop(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	yaml, data := house(t)
	k := startKillable(t, yaml)
	b := browser.Start(t, 1000, 920)
	b.Open(k.address)
	open(b, "one")
	b.Tap(`$("#loop")`)
	b.WaitShell(`still($(".app.shown .hung"))`)
	b.Screenshot("does-not-answer")
	b.TapShell(`$(".app.shown .hung .secondary")`)
	b.Tap(`$("#add")`)
	b.Wait(`$("#home")?.textContent === "One 1"`) // it was stopped, and goes on
	b.Tap(`$("#loop")`)
	b.WaitShell(`still($(".app.shown .hung"))`)
	b.TapShell(`$(".app.shown .hung .primary")`)
	b.WaitShell(`$(".app.shown[data-app=one] iframe") && !document.querySelector(".app.shown .splash, .app.shown .hung")`)
	b.Wait(`$("#home")?.textContent === "One 0"`)
	reports, _, err := crash.Open(filepath.Join(data, crash.Folder)).List()
	if err != nil || len(reports) == 0 || reports[0].Reason != "turn-timeout" || reports[0].File != "pages/home/home.js" {
		t.Errorf("reports %+v, %v; want the endless loop and its place", reports, err)
	}
}
