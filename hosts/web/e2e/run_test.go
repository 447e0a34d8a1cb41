package e2e

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/hosts/cli"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// twoPages is a mini-program whose pages say how they were opened.
var twoPages = map[string]string{
	"project.config.json":      `{"appid": "two-pages", "projectname": "两页"}`,
	"app.json":                 `{"pages": ["pages/first/first", "pages/second/second"]}`,
	"pages/first/first.js":     `Page({})`,
	"pages/first/first.wxml":   `<view class="says">the first page</view>`,
	"pages/second/second.js":   `Page({ onLoad(query) { this.setData({ id: query.id }) } })`,
	"pages/second/second.wxml": `<view class="says">number {{id}}</view>`,
	"pages/second/second.json": `{"navigationBarTitleText": "Second"}`,
}

// write writes files into a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// logged is what a command has printed so far; it may be written and read at the same time.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String is everything so far.
func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// command runs the command line with a host that listens on a free port until the test ends, and returns the address that
// it prints, and what it says on standard error.
func command(t *testing.T, args ...string) (string, *logged) {
	t.Helper()
	out, in := io.Pipe()
	log := &logged{}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	args = append(args, "--listen", "127.0.0.1:0", "--data", t.TempDir(), "--plugins", t.TempDir())
	go func() {
		ended <- cli.Run(ctx, args, strings.NewReader(""), in, log)
		_ = in.Close() // a pipe's end does not fail
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("dougong %s: exit code %d\n%s", strings.Join(args, " "), code, log.String())
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if address, ok := strings.CutPrefix(lines.Text(), "open "); ok {
			return address, log
		}
	}
	t.Fatalf("dougong %s printed no address", strings.Join(args, " "))
	return "", nil
}

// One mini-program's folder is opened as that mini-program: on its first page or the one that --page names. The launcher is
// behind it.
func TestRunOpensTheMiniProgram(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir := write(t, twoPages)
	for _, c := range []struct {
		name, says string
		args       []string
	}{
		{"run", "the first page", []string{"run", dir}},
		{"run a page", "number 7", []string{"run", dir, "--page", "/pages/second/second?id=7"}},
		{"dev a page", "number 8", []string{"dev", dir, "--page", "pages/second/second?id=8"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			address, _ := command(t, c.args...)
			b := browser.Start(t, 1000, 920)
			b.Open(address)
			b.Wait(`$(".says")?.textContent === "` + c.says + `"`)
			b.WaitShell(`!$(".app.shown .splash") && location.hash === "#/app/two-pages"`)
			b.Screenshot(strings.ReplaceAll(c.name, " ", "-"))
			b.TapShell(`$(".capsule-part:last-child")`)
			b.WaitShell(`still($(".tile[data-app=two-pages]"))`)
			b.TapShell(`$(".tile[data-app=two-pages]")`)
			b.Wait(`$(".says").textContent === "` + c.says + `"`)
		})
	}
}

// A developer sees what goes wrong over the mini-program and in the terminal, with its place in the source, until it is mended.
func TestDevShowsProblems(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	const page = "pages/first/first"
	dir := write(t, twoPages)
	edit := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	edit(page+".wxml", `<button class="buy" bind:tap="buy">buy</button>`)
	edit(page+".js", "Page({\n  buy() {\n    const cart = undefined\n    cart.add('茶')\n  },\n})\n")
	address, log := command(t, "dev", dir)
	b := browser.Start(t, 1000, 920)
	b.Open(address)
	b.Wait(`still($(".buy"))`)
	b.Tap(`$(".buy")`)
	b.WaitShell(`/first.js:4:\d+/.test($(".overlay .problem")?.textContent)`)
	b.WaitShell(`/3 \|     const cart = undefined\n4 \|     cart.add\('茶'\)\n  \| +\^$/.test($(".overlay .code-frame").textContent)`)
	b.Screenshot("dev-overlay")
	if got := log.String(); !strings.Contains(got, "4 |     cart.add('茶')") || !strings.Contains(got, page+".js:4:") {
		t.Errorf("the terminal shows\n%s\nwant the place in the source", got)
	}
	edit(page+".js", "Page({ buy() { this.setData({ bought: true }) } })\n")
	edit(page+".wxml", `<button class="buy" bind:tap="buy">{{bought ? 'bought' : 'buy it'}}</button>`)
	b.WaitShell(`!$(".overlay")`)
	b.Wait(`$(".buy").textContent === "buy it"`) // either file may be seen before the other
	b.Tap(`$(".buy")`)
	b.Wait(`$(".buy").textContent === "bought"`)
	edit("app.json", "{\"pages\": [\"pages/first/first\"\n  \"pages/second/second\"]}")
	b.WaitShell(`$(".overlay .problem")?.textContent.includes("app.json:2:3")`)
	b.WaitShell(`/2 \|   "pages\/second\/second"/.test($(".overlay .code-frame").textContent)`)
	b.TapShell(`$(".overlay-close")`)
	b.WaitShell(`!$(".overlay")`)
}
