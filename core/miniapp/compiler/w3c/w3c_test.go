package w3c_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/w3c"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// manifest is one that has all members, with some replaced.
func manifest(changes ...string) string {
	return strings.NewReplacer(changes...).Replace(`{
  "dir": "ltr", "lang": "en-US", "app_id": "org.example.miniapp", "name": "Test", "short_name": "T", "description": "A test",
  "icons": [{ "src": "common/icon.png", "sizes": "48x48", "label": "An icon" }],
  "version": { "name": "1.0.1", "code": 11 }, "platform_version": { "min_code": 1, "target_code": 2, "release_type": "Beta" },
  "pages": ["pages/home/home", "pages/more"], "window": { "background_color": "#00FF00", "orientation": "portrait", "fullscreen": false },
  "widgets": [{ "name": "w", "path": "pages/more", "min_code": 1 }], "req_permissions": [{ "name": "location", "reason": "to find you" }],
  "color_scheme": "dark", "device_type": ["phone"]
}`)
}

// files is a package of a manifest and what it names.
func files(manifest string, changes ...string) fstest.MapFS {
	out := fstest.MapFS{}
	put := func(name, text string) { out[name] = &fstest.MapFile{Data: []byte(text)} }
	for name, text := range map[string]string{
		"manifest.json": manifest, "app.js": "", "app.css": "text { color: red; }", "common/icon.png": "i",
		"pages/home/home.html": "<template>\n<div><text>Home</text></div>\n</template>", "pages/home/home.js": "", "pages/more.html": "<text>More</text>", "i18n/zh-Hans.json": "{}",
	} {
		put(name, text)
	}
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == "-" {
			delete(out, changes[i])
		} else {
			put(changes[i], changes[i+1])
		}
	}
	return out
}

func list(diags []program.Diagnostic) string {
	lines := make([]string, len(diags))
	for i, d := range diags {
		lines[i] = compiler.Format(d)
	}
	return strings.Join(lines, "\n")
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fsys fs.FS
		want string // a part of what is said; "" if nothing is
	}{
		"complete":               {files(manifest()), ""},
		"unknown member":         {files(manifest(`"dir": "ltr"`, `"dirr": "ltr"`)), `manifest.json:2:3: warning: "dirr" is no member that the draft knows`},
		"unknown nested member":  {files(manifest(`"label"`, `"alt"`)), `"icons[0].alt" is no member`},
		"member missing":         {files(manifest(`"name": "Test", `, ``)), `manifest.json:1:1: error: "name" is required`},
		"nested member missing":  {files(manifest(`"name": "1.0.1", `, ``)), `manifest.json:4:14: error: "version.name" is required`},
		"wrong type":             {files(manifest(`"code": 11`, `"code": "11"`)), `manifest.json:4:41: error: "version.code" must be a whole number from 1 on, got a string`},
		"wrong word":             {files(manifest(`"ltr"`, `"down"`)), `"dir" must be one of ltr, rtl, auto`},
		"wrong language":         {files(manifest(`en-US`, `english us`)), `"lang" must be a language tag`},
		"wrong colour":           {files(manifest(`#00FF00`, `#00F F`)), `"window.background_color" must be a colour`},
		"wrong id":               {files(manifest(`org.example.miniapp`, `org/example`)), `"org/example" is no id`},
		"wrong sizes":            {files(manifest(`48x48`, `big`)), `"big" says no sizes`},
		"target below min":       {files(manifest(`"min_code": 1, "target`, `"min_code": 3, "target`)), `target_code (2) is lower than min_code (3)`},
		"no icon":                {files(manifest(`[{ "src": "common/icon.png", "sizes": "48x48", "label": "An icon" }]`, `[]`)), `"icons" must have at least one entry`},
		"page twice":             {files(manifest(`"pages/more"]`, `"pages/home/home"]`)), `page "pages/home/home" is listed twice`},
		"path outside":           {files(manifest(`"pages/more"]`, `"../more"]`)), `"../more" is no path inside of the package`},
		"page without file":      {files(manifest(), "pages/home/home.html", "-", "pages/home/home.js", "-"), `manifest.json:5:13: error: page "pages/home/home" names no file`},
		"icon without file":      {files(manifest(), "common/icon.png", "-"), `icon "common/icon.png" names no file`},
		"icon elsewhere":         {files(manifest(`common/icon.png`, `https://example.org/i.png`)), ""},
		"no app.js":              {files(manifest(), "app.js", "-"), `app.js: error: there is no app.js`},
		"file names":             {files(manifest(), "a?b.png", "x"), `a?b.png: error: a name holds none of`},
		"names that differ":      {files(manifest(), "App.js", ""), `it differs from "App.js" in case only`},
		"language file":          {files(manifest(), "i18n/chinese.txt", ""), `i18n/chinese.txt: error: it is no file of a language`},
		"language file of words": {files(manifest(), "i18n/en.json", "[]"), `i18n/en.json: error: it is no JSON object`},
		"no JSON":                {files(`{"dir": }`), `manifest.json:1:9`},
		"no object":              {files(`[]`), `a manifest is an object, got an array`},
		"no manifest":            {files("", "manifest.json", "-"), `there is no manifest.json at the top`},
		"below src":              {files("", "manifest.json", "-", "src/manifest.json", manifest()), `pack the content of src/ instead of the folder`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := w3c.Check(tc.fsys)
			got := list(diags)
			if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
				t.Errorf("said\n%s\nwant\n%s", got, tc.want)
			}
			if passes := tc.want == "" || strings.Contains(tc.want, "no member"); passes != w3c.Passes(diags) {
				t.Errorf("passes: %v, want %v\n%s", w3c.Passes(diags), passes, got)
			}
		})
	}
}

