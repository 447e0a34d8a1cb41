package compiler

import (
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// TestMissingPackages: whatever is missing, one diagnostic says what to install.
func TestMissingPackages(t *testing.T) {
	t.Parallel()
	files := func() map[string]string {
		return map[string]string{
			"app.json": `{"pages":["a"]}`, "a.wxml": "<b/><c/>",
			"a.json": `{"usingComponents":{"b":"@vant/weapp/button/index","c":"./gone"}}`,
			"a.js":   "import d from 'dayjs/min'; require('@vant/weapp/x'); require('./gone'); Page({})",
		}
	}
	for _, c := range []struct{ name, file, text, want, hint string }{
		{"declared", "package.json", `{"dependencies":{"@vant/weapp":"1"},"devDependencies":{"dayjs":"1"}}`, "package.json npm-not-installed 2 npm packages of package.json are not installed: @vant/weapp, dayjs", "run npm install in"},
		{"not declared", "x.txt", "", "app.json npm-not-declared no files for @vant/weapp, dayjs, which no package.json lists", "run npm install @vant/weapp dayjs,"},
		{"broken package.json", "package.json", `{`, "app.json npm-not-declared no files for @vant/weapp, dayjs, which no package.json lists", "run npm install"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			all := files()
			all[c.file] = c.text
			res, err := buildFiles(t, all)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range res.Diagnostics {
				if strings.HasPrefix(d.ID, "npm-") {
					got = append(got, d.File+" "+d.ID+" "+d.Message)
					if !strings.Contains(d.Hint, c.hint) {
						t.Errorf("hint %q, want %q in it", d.Hint, c.hint)
					}
				}
			}
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("diagnostics %q, want %q", got, c.want)
			}
		})
	}
}

// TestPackageLacks: a package that is installed is not said to be missing if it lacks a file.
func TestPackageLacks(t *testing.T) {
	t.Parallel()
	res, err := buildFiles(t, map[string]string{
		"app.json": `{"pages":["a"],"usingComponents":{"x":"parts/miniprogram_dist/x","y":"built/y"}}`, "a.wxml": "<x/><y/>",
		"a.js":                            "require('whole/lib/gone'); require('parts'); Page({})",
		"package.json":                    `{"dependencies":{"parts":"1","whole":"1","built":"1","none":"1"}}`,
		"node_modules/parts/package.json": `{"miniprogram":"miniprogram_dist"}`,
		"node_modules/parts/miniprogram_dist/x.json": `{"component":true}`,
		"node_modules/whole/package.json":            `{}`,
		"miniprogram_npm/built/index.js":             ``,
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range res.Diagnostics {
		if strings.HasPrefix(d.ID, "npm-") {
			got = append(got, d.File+" "+d.ID+" "+d.Message)
			if share := strings.Contains(d.Hint, "only the folder miniprogram_dist"); share != strings.Contains(d.Message, "parts is") {
				t.Errorf("hint %q of %q", d.Hint, d.Message)
			}
		}
	}
	want := []string{
		"miniprogram_npm/built/package.json npm-path-missing built is installed, but miniprogram_npm/built has no y",
		"node_modules/parts/package.json npm-path-missing parts is installed, but node_modules/parts/miniprogram_dist has no main module",
		"node_modules/whole/package.json npm-path-missing whole is installed, but node_modules/whole has no lib/gone",
	}
	if !slices.Equal(got, want) {
		t.Errorf("diagnostics\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAsyncWhereKnown: what only require.async?.(…) names is compiled and found, by the compiler's path too.
func TestAsyncWhereKnown(t *testing.T) {
	t.Parallel()
	res, err := buildFiles(t, map[string]string{
		"app.json": `{"pages":["a"],"subPackages":[{"root":"s","pages":["p"]}],"resolveAlias":{"~/*":"/s/*"}}`, "a.wxml": "<view/>", "s/p.wxml": "<view/>", "s/p.js": "Page({})",
		"a.js": "require.async?.('./s/one'); require.async?.('~/two'); Page({})", "s/one.js": "", "s/two.js": "",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"s/one", "s/two"} {
		if _, ok := res.Files[program.ScriptDir+"/"+name+".js"]; !ok {
			t.Errorf("%s is not in the bundle", name)
		}
	}
	if code := string(res.Files[program.ScriptDir+"/a.js"]); !strings.Contains(code, `.call(require, "/s/two")`) {
		t.Errorf("the alias is not resolved: %s", code)
	}
}

// TestPackageFields: what package.json says of a package without Node, and of a folder's main module, is followed.
func TestPackageFields(t *testing.T) {
	t.Parallel()
	res, err := buildFiles(t, map[string]string{
		"app.json": `{"pages":["a"]}`, "a.wxml": "<view/>",
		"a.js": "require('http'); require('http/sub'); require('http/other'); require('odd'); Page({})",
		"node_modules/http/package.json": `{"main":"./lib/main.js","browser":{"./lib/node.js":"./lib/web/xhr.js","./lib/inspect":false,"crypto":false,
			"./lib/self.js":"./lib/self.js","./lib/out.js":"../../up.js","./lib/n.js":3}}`,
		"node_modules/http/lib/main.js":        "require('./node'); require('./inspect'); require('crypto'); require('./self'); require('./out'); require('./n')",
		"node_modules/http/lib/node.js":        "require('net')",
		"node_modules/http/lib/inspect.js":     "require('util')",
		"node_modules/http/lib/web/xhr.js":     "module.exports = 'xhr'",
		"node_modules/http/lib/self.js":        "",
		"node_modules/http/lib/n.js":           "",
		"node_modules/http/up.js":              "",
		"node_modules/http/sub/package.json":   `{"main":"../dist/sub.js"}`,
		"node_modules/http/dist/sub.js":        "",
		"node_modules/http/other/package.json": `{"main":"./gone.js"}`,
		"node_modules/http/other/index.js":     "",
		"node_modules/odd/package.json":        `{"browser":"./window.js"}`,
		"node_modules/odd/index.js":            "",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		t.Errorf("%s:%d: %s", d.File, d.Line, d.Message)
	}
	for name, want := range map[string]string{
		"lib/node.js": `require("./../lib/web/xhr.js")`, "lib/inspect.js": "exports = {}", "miniprogram_npm/crypto/index.js": "exports = {}",
		"lib/out.js": `require("./../up.js")`, "sub/index.js": `require("./../dist/sub.js")`, "other/index.js": "",
	} {
		code, ok := res.Files[program.ScriptDir+"/miniprogram_npm/http/"+name]
		if !ok || !strings.Contains(strings.ReplaceAll(string(code), "'", `"`), want) {
			t.Errorf("%s is %q (%v), want %s in it", name, code, ok, want)
		}
	}
}
