package script

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// components lists the component files of a package's build folder, without ending.
func components(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	fsys := os.DirFS(root)
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(p, ".json") {
			return err
		}
		data, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		var config struct{ Component bool }
		if json.Unmarshal(data, &config) == nil && config.Component {
			out = append(out, strings.TrimSuffix(p, ".json"))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// needsMore are components that cannot open alone: what is missing is not the realm's.
var needsMore = map[string]string{
	"pages/circle-index":                "wx.createCanvasContext",
	"pages/slideview-slideview-skyline": "wx.worklet, of another renderer",
	"pages/chat-content-chat-content":   "a value for its property content",
}

// TestLibraries opens every component of the component libraries that programs use most, each on a page of its own.
func TestLibraries(t *testing.T) {
	t.Parallel()
	for _, lib := range []struct{ name, version, dir string }{
		{"@vant/weapp", vantVersion, "dist"},
		{"tdesign-miniprogram", tdesignVersion, "miniprogram_dist"},
		{"weui-miniprogram", "1.5.6", "miniprogram_dist"},
	} {
		t.Run(path.Base(lib.name), func(t *testing.T) {
			t.Parallel()
			openLibrary(t, lib.name, lib.version, lib.dir)
		})
	}
}

func openLibrary(t *testing.T, name, version, dir string) {
	list := components(t, path.Join(npmPackage(t, name, version), dir))
	if len(list) < 10 {
		t.Fatalf("only %d components found", len(list))
	}
	files := map[string]string{"app.js": "App({})"}
	var pages []string
	for _, c := range list {
		page := "pages/" + strings.ReplaceAll(c, "/", "-")
		pages = append(pages, page)
		files[page+".json"] = `{"usingComponents":{"the-one":"` + name + "/" + c + `"}}`
		files[page+".wxml"] = `<the-one id="one">content</the-one>`
		files[page+".js"] = `Page({})`
	}
	app, err := json.Marshal(map[string]any{"pages": pages})
	if err != nil {
		t.Fatal(err)
	}
	files["app.json"] = string(app)
	w := withPackages(t, map[string]string{name: version}, files)
	for _, page := range pages {
		p := w.openPage(page, nil)
		w.rest()
		if why := needsMore[page]; (why != "") != (len(w.errors) > 0) {
			t.Errorf("%s: %d failures; it is known to need %q", page, len(w.errors), why)
		} else if why != "" {
			w.errors = nil
		}
		for _, e := range w.errors {
			t.Errorf("%s: %s", page, describe(e))
		}
		w.errors = nil
		p.Close()
	}
}
