package script

import (
	"encoding/json"
	"path"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
)

// stepping is a page that gives a component properties by the names that libraries use most, and changes them.
const (
	steppingWXML = `<the-one id="one" show="{{show}}" visible="{{show}}" value="{{v}}" title="T{{n}}" label="L{{n}}" columns="{{list}}" ` +
		`options="{{list}}" steps="{{list}}" list="{{list}}" actions="{{list}}" disabled="{{show}}"><view wx:if="{{show}}">slot {{n}}</view></the-one>`
	steppingJS = `Page({
		data: { n: 0, show: false, v: "", list: [] },
		all() {
			const item = (s) => ({ label: s, text: s, name: s, title: s, value: s, id: s })
			this.setData({ n: this.data.n + 1, show: !this.data.show, list: [item("a"), item("b"), item("c")].slice(this.data.n % 2) })
		},
		one() { this.setData({ "list[1].label": "z", "list[1].text": "z", "list[1].name": "z" }) },
	})`
)

// TestLibrariesKeepInStep changes the properties of every component of the large libraries and holds what a client has after
// the patches against what a client gets that connects anew.
func TestLibrariesKeepInStep(t *testing.T) {
	t.Parallel()
	for _, lib := range []struct{ name, version, dir string }{
		{"@vant/weapp", vantVersion, "dist"}, {"tdesign-miniprogram", "1.16.0", "miniprogram_dist"},
	} {
		t.Run(path.Base(lib.name), func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"app.js": "App({})"}
			var pages []string
			for _, c := range components(t, path.Join(npmPackage(t, lib.name, lib.version), lib.dir)) {
				page := "pages/" + strings.ReplaceAll(c, "/", "-")
				pages = append(pages, page)
				files[page+".json"] = `{"usingComponents":{"the-one":"` + lib.name + "/" + c + `"}}`
				files[page+".wxml"], files[page+".js"] = steppingWXML, steppingJS
			}
			app, err := json.Marshal(map[string]any{"pages": pages})
			if err != nil {
				t.Fatal(err)
			}
			files["app.json"] = string(app)
			w := withPackages(t, map[string]string{lib.name: lib.version}, files)
			for _, page := range pages {
				w.keepsInStep(page)
			}
		})
	}
}

func (w *world) keepsInStep(page string) {
	w.t.Helper()
	p := w.openPage(page, nil)
	w.rest()
	for _, method := range []string{"all", "one", "all", "one", "all"} {
		_, _, _ = p.Call(method)
		w.rest()
	}
	client := dom.New()
	for _, patch := range w.patches {
		if patch.Page != p.ID() {
			continue
		}
		if err := client.Apply(patch); err != nil {
			w.t.Errorf("%s: %v", page, err)
			return
		}
	}
	shown := client.HTML()
	if err := client.Apply(p.View().Snapshot()); err != nil {
		w.t.Errorf("%s: snapshot: %v", page, err)
	}
	if fresh := client.HTML(); shown != fresh {
		w.t.Errorf("%s: a client has\n%s\none that connects anew gets\n%s", page, shown, fresh)
	}
	p.Close()
	w.patches, w.errors = nil, nil
}
