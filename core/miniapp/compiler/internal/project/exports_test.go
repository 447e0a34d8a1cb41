package project

import (
	"encoding/json"
	"testing"
	"testing/fstest"
)

func TestExported(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, exports, sub, want string }{
		{"a text", `"./dist/a.js"`, "index.js", "dist/a.js"},
		{"conditions", `{"node":"./n.js","default":"./d.js"}`, "index.js", "d.js"},
		{"conditions of the package itself", `{".":{"node":{"default":"./n.js"},"import":{"types":"./i.d.ts","default":"./i.js"}}}`, "index.js", "i.js"},
		{"a path", `{".":"./a.js","./sub":{"require":"./lib/sub.js"}}`, "sub.js", "lib/sub.js"},
		{"a path that is a folder's", `{"./sub":"./lib/sub.js"}`, "sub/index.js", "lib/sub.js"},
		{"a path with its ending", `{"./sub.js":"./lib/sub.js"}`, "sub.js", "lib/sub.js"},
		{"a path that is not there", `{".":"./a.js"}`, "sub.js", ""},
		{"nothing for this kind", `{"node":"./n.js"}`, "index.js", ""},
		{"out of the package", `"./../../up.js"`, "index.js", "up.js"},
		{"not a path", `{".":"other"}`, "index.js", ""},
		{"not an object", `3`, "index.js", ""},
		{"broken", `{`, "index.js", ""},
		{"none", ``, "index.js", ""},
	} {
		if got := exported(json.RawMessage(c.exports), c.sub); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestPackageWithExports: a package that has neither main nor index.js is found by its exports; one that has is not changed by them.
func TestPackageWithExports(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"node_modules/new/package.json": `{"exports":{".":{"node":"./n.js","default":"./d/main.js"},"./part":"./d/part.js","./gone":"./gone.js"}}`,
		"node_modules/new/d/main.js":    "",
		"node_modules/new/d/part.js":    "",
		"node_modules/old/package.json": `{"main":"./m.js","exports":{".":"./other.js"}}`,
		"node_modules/old/m.js":         "",
		"node_modules/old/other.js":     "",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	p := New(files, ".", nil, nil)
	for name, want := range map[string]string{
		"new/index.js":  "module.exports = require(\"./d/main.js\");\n",
		"new/part.js":   "module.exports = require(\"./d/part.js\");\n",
		"new/gone.js":   "",
		"new/d/part.js": "",
		"old/index.js":  "module.exports = require(\"./m.js\");\n",
	} {
		f, ok := p.Read("miniprogram_npm/" + name)
		if wantFile := name != "new/gone.js"; ok != wantFile {
			t.Errorf("%s: there = %v", name, ok)
		} else if ok && string(f.Data) != want {
			t.Errorf("%s: %q, want %q", name, f.Data, want)
		}
	}
}

// FuzzExported: whatever package.json says, a path stays in the package.
func FuzzExported(f *testing.F) {
	f.Add([]byte(`{".":{"import":"./a.js"}}`), "index.js")
	f.Fuzz(func(t *testing.T, exports []byte, sub string) {
		if got := exported(exports, sub); len(got) > 1 && (got[0] == '/' || got == ".." || len(got) > 2 && got[:3] == "../") {
			t.Errorf("%s in %s: %q", sub, exports, got)
		}
	})
}
