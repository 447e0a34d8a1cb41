package compiler

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/miniapp/program"
)

func TestExtAPIs(t *testing.T) {
	t.Parallel()
	page := map[string]string{"app.json": `{"pages":["a"]}`, "a.wxml": "<view/>", "a.js": "Page({})"}
	const conf = `module.exports = { extApi: [{ name: 'getLocationExt', sync: false, params: { url: '' } }, { name: 'readSync', sync: true }] }`
	for _, c := range []struct {
		name, prefix string
		files        map[string]string
		want, warned string
	}{
		{"beside app.json", "", map[string]string{"FinClipConf.js": conf}, "getLocationExt readSync!", ""},
		{"in the project's root", "miniprogram/", map[string]string{"FinClipConf.js": conf}, "getLocationExt readSync!", ""},
		{"in the mini-program's root", "miniprogram/", map[string]string{"miniprogram/FinClipConf.js": conf, "FinClipConf.js": "module.exports = {}"}, "getLocationExt readSync!", ""},
		{"none", "", nil, "", ""},
		{"wrong", "", map[string]string{"FinClipConf.js": "module.exports = {\n  extApi: [\n    apis.first,\n    {name: 'b'}] }"}, "b", "FinClipConf.js:3:5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			fsys := fstest.MapFS{}
			for name, text := range page {
				fsys[c.prefix+name] = &fstest.MapFile{Data: []byte(text)}
			}
			for name, text := range c.files {
				fsys[name] = &fstest.MapFile{Data: []byte(text)}
			}
			result, err := Build(context.Background(), Options{FS: fsys})
			if err != nil {
				t.Fatal(err)
			}
			p, err := program.Load(result.Files)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range p.App.ExtAPIs {
				if a.Sync {
					a.Name += "!"
				}
				got = append(got, a.Name)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
			warned := ""
			for _, d := range result.Diagnostics {
				warned += Format(d)
			}
			if (warned == "") != (c.warned == "") || !strings.Contains(warned, c.warned) {
				t.Errorf("said %q, want %q", warned, c.warned)
			}
			if result.Files["FinClipConf.js"] != nil {
				t.Error("the file itself is in the bundle")
			}
		})
	}
}
