package compiler

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// folder writes a project to a folder, with npm packages in it.
func folder(t *testing.T, files map[string]string, packages ...string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	for _, spec := range packages {
		from := npmtest.Dir(npmtest.Install(t, spec), spec)
		to := filepath.Join(dir, "node_modules", filepath.Base(from))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(from, to); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// sheetProject is a project whose every style sheet is of a preprocessor.
func sheetProject() map[string]string {
	return map[string]string{
		"project.config.json":  `{"miniprogramRoot":"mp/","setting":{"useCompilerPlugins":["typescript","sass","less"]}}`,
		"mp/app.json":          `{"pages":["a","b","c"]}`,
		"mp/app.ts":            `App<{ n: number }>({ n: 1 as number })`,
		"mp/app.scss":          "@use \"/styles/vars\" as v;\npage { color: v.$c }",
		"mp/styles/_vars.scss": "$c: red;\n@mixin wide { width: 750rpx }",
		"mp/styles/plain.wxss": ".plain { width: 10rpx }",
		"mp/styles/l.less":     ".m() { height: 3rpx }",
		"mp/a.wxml":            "<view/>", "mp/b.wxml": "<view/>", "mp/c.wxml": "<view/>",
		"mp/a.scss": "@import './styles/vars', '/styles/plain.wxss';\n.a { @include wide; &.hover { margin: -1rpx } .b { background: url(/img/x.png) } }",
		"mp/b.less": "@import '/styles/l.less';\n.b { .m(); .c { color: blue } }",
		"mp/c.styl": ".c\n  width 4rpx\n  .d\n    color red\n",
	}
}

func css(t *testing.T, res *Result, key string) string {
	t.Helper()
	var style program.Style
	if err := json.Unmarshal(res.Files["_dougong/styles/"+key+".json"], &style); err != nil {
		t.Fatalf("style %s: %v", key, err)
	}
	return style.CSS
}

func TestPreprocessors(t *testing.T) {
	t.Parallel()
	dir := folder(t, sheetProject(), npmtest.Sass, npmtest.Less, npmtest.Stylus)
	br := NewBuilder(Options{Dir: dir})
	build := func() *Result {
		t.Helper()
		res, err := br.Build(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	res := build()
	for _, d := range res.Diagnostics {
		t.Errorf("diagnostic %s", Format(d))
	}
	for key, want := range map[string]string{
		"app": "dg-page{color:red;}",
		"a":   ".plain{width:1.333333vw;}\n.a{width:100vw;}\n.a.hover{margin:-0.133333vw;}\n.a .b{background:url(\"/img/x.png\");}",
		"b":   ".b{height:0.4vw;}\n.b .c{color:blue;}",
		"c":   ".c{width:0.533333vw;}\n.c .d{color:#f00;}",
	} {
		if got := css(t, res, key); got != want {
			t.Errorf("%s: %s\nwant %s", key, got, want)
		}
	}
	write(t, filepath.Join(dir, "mp/styles/_vars.scss"), "$c: green; @mixin wide { width: 1rpx }")
	if res = build(); css(t, res, "app") != "dg-page{color:green;}" || !strings.Contains(css(t, res, "a"), ".a{width:0.133333vw;}") {
		t.Errorf("a changed partial is not seen: %s %s", css(t, res, "app"), css(t, res, "a"))
	}
	if res.Stats.Compiled > 3 {
		t.Errorf("%d files compiled anew for one partial of two style sheets", res.Stats.Compiled)
	}
}

func TestPreprocessorMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, text, want string }{
		"sass":         {"mp/a.scss", ".a {\n  color: $none;\n}", "a.scss:2:10: error: Undefined variable. [style-syntax]"},
		"sass partial": {"mp/styles/_vars.scss", "$c: red;\n@mixin wide {\n  width: }}", "styles/_vars.scss:3:"},
		"less":         {"mp/b.less", ".b {\n  .none();\n}", "b.less:2:3: error: .none is undefined [style-syntax]"},
		"stylus":       {"mp/c.styl", ".c\n  width 1px\n @@", "c.styl:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := sheetProject()
			files[c.file] = c.text
			res, err := Build(context.Background(), Options{Dir: folder(t, files, npmtest.Sass, npmtest.Less, npmtest.Stylus)})
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Diagnostics) == 0 || !strings.HasPrefix(Format(res.Diagnostics[0]), c.want) {
				t.Errorf("diagnostics %+v, want %q", res.Diagnostics, c.want)
			}
		})
	}
}

// TestPreprocessorMissing: without a compiler the pages open unstyled, and one diagnostic says what to do.
func TestPreprocessorMissing(t *testing.T) {
	t.Setenv("DOUGONG_TOOLS", t.TempDir())
	dir := folder(t, sheetProject(), npmtest.Less, npmtest.Stylus)
	br := NewBuilder(Options{Dir: dir})
	res, err := br.Build(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Diagnostics) != 1 {
		t.Fatalf("diagnostics %+v, want one", res.Diagnostics)
	}
	d := res.Diagnostics[0]
	if d.ID != "style-preprocessor" || d.Severity != "warning" || d.File != "a.scss" || !strings.Contains(d.Message, "2 style sheets") || !strings.Contains(d.Hint, "npm install --save-dev sass") {
		t.Errorf("diagnostic %+v", d)
	}
	if got := css(t, res, "a"); got != "" {
		t.Errorf("css of what does not compile: %s", got)
	}
	tools := npmtest.Install(t, npmtest.Sass)
	t.Setenv("DOUGONG_TOOLS", tools) // as after npm install --prefix
	if res, err = br.Build(context.Background()); err != nil || len(res.Diagnostics) != 0 || css(t, res, "app") != "dg-page{color:red;}" {
		t.Errorf("with the compiler among the tools: %v %+v", err, res.Diagnostics)
	}
	t.Setenv("PATH", "")
	res, err = Build(context.Background(), Options{Dir: dir})
	if err != nil || len(res.Diagnostics) != 1 || !strings.Contains(res.Diagnostics[0].Hint, "install Node.js") || !strings.Contains(res.Diagnostics[0].Message, "4 style sheets") {
		t.Errorf("without Node.js: %v %+v", err, res.Diagnostics)
	}
}
