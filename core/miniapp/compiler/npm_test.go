package compiler

import (
	"strings"
	"testing"
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
