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
	"pages/chat-content-chat-content": "a value for its property content",
}

// TestLibraries opens every component of the component libraries that programs use most, each on a page of its own.
func TestLibraries(t *testing.T) {
	t.Parallel()
	for _, lib := range []struct {
		name, version, dir string
		least              int // components
	}{
		{"@vant/weapp", vantVersion, "dist", 70},
		{"tdesign-miniprogram", tdesignVersion, "miniprogram_dist", 100},
		{"weui-miniprogram", "1.5.6", "miniprogram_dist", 20},
		{"iview-weapp", "2.0.0", "dist", 50},
		{"wux-weapp", "3.11.3", "packages/lib", 105},
		{"mp-html", "2.5.2", "dist/mp-weixin", 2},
		{"miniprogram-recycle-view", "0.1.5", "miniprogram_dist", 2},
		{"vant-weapp", "0.5.29", "dist", 51},
		{"miniprogram-slide-view", "0.0.4", "miniprogram_dist", 1},
		{"miniprogram-barrage", "1.1.1", "miniprogram_dist", 1},
		{"miniprogram-navigation-bar", "0.0.4", "miniprogram_dist", 1},
		{"wxa-plugin-canvas", "1.1.12", "miniprogram_dist", 2},
		{"@antv/wx-f2", "2.1.1", "dist", 1},
		{"@miniprogram-component-plus/tabs", "1.0.0", "miniprogram_dist", 1},
		{"@miniprogram-component-plus/vtabs", "1.0.0", "miniprogram_dist", 1},
		{"@miniprogram-component-plus/index-list", "1.0.0", "miniprogram_dist", 1},
		{"@miniprogram-component-plus/sticky", "1.0.1", "miniprogram_dist", 1},
		{"@miniprogram-component-plus/select-text", "1.0.1", "miniprogram_dist", 1},
		{"@miniprogram-component-plus/video-swiper", "1.0.1", "miniprogram_dist", 1},
	} {
		t.Run(path.Base(lib.name), func(t *testing.T) {
			t.Parallel()
			openLibrary(t, lib.name, lib.version, lib.dir, lib.least)
		})
	}
}

func openLibrary(t *testing.T, name, version, dir string, least int) {
	list := components(t, path.Join(npmPackage(t, name, version), dir))
	if len(list) < least {
		t.Fatalf("%d components found, want %d", len(list), least)
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
		why := needsMore[page]
		if why == "" {
			why = needsMore[name+" "+page]
		}
		if (why != "") != (len(w.errors) > 0) {
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
