package compiler

import (
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