func TestManifest(t *testing.T) {
	t.Parallel()
	m, diags := w3c.ReadManifest("manifest.json", []byte(manifest()))
	if len(diags.List) > 0 {
		t.Fatal(list(diags.List))
	}
	if m.AppID != "org.example.miniapp" || m.Version.Code != 11 || m.Platform.TargetCode != 2 || m.Icons[0].Sizes != "48x48" || len(m.Pages) != 2 ||
		m.Permissions[0].Reason != "to find you" || m.ColorScheme != "dark" || m.Window["orientation"] != "portrait" || m.Widgets[0].Path != "pages/more" {
		t.Errorf("read %+v", m)
	}
}

// testPackage is laid out as the W3C's own tests are: below src/, with a folder too much in pages.
func testPackage() fstest.MapFS {
	out := fstest.MapFS{"test.jsonld": {Data: []byte("{}")}}
	for name, text := range map[string]string{
		"manifest.json": manifest(`, "pages/more"`, ``, `"widgets": [{ "name": "w", "path": "pages/more", "min_code": 1 }], `, ``),
		"app.js":        "const state = global.getGlobalState(() => {}, (input) => console.log('shown ' + input.pagePath));",
		"app.css":       "", "pages/home.html": "<!-- home -->\n<template>\n    <div>\n        <text>Testing</text>\n    </div>\n</template>", "pages/home.css": ".a { color: red; }",
	} {
		out["src/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestLenientRunsAndStrictRefuses(t *testing.T) {
	t.Parallel()
	res, err := compiler.Build(t.Context(), compiler.Options{FS: testPackage(), Dir: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if got := list(res.Diagnostics); !strings.Contains(got, "warning: there is no manifest.json at the top of the package (pack the content of src/") || strings.Contains(got, "error") {
		t.Errorf("lenient said\n%s", got)
	}
	p, err := res.Program()
	if err != nil {
		t.Fatal(err)
	}
	if page, err := p.Component("pages/home/home"); err != nil || page.Template != "pages/home/home.wxml" || len(page.Broken) > 0 || page.Style == "" {
		t.Errorf("the page: %+v, %v", page, err)
	}
	if p.App.ID != "org.example.miniapp" || p.App.Version != "1.0.1" || p.App.Permission["location"] != "to find you" {
		t.Errorf("the app: %+v", p.App)
	}
	res, err = compiler.Build(t.Context(), compiler.Options{FS: testPackage(), Dir: "test", Strict: true})
	if !errors.Is(err, compiler.ErrFailed) || !strings.Contains(list(res.Diagnostics), "error: there is no manifest.json at the top of the package (pack the content of src/") {
		t.Errorf("strict: %v\n%s", err, list(res.Diagnostics))
	}
	misplaced := files(manifest(`"pages/more"`, `"pages/none"`))
	if _, err = compiler.Build(t.Context(), compiler.Options{FS: misplaced, Dir: "test", Strict: true}); err == nil || !strings.Contains(err.Error(), `page "pages/none" names no file`) {
		t.Errorf("strict with a page without a file: %v", err)
	}
	if _, err = compiler.Build(t.Context(), compiler.Options{FS: files(manifest()), Dir: "test", Strict: true}); err != nil {
		t.Errorf("strict with a good package: %v", err)
	}
}

// TestBundlesPass holds the bundles that we build of our examples against the strict reader.
func TestBundlesPass(t *testing.T) {
	t.Parallel()
	dirs, err := filepath.Glob("../../../../examples/miniapps/*/app.json")
	if err != nil || len(dirs) < 3 {
		t.Fatal(dirs, err)
	}
	for _, app := range dirs {
		t.Run(filepath.Base(filepath.Dir(app)), func(t *testing.T) {
			t.Parallel()
			res, err := compiler.Build(t.Context(), compiler.Options{Dir: filepath.Dir(app)})
			if err != nil {
				t.Fatal(err)
			}
			if _, diags := w3c.Check(w3c.Files(res.Files)); len(diags) > 0 {
				t.Error(list(diags))
			}
		})
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if err := w.AddFS(testPackage()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "test.ma")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if res, err := compiler.Build(t.Context(), compiler.Options{Dir: file}); err != nil || res.Stats.Pages != 1 {
		t.Errorf("a package file: %v", err)
	}
	if err := os.WriteFile(file, []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := compiler.Build(t.Context(), compiler.Options{Dir: file}); !errors.Is(err, w3c.ErrPackage) {
		t.Errorf("no archive: %v", err)
	}
	out.Reset()
	w = zip.NewWriter(&out)
	if _, err := w.Create("../manifest.json"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w3c.Open(out.Bytes()); !errors.Is(err, w3c.ErrPackage) {
		t.Errorf("a file outside: %v", err)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]w3c.Address{
		"platform://miniapp/foo": {Scheme: "platform", ID: "foo"},
		"platform://miniapp/foo;version=1.0.1-trial/pages/index?k=v#bar":   {Scheme: "platform", ID: "foo", Version: "1.0.1-trial", Path: "pages/index", Query: "k=v", Fragment: "bar"},
		"https://example.com:8080/miniapp/org.example.foo/pages/a%20b/":    {Scheme: "https", Host: "example.com:8080", ID: "org.example.foo", Path: "pages/a b"},
		"miniapp://foo;version=1.0.1-trial@example.com:8080/pages/i?k=v#b": {Scheme: "miniapp", Host: "example.com:8080", ID: "foo", Version: "1.0.1-trial", Path: "pages/i", Query: "k=v", Fragment: "b"},
		"MINIAPP://foo/pages/index":                                        {Scheme: "miniapp", ID: "foo", Path: "pages/index"},
	} {
		got, err := w3c.ParseAddress(text)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
		if again, err := w3c.ParseAddress(got.String()); err != nil || again != got {
			t.Errorf("%s is written %s, which reads %+v, %v", text, got, again, err)
		}
	}
	if a, _ := w3c.ParseAddress("miniapp://foo/p?a=1"); a.Page() != "p?a=1" {
		t.Errorf("the page is %q", a.Page())
	}
	for text, want := range map[string]string{
		"":                                  "expected platform://miniapp/",
		"foo":                               "expected platform://miniapp/",
		"http://example.com/miniapp/foo":    "write https",
		"platform://app/foo":                `expected miniapp where "app" stands`,
		"https:///miniapp/foo":              "is no host",
		"platform://miniapp/":               "is no id",
		"platform://miniapp/foo;v=1":        "is no id",
		"platform://miniapp/a b":            "is no id",
		"miniapp://foo@ho st/p":             "is no host",
		"platform://miniapp/foo/../../etc":  "leads nowhere inside",
		"platform://miniapp/foo/%2e%2e/etc": "leads nowhere inside",
		"platform://miniapp/foo/%zz":        "path:",
	} {
		if _, err := w3c.ParseAddress(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// FuzzManifest: whatever a manifest holds, reading it ends, and what it gives can be laid out as a project.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(manifest()))
	f.Add([]byte(`{"pages": ["a", "", "../b", 3], "window": [], "icons": {}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		fsys := fstest.MapFS{"manifest.json": {Data: data}, "a.html": {Data: []byte("<div>a</div>")}}
		if _, _, err := w3c.Project(fsys, true); err != nil {
			t.Error(err)
		}
	})
}

// FuzzAddress: what is read is written so that it reads the same.
func FuzzAddress(f *testing.F) {
	f.Add("platform://miniapp/foo;version=1.0/pages/index?k=v#bar")
	f.Add("miniapp://foo@host:1/p")
	f.Add("https://h/miniapp/i/%20")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := w3c.ParseAddress(text)
		if err != nil {
			return
		}
		if again, err := w3c.ParseAddress(a.String()); err != nil || again != a {
			t.Errorf("%q is %+v, is written %q, which is %+v, %v", text, a, a.String(), again, err)
		}
	})
}
