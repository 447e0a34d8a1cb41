package compiler

import (
	"fmt"
	"strings"
	"testing"
)

// TestProjectRoots: where the mini-program of a project is, by its configuration or without one.
func TestProjectRoots(t *testing.T) {
	t.Parallel()
	app := func(dir string) map[string]string {
		return map[string]string{dir + "app.json": `{"pages":["a"]}`, dir + "a.wxml": "<view/>"}
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		app   string // folder of app.json
		want  string // first diagnostic
	}{
		{"no configuration", nil, "", ""},
		{"miniprogramRoot", map[string]string{"project.config.json": `{"miniprogramRoot":"./mp/"}`}, "mp/", ""},
		{"srcMiniprogramRoot", map[string]string{"project.config.json": `{"srcMiniprogramRoot":"source"}`}, "source/", ""},
		{"FinClip's name", map[string]string{"fide.project.config.json": `{"miniprogramRoot":"mp"}`}, "mp/", ""},
		{"private configuration", map[string]string{"project.config.json": `{"miniprogramRoot":"a/"}`, "project.private.config.json": `{"miniprogramRoot":"b/"}`}, "b/", ""},
		{"usual folders", nil, "miniprogram/", ""},
		{"root of an unbuilt output", map[string]string{"project.config.json": `{"miniprogramRoot":"dist/"}`}, "", ""},
		{"outside of the project", map[string]string{"project.config.json": `{"miniprogramRoot":"../../x"}`}, "x/", ""},
		{"comments", map[string]string{"project.config.json": "{\n// root\n\"miniprogramRoot\":\"mp\",}"}, "mp/", "project.config.json:2:1: json-comment"},
		{"below", map[string]string{"README.md": "x"}, "packages/demo/", "app.json:0:0: app-elsewhere"},
		{"below, configured", map[string]string{"demo/project.config.json": `{"miniprogramRoot":"mp/"}`}, "demo/mp/", "app.json:0:0: app-elsewhere"},
		{"output of a build", map[string]string{"project.config.json": `{"miniprogramRoot":"dist/"}`}, "none", "app.json:0:0: app-missing ~ run the build first"},
		{"several", map[string]string{"a/app.json": `{"pages":["x"]}`, "b/app.json": `{"pages":["x"]}`, "c/app.json": `{"name":"another platform's"}`}, "none", "app.json:0:0: app-missing ~ a, b"},
		{"nothing", map[string]string{"a.txt": ""}, "none", "app.json:0:0: app-missing ~ name the folder"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{}
			if c.app != "none" {
				files = app(c.app)
			}
			for name, text := range c.files {
				files[name] = text
			}
			res, err := buildFiles(t, files)
			place, hint, _ := strings.Cut(c.want, " ~ ")
			if got := firstOf(res); got != place {
				t.Errorf("first diagnostic %q, want %q", got, place)
			} else if hint != "" && !strings.Contains(res.Diagnostics[0].Hint, hint) {
				t.Errorf("hint %q, want %q in it", res.Diagnostics[0].Hint, hint)
			}
			if missing := c.app == "none"; missing != (err != nil) {
				t.Fatalf("error %v", err)
			} else if missing {
				return
			}
			if _, ok := res.Files["_dougong/templates/a.wxml.json"]; !ok {
				t.Error("the page is not in the bundle")
			}
		})
	}
}

func firstOf(res *Result) string {
	if res == nil || len(res.Diagnostics) == 0 {
		return ""
	}
	d := res.Diagnostics[0]
	return fmt.Sprintf("%s:%d:%d: %s", d.File, d.Line, d.Column, d.ID)
}

// TestPackOptions: what packOptions leave out of the bundle, and what they keep.
func TestPackOptions(t *testing.T) {
	t.Parallel()
	res, err := buildFiles(t, map[string]string{
		"app.json": `{"pages":["a"]}`, "a.wxml": "<view/>",
		"project.config.json": `{"packOptions":{
			"ignore":[{"type":"folder","value":"docs/"},{"type":"suffix","value":".psd"},{"type":"prefix","value":"tmp-"},{"type":"file","value":"./x.png"},{"type":"glob","value":"img/*.gif"},{"type":"regexp","value":"\\.bak\\d$"}],
			"include":[{"type":"file","value":"docs/kept.png"}]}}`,
		"docs/a.png": "x", "docs/kept.png": "x", "img/a.psd": "x", "img/tmp-a.png": "x", "x.png": "x", "img/a.gif": "x", "img/a.png": "x", "y.bak1": "x", "y.bak": "x",
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"docs/a.png": false, "docs/kept.png": true, "img/a.psd": false, "img/tmp-a.png": false, "x.png": false, "img/a.gif": false,
		"img/a.png": true, "y.bak1": false, "y.bak": true,
	} {
		if _, ok := res.Files[name]; ok != want {
			t.Errorf("%s in the bundle: %v, want %v", name, ok, want)
		}
	}
}
