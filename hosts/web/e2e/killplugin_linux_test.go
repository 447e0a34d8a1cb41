package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dougong-dev/dougong/hosts/cli"
	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// slow is a server whose answer to /wait comes only with the test's end, and that tells when it was asked.
func slow(t *testing.T) (address string, asked <-chan struct{}) {
	t.Helper()
	came, over := make(chan struct{}, 8), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			came <- struct{}{}
			select {
			case <-over:
			case <-r.Context().Done():
			}
		}
		fmt.Fprint(w, "answered")
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(over) })
	return s.URL, came
}

// waiting is a mini-program that asks a server, and says what became of it.
func waiting(t *testing.T, id, address string) string {
	t.Helper()
	ask := `wx.request({ url: %q, success: (r) => this.setData({ said: r.data }), fail: (e) => this.setData({ said: e.errMsg }) })`
	return write(t, map[string]string{
		"project.config.json": `{"appid": "` + id + `", "projectname": "` + id + `"}`,
		"app.json":            `{"pages": ["pages/home/home"]}`,
		"pages/home/home.js": `Page({ data: { n: 0, said: "nothing" }, add() { this.setData({ n: this.data.n + 1 }) },
			wait() { ` + fmt.Sprintf(ask, address+"/wait") + ` }, again() { ` + fmt.Sprintf(ask, address+"/") + ` } })`,
		"pages/home/home.wxml": `<view id="home">{{n}}</view><view id="said">{{said}}</view><button id="add" bindtap="add">add</button>` +
			`<button id="wait" bindtap="wait">wait</button><button id="again" bindtap="again">again</button>`,
	})
}

// plugin is the process of a plugin of the host, by its program's name.
func (k *killable) plugin(t *testing.T, program string) (pid int) {
	t.Helper()
	until(t, "the process of "+program, func() bool {
		for _, child := range k.children(t) {
			if name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", child)); err == nil && strings.TrimSpace(string(name)) == program {
				pid = child
				return true
			}
		}
		return false
	})
	return pid
}

// TestPluginIsKilled: the process of a plugin is killed while a page waits for it. Its user is told at once and by name, the
// next call works, the other mini-program hears nothing of it, and the report has nothing personal.
func TestPluginIsKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	built, err := plugins()
	if err != nil {
		t.Fatal(err)
	}
	address, asked := slow(t)
	data := t.TempDir()
	app := func(id string) string {
		return fmt.Sprintf("  - {path: %s, domains: {request: [%q]}}\n", waiting(t, id, address), address)
	}
	yaml := filepath.Join(write(t, map[string]string{"superapp.yaml": fmt.Sprintf(
		"name: House\ndata: %s\nlisten: 127.0.0.1:0\npolicy: {private_addresses: [127.0.0.1]}\nplugins:\n"+
			"  - {id: dougong.network, path: %s, grants: {net: true}, config: {private_addresses: [127.0.0.1]}}\nminiapps:\n%s%s",
		data, filepath.Join(built, "dougong.network"), app("one"), app("two"))}), "superapp.yaml")
	k := startKillable(t, yaml)
	b := browser.Start(t, 1000, 920)
	b.Open(k.address)
	open(b, "two")
	b.Tap(`$("#add")`)
	b.Wait(`$("#home")?.textContent === "1"`)
	b.TapShell(`$(".app.shown .capsule-part:last-child")`)
	open(b, "one")
	b.Tap(`$("#wait")`)
	<-asked
	killed := k.plugin(t, "network")
	if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	b.Wait(`$("#said")?.textContent.includes("signal: killed")`)
	var said string
	b.Eval(`$("#said").textContent`, &said)
	if want := `request:fail plugin "dougong.network" ended during request (signal: killed)`; said != want {
		t.Errorf("the page is told %q, want %q", said, want)
	}
	b.Screenshot("plugin-killed")
	b.Tap(`$("#again")`)
	b.Wait(`$("#said")?.textContent === "answered"`)
	if next := k.plugin(t, "network"); next == killed {
		t.Errorf("the plugin's process is %d as before", next)
	}
	b.TapShell(`$(".app.shown .capsule-part:last-child")`)
	open(b, "two")
	b.Wait(`$("#home")?.textContent === "1" && $("#said").textContent === "nothing"`) // it went on

	reports, damaged, err := crash.Open(filepath.Join(data, crash.Folder)).List()
	if err != nil || len(damaged) > 0 || len(reports) != 1 {
		t.Fatalf("reports %+v, damaged %q, %v; want one", reports, damaged, err)
	}
	if r := reports[0]; r.ID != "dougong.network" || r.Kind != crash.KindPlugin || r.Reason != "plugin-ended" || r.Exit != "signal: killed" {
		t.Errorf("report %+v", r)
	}
	files, _ := filepath.Glob(filepath.Join(data, crash.Folder, "*.json"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, personal := range []string{"local\"", address, data, "wait", "one"} {
			if strings.Contains(string(text), personal) {
				t.Errorf("the report tells %q: %s", personal, text)
			}
		}
	}
	var out strings.Builder
	if code := cli.Run(t.Context(), []string{"crashes", yaml}, strings.NewReader(""), &out, os.Stderr); code != 0 || !strings.Contains(out.String(), "dougong.network") {
		t.Errorf("dougong crashes: %d, %s", code, out.String())
	}
}
