package compiler

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// TestExtendedLib: weui comes from npm, and its absence is said where app.json asks for it.
func TestExtendedLib(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"app.json":     "{\"pages\": [\"p/a\"],\n  \"useExtendedLib\": {\"weui\": true, \"other\": true, \"kbone\": false}}",
		"p/a.json":     `{"usingComponents": {"mp-cell": "weui-miniprogram/cell/cell"}}`,
		"p/a.wxml":     `<mp-cell>x</mp-cell>`,
		"p/a.js":       `Page({})`,
		"package.json": `{"dependencies": {"weui-miniprogram": "*"}}`,
	}
	res, err := Build(t.Context(), Options{Dir: "weui", FS: mapFS(files)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range res.Diagnostics {
		if strings.HasPrefix(d.ID, "extended-lib") {
			got = append(got, fmt.Sprintf("%s:%d %s", d.File, d.Line, d.ID))
		}
	}
	if want := "[app.json:2 extended-lib-missing app.json:2 extended-lib-unknown]"; fmt.Sprint(got) != want {
		t.Errorf("diagnostics %v, want %s", got, want)
	}
	for _, d := range res.Diagnostics {
		if d.ID == "extended-lib-missing" && !strings.Contains(d.Hint, "npm install --prefix extendedLib weui-miniprogram") {
			t.Errorf("hint %q", d.Hint)
		}
	}
	delete(files, "package.json")
	files["app.json"] = strings.Replace(files["app.json"], `"other": true, `, "", 1)
	installed := overlay{mapFS(files), os.DirFS(npmtest.Install(t, npmtest.WeUI))}
	checkExtendedLib(t, installed)
	aside := t.TempDir() // as npm install --prefix extendedLib leaves it
	if err := os.CopyFS(filepath.Join(aside, "extendedLib"), os.DirFS(npmtest.Install(t, npmtest.WeUI))); err != nil {
		t.Fatal(err)
	}
	checkExtendedLib(t, overlay{mapFS(files), os.DirFS(aside)})
}

// checkExtendedLib builds a project that has weui: its components, and its style sheet without an import.
func checkExtendedLib(t *testing.T, fsys fs.FS) {
	t.Helper()
	res, err := Build(t.Context(), Options{Dir: "weui", FS: fsys})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		if d.Severity == source.Error || strings.HasPrefix(d.ID, "extended-lib") {
			t.Errorf("with weui installed: %s", Format(d))
		}
	}
	if res.Stats.Components == 0 {
		t.Error("no component of weui was built")
	}
	p, err := program.Load(res.Files)
	if err != nil {
		t.Fatal(err)
	}
	style, err := p.Style("app")
	if err != nil || !strings.Contains(style.CSS, ".weui-btn") {
		t.Errorf("app.wxss has not the style sheet of weui: %v, %d bytes", err, len(style.CSS))
	}
}

func TestExtPagesAndPreload(t *testing.T) {
	t.Parallel()
	res, err := buildFiles(t, map[string]string{
		"app.json": `{"pages": ["p/a", "p/b"], "subPackages": [{"root": "s", "name": "n", "pages": ["c"]}],
  "preloadRule": {"p/a": {"packages": ["n", "__APP__", "none"], "network": "all"}, "p/b": {"packages": ["__APP__"]}}}`,
		"ext.json": `{"extEnable": true, "extPages": {"p/a": {"navigationBarTitleText": "theirs"}}}`,
		"p/a.json": `{"navigationBarTitleText": "ours", "enablePullDownRefresh": true}`,
		"p/a.wxml": "<view/>", "p/a.js": "Page({})", "p/b.wxml": "<view/>", "p/b.js": "Page({})", "s/c.wxml": "<view/>", "s/c.js": "Page({})",
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := program.Load(res.Files)
	if err != nil {
		t.Fatal(err)
	}
	page, err := p.Component("p/a")
	if err != nil {
		t.Fatal(err)
	}
	if w := page.Window; *w.NavigationBarTitleText != "theirs" || !*w.EnablePullDownRefresh {
		t.Errorf("window %+v, want the title of ext.json and the rest of the page", w)
	}
	if got, want := fmt.Sprint(p.App.Preload), "map[p/a:{[s] true}]"; got != want {
		t.Errorf("preload %s, want %s", got, want)
	}
	for _, d := range res.Diagnostics {
		if d.ID == "json-preload-package" && d.Line == 2 && strings.Contains(d.Message, `"none"`) {
			return
		}
	}
	t.Errorf("nothing is said of the unknown package: %v", res.Diagnostics)
}
