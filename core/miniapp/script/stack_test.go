package script

import (
	"strings"
	"testing"
)

// Wherever an error is thrown, its report names the author's file, line and column.
func TestAuthorsPlaces(t *testing.T) {
	t.Parallel()
	const boom = `throw new Error("boom")`
	minified := `/*! 最小化 */"use strict";exports.a=function(n){var t="中文😀中文";return n?t:function(){` + boom + `}()};` +
		`class A{static async b(){await null;const o={};return o.x.y}}exports.A=A;`
	tests := []struct {
		name  string
		files map[string]string
		file  string
		line  int
		at    string // the text at the place
		id    string
	}{
		{"minified npm, characters beyond ASCII before it", map[string]string{
			"pages/index.js":                 `const { a } = require("small"); Page({ onLoad() { a() } })`,
			"miniprogram_npm/small/index.js": minified,
		}, "miniprogram_npm/small/index.js", 1, `new Error("boom")`, "script-throw"},
		{"minified npm, lowered syntax, a promise", map[string]string{
			"pages/index.js":                 `const { A } = require("small"); Page({ onLoad() { A.b() } })`,
			"miniprogram_npm/small/index.js": minified,
		}, "miniprogram_npm/small/index.js", 1, "y}}exports", "unhandled-rejection"},
		{"a package required on the line", map[string]string{
			"pages/index.js":                 `const t = "中😀", { a } = require("small"), b = require('small'); Page({ onLoad() { null.x } })`,
			"miniprogram_npm/small/index.js": minified,
		}, "pages/index.js", 1, "x } })", "script-throw"},
		{"timer", map[string]string{"pages/index.js": "Page({ onLoad() {\n  setTimeout(() => {\n    " + boom + "\n  })\n} })"},
			"pages/index.js", 3, `new Error`, "script-throw"},
		{"TypeScript with types and decorations", map[string]string{
			"pages/index.ts": "interface A {\n  a: number\n}\ntype B = A | null\nPage({\n  onLoad(this: any): void {\n    const b = null as unknown as B\n    this.n = b!.a\n  },\n})",
		}, "pages/index.ts", 8, "a\n", "script-throw"},
		{"async generator", map[string]string{
			"pages/index.js": "Page({\n  async onLoad() {\n    async function* g() {\n      yield 1\n      " + boom + "\n    }\n    for await (const x of g()) void x\n  },\n})",
		}, "pages/index.js", 5, `new Error`, "unhandled-rejection"},
		{"component's lifetime", map[string]string{
			"pages/index.json": `{"usingComponents":{"c":"/c/c"}}`, "pages/index.wxml": "<c/>", "pages/index.js": "Page({})",
			"c/c.json": `{"component":true}`, "c/c.wxml": "", "c/c.js": "Component({\n  lifetimes: {\n    attached() { " + boom + " },\n  },\n})",
		}, "c/c.js", 3, `new Error`, "script-throw"},
		{"property observer", map[string]string{
			"pages/index.json": `{"usingComponents":{"c":"/c/c"}}`, "pages/index.wxml": `<c v="1"/>`, "pages/index.js": "Page({})",
			"c/c.json": `{"component":true}`, "c/c.wxml": "", "c/c.js": "Component({\n  properties: { v: { type: String, observer(v) { v.x.y } } },\n})",
		}, "c/c.js", 2, `y }`, "script-throw"},
		{"WXS file", map[string]string{
			"pages/index.js": "Page({})", "pages/index.wxml": `<wxs src="../lib.wxs" module="m"/><view>{{m.f(1)}}</view>`,
			"lib.wxs": "function f(n) {\n  var o;\n  return o.a.b;\n}\nmodule.exports = { f: f };",
		}, "lib.wxs", 3, "a.b", "script-throw"},
		{"inline WXS", map[string]string{
			"pages/index.js": "Page({})", "pages/index.wxml": "<view/>\n<wxs module=\"m\">\nfunction f(n) {\n  var o;\n  return o.a.b;\n}\nmodule.exports = { f: f };\n</wxs>\n<view>{{m.f(1)}}</view>",
		}, "pages/index.wxml", 5, "a.b", "script-throw"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.files["pages/index.wxml"] == "" {
				test.files["pages/index.wxml"] = ""
			}
			w, _ := open(t, test.files)
			w.realm.RunTimers()
			if len(w.errors) != 1 {
				t.Fatalf("reported %d errors, want 1: %+v", len(w.errors), w.errors)
			}
			e := w.errors[0]
			line := strings.Split(test.files[test.file], "\n")[test.line-1]
			column := len([]rune(line[:strings.Index(line+"\n", test.at)])) + strings.Count(line[:strings.Index(line+"\n", test.at)], "😀") + 1
			if e.ID != test.id || e.File != test.file || e.Line != test.line || e.Column != column {
				t.Errorf("%s at %s:%d:%d, want %s at %s:%d:%d\n%s\n%s", e.ID, e.File, e.Line, e.Column, test.id, test.file, test.line, column, e.Message, e.Stack)
			}
		})
	}
}
