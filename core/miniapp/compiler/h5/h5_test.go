package h5

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

func folder(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

const good = `{"app_id": "com.example.h5", "name": "H5", "version": {"name": "1.2.3"}, "icons": [{"src": "/i/icon.png"}], "theme_color": "#112233"}`

func TestIs(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"pages and a manifest": {map[string]string{"index.html": "", "manifest.json": good}, true},
		"a broken manifest":    {map[string]string{"index.html": "", "manifest.json": "{"}, true},
		"no manifest":          {map[string]string{"index.html": ""}, false},
		"no page":              {map[string]string{"manifest.json": good}, false},
		"a WeChat project":     {map[string]string{"index.html": "", "manifest.json": good, "app.json": "{}"}, false},
		"a MiniApp":            {map[string]string{"index.html": "", "manifest.json": `{"pages": ["index"]}`}, false},
	} {
		if got := Is(folder(tt.files)); got != tt.want {
			t.Errorf("%s: Is = %t, want %t", name, got, tt.want)
		}
	}
}

func TestProject(t *testing.T) {
	t.Parallel()
	made, diags, err := Project(folder(map[string]string{
		"index.html": "<p>hi", "manifest.json": good, "js/app.js": "1", "i/icon.png": "png", ".git/config": "secret", "node_modules/x/x.js": "2", ".env": "secret",
	}))
	if err != nil || len(diags) > 0 {
		t.Fatal(err, diags)
	}
	for name, want := range map[string]string{
		"h5/index.html": "<p>hi", "h5/js/app.js": "1", "icon.png": "png", "project.config.json": `"com.example.h5"`, "package.json": "1.2.3",
		"app.json": `"#112233"`, "pages/h5/h5.wxml": "<web-view", "pages/h5/h5.js": "Page({",
	} {
		if data, err := fs.ReadFile(made, name); err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s is %q, %v; want %q", name, data, err, want)
		}
	}
	for _, name := range []string{"h5/.git/config", "h5/.env", "h5/node_modules/x/x.js"} {
		if _, err := fs.Stat(made, name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is in the project", name)
		}
	}
}

func TestBadManifest(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, want string }{
		"cut off":                      {"{\n  \"app_id\": ", "h5-manifest 2:"},
		"no id":                        {`{"name": "x"}`, "h5-app-id 1:1"},
		"a bad id":                     {`{"name": "x", "app_id": "a b"}`, "h5-app-id 1:15"},
		"no name":                      {`{"app_id": "a"}`, "h5-name 1:1"},
		"its hosts":                    {"{\"app_id\": \"a\", \"name\": \"x\",\n \"csp\": {\"script-src\": [\"a.example\"]}}", "h5-csp 2:10"},
		"a directive that is misspelt": {"{\"app_id\": \"a\", \"name\": \"img-scr\",\n \"csp\": {\"font-src\": [],\n  \"img-scr\": [\"a.example\"]}}", "h5-csp 3:3"},
		"a host":                       {"{\"app_id\": \"a\", \"name\": \"x\",\n \"csp\": {\"img-src\": [\"a.example\",\n  \"a..example\"]}}", "h5-csp 3:3"},
		"a host that is empty":         {"{\"app_id\": \"a\", \"name\": \"x\",\n \"csp\": {\"img-src\": [\"\"]}}", "h5-csp 2:10"},
		"a directive that is written in another way": {"{\"app_id\": \"a\", \"name\": \"x\",\n \"csp\": {\"img\\u002dscr\": []}}", "h5-csp 2:2"},
		"its kinds": {`{"app_id": 7}`, "h5-manifest 1:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags, err := Project(folder(map[string]string{"index.html": "", "manifest.json": tt.text}))
			if err == nil || len(diags) == 0 {
				t.Fatalf("built, %v", diags)
			}
			d := diags[0]
			if got := d.ID + " " + strconv.Itoa(d.Line) + ":" + strconv.Itoa(d.Column); !strings.HasPrefix(got, tt.want) || d.Hint == "" || d.File != "manifest.json" {
				t.Errorf("diagnostic %+v, want %s with a hint", d, tt.want)
			}
		})
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"version": "1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, diags := read(data)
		if !diags.HasErrors() && (m.Name == "" || !idForm.MatchString(m.AppID)) {
			t.Errorf("%q was taken: %+v", data, m)
		}
	})
}
