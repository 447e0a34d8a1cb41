package e2e

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
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

// command runs the command line with a host that listens on a free port until the test ends, and returns the address that
// it prints.
func command(t *testing.T, args ...string) string {
	t.Helper()
	out, in := io.Pipe()
	var log strings.Builder
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	args = append(args, "--listen", "127.0.0.1:0", "--data", t.TempDir(), "--plugins", t.TempDir())
	go func() {
		ended <- cli.Run(ctx, args, strings.NewReader(""), in, &log)
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
			return address
		}
	}
	t.Fatalf("dougong %s printed no address", strings.Join(args, " "))
	return ""
}

// One mini-program's folder is opened as that mini-program: on its first page or the one that --page names. The launcher is
// behind it.
func TestRunOpensTheMiniProgram(t *testing.T) {
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
			address := command(t, c.args...)
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
