package compiler

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/template"
)

func mapFS(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// shop is a project without mistakes; tests break copies of it.
func shop() map[string]string {
	return map[string]string{
		"app.json":            "{\n  \"pages\": [\n    \"pages/a/a\",\n    \"pages/b/b\"\n  ]\n}",
		"app.js":              "App({})",
		"app.wxss":            "page{color:red}",
		"pages/a/a.json":      "{\n  \"usingComponents\": {\n    \"x-card\": \"/card/card\"\n  }\n}",
		"pages/a/a.wxml":      "<x-card>\n  <view>{{a}}</view>\n</x-card>",
		"pages/a/a.js":        "const u = require('../../u');\nPage({ data: { a: u.a } })",
		"pages/a/a.wxss":      "@import '/common.wxss';\n.a{top:1rpx}",
		"pages/b/b.wxml":      "<view>b</view>",
		"pages/b/b.js":        "Page({})",
		"card/card.json":      `{"component":true}`,
		"card/card.wxml":      `<wxs src="./f.wxs" module="f"/><view class="card">{{f.x(1)}}<slot/></view>`,
		"card/card.js":        "Component({})",
		"card/f.wxs":          "module.exports = {\n  x: function (n) { return n + 1; }\n};",
		"u.js":                "exports.a = 1;\n",
		"common.wxss":         ".c{left:0}",
		"images/a.png":        "png",
		"tpl/t.wxml":          "<template name=\"t\">\n<view/></template>",
		"project.config.json": `{"appid":"wx1"}`,
	}
}

func buildFiles(t *testing.T, files map[string]string) (*Result, error) {
	t.Helper()
	res, err := Build(context.Background(), Options{FS: mapFS(files), Dir: "/shop"})
	if res == nil {
		t.Fatal(err)
	}
	return res, err
}

// TestBrokenProjects breaks one thing at a time: the diagnostic names the place, and only the pages that use the file
// are broken.
func TestBrokenProjects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, text, want, broken string }{
		{"script", "pages/a/a.js", "Page({\n  data: {,\n})", "pages/a/a.js:2:10: js-syntax", "a"},
		{"required script", "u.js", "let a = 1;\nlet a = 2;", "u.js:2:5: js-syntax", "a"},
		{"app script", "app.js", "App({", "app.js:1:6: js-syntax", "ab"},
		{"template", "pages/b/b.wxml", "<view>\n <text></view>", "pages/b/b.wxml:2:2: wxml-unclosed-tag", "b"},
		{"expression", "pages/b/b.wxml", "<view>{{a +}}</view>", "pages/b/b.wxml:1:12: wxml-expression", "b"},
		{"component template", "card/card.wxml", "<view>\n</view></text>", "card/card.wxml:2:8: wxml-unexpected-close", "a"},
		{"template script", "card/f.wxs", "module.exports = {\n x: function( { }", "card/f.wxs:2:18: js-syntax", "a"},
		{"style", "pages/a/a.wxss", ".a{top:1rpx", "pages/a/a.wxss:1:3: wxss-unclosed-block", "a"},
		{"imported style", "common.wxss", ".c{left:0}\n}", "common.wxss:2:1: wxss-unexpected-close", "a"},
		{"page json", "pages/b/b.json", "{\n  // c\n}", "pages/b/b.json:2:3: json-comment", ""},
		{"page json syntax", "pages/b/b.json", "{\n \"a\": }", "pages/b/b.json:2:7: json-syntax", "b"},
		{"unknown component", "pages/b/b.json", "{\"usingComponents\":\n {\"x\": \"./gone\"}}", "pages/b/b.json:2:8: json-component-missing", "b"},
		{"missing npm component", "pages/b/b.json", "{\"usingComponents\": {\"x\": \"@vant/weapp/button/index\"}}", "pages/b/b.json:1:27: json-component-missing", "b"},
		{"plugin component", "pages/b/b.json", "{\"usingComponents\": {\"x\": \"plugin://p/x\"}}", "pages/b/b.json:1:27: json-plugin-component", "b"},
		{"missing page", "pages/b/b.wxml", "", "app.json:4:5: json-page-missing", "b"},
		{"missing include", "pages/b/b.wxml", "<include src=\"gone.wxml\"/>", "pages/b/b.wxml:1:15: wxml-include-missing", ""},
		{"window type", "pages/b/b.json", "{\"enablePullDownRefresh\": 3}", "pages/b/b.json:1:27: json-type", "b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := shop()
			files[c.file] = c.text
			if c.text == "" {
				delete(files, c.file)
				delete(files, "pages/b/b.js")
			}
			res, err := buildFiles(t, files)
			if err != nil {
				t.Fatalf("one broken file must not fail the build: %v", err)
			}
			if len(res.Diagnostics) == 0 {
				t.Fatal("no diagnostics")
			}
			d := res.Diagnostics[0]
			if d.ID == "npm-not-declared" { // the summary, which sorts first
				d = res.Diagnostics[1]
			}
			if got := fmt.Sprintf("%s:%d:%d: %s", d.File, d.Line, d.Column, d.ID); got != c.want {
				t.Errorf("diagnostic = %s, want %s\n%s", got, c.want, Format(d))
			}
			p, err := res.Program()
			if err != nil {
				t.Fatal(err)
			}
			broken := ""
			for _, page := range p.App.Pages {
				if diags := p.Check(page); len(diags) > 0 {
					broken += strings.TrimPrefix(page, page[:len(page)-1])
					if diags[0].ID != d.ID {
						t.Errorf("Check(%s) = %v, want %s", page, diags, d.ID)
					}
				}
			}
			if broken != c.broken {
				t.Errorf("broken pages %q, want %q", broken, c.broken)
			}
		})
	}
}

