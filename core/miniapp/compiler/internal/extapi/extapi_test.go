package extapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/extapi"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

func read(text string) (apis, warnings string) {
	var diags source.Diagnostics
	for _, a := range extapi.Parse(source.New(extapi.FileName, []byte(text)), &diags) {
		apis += a.Name
		if a.Sync {
			apis += "!"
		}
		apis += " "
	}
	for _, d := range diags.List {
		warnings += fmt.Sprintf("%d:%d %s %s\n", d.Line, d.Column, d.ID, d.Message)
	}
	return strings.TrimSpace(apis), warnings
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, apis, warning string }{
		{"as documented", "module.exports = {\n  extApi: [\n    { // 普通交互API\n      name: 'onCustomEvent', //扩展api名\n      sync: false, //是否为同步api\n      params: { url: '' },\n    },\n  ],\n}", "onCustomEvent", ""},
		{"sync", `module.exports = {extApi: [{name: "a", sync: true}, {"name": 'b', 'sync': false}]};`, "a! b", ""},
		{"functions beside", "module.exports = { extApi: [ { name: 'testApi', fn: function (params) { this.showToast({a: [1]}) }, params: {title: ''} }, { name: 'b', fn(x) { return `}` }, params: (x) => ({}) } ] }", "testApi b", ""},
		{"export default", "const x = 1\nexport default { extApi: [{ name: `a` }] }", "a", ""},
		{"other keys first", "'use strict'; /* module.exports = {} */\nmodule.exports = { other: [ {}, 1, 'x' ], extApi: [ {name: 'a', }, ], }", "a", ""},
		{"no extApi", "module.exports = {}", "", ""},
		{"no export", "var a = 1", "", "1:1 extapi-no-export"},
		{"a variable", "const c = {}\nmodule.exports = c", "", "2:18 extapi-no-export"},
		{"a list elsewhere", "module.exports = {\n extApi: list }", "", "2:10 extapi-list"},
		{"a spread entry", "module.exports = { extApi: [...more, {name: 'a'}] }", "a", "1:29 extapi-entry"},
		{"a computed name", "module.exports = { extApi: [{name: 'a' + b}, {name: x.y}, {name: `a${b}`}, {sync: true}, {name: 'z'}] }", "z", "extapi-name"},
		{"no name", "module.exports = { extApi: [{name: 'a b'}, {name: ''}] }", "", "1:36 extapi-name"},
		{"twice", "module.exports = { extApi: [{name: 'a'}, {name: 'a', sync: true}] }", "a", "1:49 extapi-twice"},
		{"sync of another kind", "module.exports = { extApi: [{name: 'a', sync: 1}] }", "a", "1:47 extapi-sync"},
		{"cut off", "module.exports = { extApi: [{name: 'a'}, {name: 'b'", "a", "extapi-syntax"},
		{"an open text", "module.exports = { extApi: [{name: 'a'}, {name: 'b\n", "a", "1:49 extapi-syntax"},
		{"escapes", `module.exports = { extApi: [{name: '\x61\u0062\
c'}] }`, "abc", ""},
		{"too deep", "module.exports = { extApi: [{name: 'a', params: " + strings.Repeat("[", 300), "a", "extapi-syntax"},
		{"crossed brackets", "module.exports = {extApi: [{name: 'a'}, {name:]'b'}]}", "a", "1:47 extapi-syntax"},
		{"empty", "", "", "extapi-no-export"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			apis, warnings := read(c.text)
			if apis != c.apis || c.warning == "" && warnings != "" || !strings.Contains(warnings, c.warning) {
				t.Errorf("got %q, %s\nwant %q, %s", apis, warnings, c.apis, c.warning)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"module.exports = {extApi: [{name: 'a', sync: true, fn() {}, ...x}]}", "export default {extApi: [`${a}`, /* */ {}]}", "module.exports = {'\\u{1}': ["} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var diags source.Diagnostics
		file := source.New(extapi.FileName, []byte(text))
		if list := extapi.Parse(file, &diags); len(list) > extapi.MaxAPIs {
			t.Fatalf("%d APIs", len(list))
		}
		for _, d := range diags.List {
			if d.Line < 1 || d.Column < 1 || file.Offset(d.Line, 1) > len(file.Text) {
				t.Fatalf("a warning outside of the file: %+v", d)
			}
		}
	})
}