// What the parser misses is said in words: a lone bracket is no hint.
func TestMissingBracketHint(t *testing.T) {
	t.Parallel()
	files := shop()
	files["pages/a/a.js"] = "Page({\n  load(a {\n  }\n})"
	res, err := buildFiles(t, files)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		if d.ID == "js-syntax" {
			if d.Hint != `write ) here` {
				t.Errorf("hint = %q", d.Hint)
			}
			return
		}
	}
	t.Errorf("no syntax error in %v", res.Diagnostics)
}

func TestProjectsThatDoNotBuild(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ app, want string }{
		"no app.json": {"", ":0:0: app-missing"}, "bad json": {"{\n\"pages\": [,]}", "app.json:2:11: json-syntax"}, "no pages": {`{"pages":[]}`, "app.json:1:1: json-no-pages"},
		"wrong type": {`{"pages":{}}`, "app.json:1:1: json-no-pages"},
	} {
		files := shop()
		files["app.json"] = c.app
		if c.app == "" {
			delete(files, "app.json")
		}
		res, err := buildFiles(t, files)
		if !errors.Is(err, ErrFailed) {
			t.Errorf("%s: error = %v, want ErrFailed", name, err)
		}
		d := res.Diagnostics[0]
		if got := fmt.Sprintf("%s:%d:%d: %s", d.File, d.Line, d.Column, d.ID); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestStrictRefusesAnyError(t *testing.T) {
	t.Parallel()
	files := shop()
	files["pages/b/b.wxml"] = "<view>"
	_, err := Build(context.Background(), Options{FS: mapFS(files), Strict: true})
	if !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "pages/b/b.wxml:1:1: <view> is not closed") {
		t.Errorf("error = %v", err)
	}
}

func TestBundleIsReproducible(t *testing.T) {
	t.Parallel()
	var first []byte
	for range 3 {
		res, err := buildFiles(t, shop())
		if err != nil || len(res.Diagnostics) > 0 {
			t.Fatal(err, res.Diagnostics)
		}
		var buf bytes.Buffer
		if _, err := res.WriteTo(&buf); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = buf.Bytes()
		} else if !bytes.Equal(first, buf.Bytes()) {
			t.Fatal("two builds of one project differ")
		}
	}
	b, err := bundle.Open(bytes.NewReader(first), int64(len(first)), bundle.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	p, err := program.Load(b)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := p.Asset("/images/a.png"); err != nil || string(data) != "png" {
		t.Errorf("asset = %q, %v", data, err)
	}
	if _, err := p.Asset("/_dougong/app.json"); err == nil {
		t.Error("compiled files must not be served as assets")
	}
	if _, err := p.Template("card/card.wxml"); err != nil {
		t.Error(err)
	}
}

// TestIncrementalBuild changes files one by one: the result is that of a build from nothing, and only what the file
// touches is compiled again.
func TestIncrementalBuild(t *testing.T) {
	t.Parallel()
	files := shop()
	files["pages/b/b.wxml"] = `<include src="../inc.wxml"/><view>b</view>`
	files["pages/inc.wxml"] = "<text>1</text>"
	project := mapFS(files)
	br := NewBuilder(Options{FS: project, Dir: "/shop"})
	if _, err := br.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file, text string
		compiled         int
	}{
		{"nothing", "", "", 0},
		{"a script", "u.js", "exports.a = 2;", 1},
		{"an included template", "pages/inc.wxml", "<text>2</text>", 1},
		{"an imported style", "common.wxss", ".c{left:1px}", 1},
		{"a template script", "card/f.wxs", "module.exports = {};", 1},
		{"an asset", "images/a.png", "other", 0},
		{"a mistake", "pages/a/a.js", "Page({", 1},
		{"its correction", "pages/a/a.js", "const u = require('../../u');\nPage({ data: { a: u.a } })", 1},
		{"a component goes", "card/card.json", "", 1},
		{"a page's json", "pages/a/a.json", `{"usingComponents":{}}`, 1},
		{"app.json", "app.json", `{"pages":["pages/b/b","pages/a/a"]}`, 1},
	} {
		if c.text != "" {
			project[c.file] = &fstest.MapFile{Data: []byte(c.text)}
		} else if c.file != "" {
			project[c.file] = &fstest.MapFile{Data: []byte(`{"component":true,"styleIsolation":"shared"}`)}
		}
		got, err := br.Build(context.Background())
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got.Stats.Compiled != c.compiled {
			t.Errorf("%s: compiled %d files again, want %d", c.name, got.Stats.Compiled, c.compiled)
		}
		want, err := Build(context.Background(), Options{FS: project, Dir: "/shop"})
		if err != nil {
			t.Fatal(err)
		}
		if !maps.EqualFunc(got.Files, want.Files, bytes.Equal) || fmt.Sprint(got.Diagnostics) != fmt.Sprint(want.Diagnostics) {
			t.Errorf("%s: the second build differs from a fresh one", c.name)
		}
	}
}

func TestBuildFromFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "My Shop")
	files := shop()
	delete(files, "project.config.json")
	for name, text := range files {
		file := filepath.Join(dir, "miniprogram", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	br := NewBuilder(Options{Dir: dir})
	res, err := br.Build(context.Background())
	if err != nil || len(res.Diagnostics) > 0 {
		t.Fatal(err, res.Diagnostics)
	}
	p, _ := res.Program()
	if p.App.ID != "my-shop" || p.App.Name != "My Shop" {
		t.Errorf("id %q, name %q; want them from the folder", p.App.ID, p.App.Name)
	}
	js := filepath.Join(dir, "miniprogram", "u.js")
	if err := os.WriteFile(js, []byte("exports.a = 3;\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(js, time.Time{}, time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if res, err = br.Build(context.Background()); err != nil || res.Stats.Compiled != 1 {
		t.Errorf("after one change %d files were compiled (%v), want 1", res.Stats.Compiled, err)
	}
	out := filepath.Join(t.TempDir(), "shop.dgm")
	if err := res.WriteFile(out); err != nil {
		t.Fatal(err)
	}
	b, err := bundle.OpenFile(out, bundle.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if code, _ := b.ReadFile(program.ScriptDir + "/u.js"); !strings.Contains(string(code), "exports.a = 3") {
		t.Errorf("script in the bundle = %q", code)
	}
	if _, err := Build(context.Background(), Options{Dir: filepath.Join(dir, "none")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v, want os.ErrNotExist", err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Build(ctx, Options{FS: mapFS(shop())}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
}

// TestPageEndings: a page that app.json names by its file is that page.
func TestPageEndings(t *testing.T) {
	t.Parallel()
	res, err := Build(context.Background(), Options{Dir: "x", FS: fstest.MapFS{
		"app.json":     {Data: []byte(`{"pages": ["pages/a.wxml", "pages/b"], "tabBar": {"list": [{"pagePath": "pages/a", "text": "A"}, {"pagePath": "pages/b", "text": "B"}]}}`)},
		"pages/a.wxml": {Data: []byte("<view/>")}, "pages/b.wxml": {Data: []byte("<view/>")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range res.Diagnostics {
		got = append(got, Format(d))
	}
	if len(got) != 1 || !strings.Contains(got[0], `page "pages/a.wxml" is named by its file`) {
		t.Errorf("diagnostics %q, want one that the page is named by its file", got)
	}
}

// TestFramework: a page that asks for glass-easel is compiled for it, whatever app.json says, and the other way round.
func TestFramework(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, app, page, want string }{
		{"nobody asks", ``, ``, "&lt;"},
		{"the app asks", `, "componentFramework": "glass-easel"`, ``, "<"},
		{"the app's renderer needs it", `, "renderer": "skyline"`, ``, "<"},
		{"the page asks", ``, `"componentFramework": "glass-easel"`, "<"},
		{"the page's renderer needs it", ``, `"renderer": "skyline"`, "<"},
		{"the page asks for the older one", `, "componentFramework": "glass-easel"`, `"componentFramework": "exparser"`, "&lt;"},
	} {
		res, err := Build(context.Background(), Options{Dir: "x", FS: fstest.MapFS{
			"app.json": {Data: []byte(`{"pages": ["a"]` + c.app + `}`)},
			"a.json":   {Data: []byte(`{` + c.page + `}`)}, "a.wxml": {Data: []byte("<text>&lt;</text>")},
		}})
		if err != nil {
			t.Fatal(err)
		}
		var file template.File
		if err := json.Unmarshal(res.Files[program.TemplateDir+"/a.wxml.json"], &file); err != nil {
			t.Fatal(err)
		}
		if got := file.Nodes[0].Children[0].Value.Const; got != c.want {
			t.Errorf("%s: the text is %q, want %q", c.name, got, c.want)
		}
	}
}
