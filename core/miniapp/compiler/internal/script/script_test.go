package script

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

func compile(t *testing.T, name, src string) (*Result, []string) {
	t.Helper()
	var diags source.Diagnostics
	res := Compile(source.New(name, []byte(src)), false, &diags)
	var list []string
	for _, d := range diags.List {
		list = append(list, fmt.Sprintf("%s %s:%d:%d %s", d.ID, d.File, d.Line, d.Column, d.Message))
	}
	return res, list
}

func TestCompile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, src, want string }{
		{"as it is", "a.js", "var  a = require( './a' ), b", "\"use strict\";\nvar a = require(\"./a\"), b;\n"},
		{"strict", "a.cjs", "x()", "\"use strict\";\nx();\n"},
		{"modules", "a.js", "import {b} from './b'; export const c = b", `require("./b")`},
		{"dynamic import", "a.js", "import('./b').then(f)", `Promise.resolve().then(() => __toESM(require("./b")))`},
		{"new syntax", "a.ts", "a ??= {...b?.c}", "a = __spreadValues"},
		{"async generator", "a.js", "async function f(){ for await (const x of y) {} }", "__forAwait"},
		{"async stays", "a.js", "async function f(){ await x }", "async function f()"},
		{"types", "a.ts", "enum E { A } interface I {} export const f = (x: number): E => E.A as E", "E2[E2[\"A\"] = 0] = \"A\";"},
		{"json", "a.json", `{"a": 1}`, "module.exports = { a: 1 };"},
		{"environment", "a.js", "if (process.env.NODE_ENV !== 'production') f()", "if (false) f();"},
		{"characters", "a.ts", "x('中')", `x("中");`},
	} {
		res, diags := compile(t, c.file, c.src)
		if res == nil || !strings.Contains(res.Code, c.want) {
			t.Errorf("%s: got %v %v, want %q", c.name, res, diags, c.want)
		}
	}
}

func TestErrorsHavePlaces(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"let a;\n  let 中 = 1; let a;": "js-syntax p/a.js:2:18",
		"x(":                          "js-syntax p/a.js:1:3",
		"'\n'":                        "js-syntax p/a.js:1:2",
	} {
		res, diags := compile(t, "p/a.js", src)
		if res != nil || len(diags) == 0 || !strings.HasPrefix(diags[0], want) {
			t.Errorf("%q: %v, want %s", src, diags, want)
		}
	}
}

func TestRequires(t *testing.T) {
	t.Parallel()
	res, _ := compile(t, "a.js", "import a from 'a'; const b = require('./b'); require.async(\"./c\"); require('./b'); require('./d', f);\n"+
		"require('./l/' + x); require(`./m/${x}`); y.require('no'); myrequire('no'); require(z); require(`./t`)")
	got := fmt.Sprint(res.Requires)
	if want := "[{a false true} {./b false true} {./c false false} {./d false false} {./l/ true false} {./m/ true false} {./t false true}]"; got != want {
		t.Errorf("requires = %s\nwant       %s", got, want)
	}
	f := source.New("a.js", []byte("x; require('./b')"))
	if at := (Require{Spec: "./b"}).Offset(f); at != 11 {
		t.Errorf("offset = %d, want 11", at)
	}
	f = source.New("a.js", []byte("require . async( './b') || require('./b')"))
	for sync, want := range map[bool]int{false: 17, true: 35} {
		if at := (Require{Spec: "./b", Sync: sync}).Offset(f); at != want {
			t.Errorf("offset of a require with Sync = %v: %d, want %d", sync, at, want)
		}
	}
	code := Redirect(`require("@/x"); require.async("@/x"); require("@/x", f); require("@/xy"); _a.call(require, "@/x")`, "@/x", "/x")
	if want := `require("/x"); require.async("/x"); require("/x", f); require("@/xy"); _a.call(require, "/x")`; code != want {
		t.Errorf("Redirect = %s", code)
	}
}

func TestSourceMap(t *testing.T) {
	t.Parallel()
	res, _ := compile(t, "pages/a/a.ts", "const x: number = 1;\nfoo(x)")
	var m struct {
		Version  int
		Sources  []string
		Mappings string
	}
	if err := json.Unmarshal([]byte(res.Map), &m); err != nil || m.Version != 3 || m.Sources[0] != "pages/a/a.ts" || m.Mappings == "" {
		t.Errorf("source map = %s, %v", res.Map, err)
	}
}

func TestSloppy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{"leaked = 1", "\"use sloppy\";\nleaked = 1;\n"},
		{"'use strict'; leaked = 1", "\"use sloppy\";\n\"use strict\";\nleaked = 1;\n"},
		{"export const a = 1", "\"use strict\";\nvar __defProp"},
		{"  import './b'", "\"use strict\";\n"},
		{"important = exports", "\"use sloppy\";\n"},
	} {
		var diags source.Diagnostics
		res := Compile(source.New("a.js", []byte(c.src)), true, &diags)
		if res == nil || !strings.HasPrefix(res.Code, c.want) {
			t.Errorf("%q: %v %v, want it to begin with %q", c.src, res, diags.List, c.want)
		}
	}
}

// TestKept: what the engine takes as it is stays so, and what it requires is found as in code that was translated.
func TestKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, src string
		kept      bool
		requires  string
	}{
		{"CommonJS", "var a = require('./a'), b = require(\"./b\"); require.async('./c', f); require('./a')", true, "[{./a false true} {./b false true} {./c false false}]"},
		{"newer syntax", "const a = b?.c ?? {...d}; class E { f = 1 }", true, "[]"},
		{"a universal module", "typeof require === 'function' ? f(require) : g(x.require('./a'), myrequire('./b'), require$('./c'))", true, "[]"},
		{"a comment before", "/* a */ // b\nrequire('./a')", true, "[{./a false true}]"},
		{"in a comment", "a()\n// const b = require('./b')\n", false, "[]"},
		{"in a long comment", "/*\n * require('./b')\n */ a()", false, "[]"},
		{"in a comment that seems closed", "/*/ require('./b')\n */ a()", false, "[]"},
		{"with spaces", "require ('./a')", false, "[{./a false true}]"},
		{"async where it is known", "require.async?.('./b')", false, "[{./b false false}]"},
		{"async and require where they are known", "require?.async?.('./b').then(f)", false, "[{./b false false}]"},
		{"async of a computed name where it is known", "require.async?.(a)", false, "[]"},
		{"a call of something else with require", "a.call(require, './b')", true, "[]"},
		{"a choice", "require(a ? './b' : './c')", false, "[{./b false true} {./c false true}]"},
		{"a sum", "require('./' + 'a')", false, "[{./a false true}]"},
		{"a folder", "require('./a/' + b)", false, "[{./a/ true false}]"},
		{"an escape", "require('./\\x61')", false, "[{./a false true}]"},
		{"a template", "require(`./a`)", false, "[{./a false true}]"},
		{"a module", "import './a'", false, "[{./a false true}]"},
		{"a module below", "var a\n  export default a", false, "[]"},
		{"the mark of another mode", "\"use sloppy\"; a = 1", false, "[]"},
		{"the environment", "f(process.env.NODE_ENV)", false, "[]"},
		{"a function in a block", "if (a) { function f() {} }", true, "[]"},
	} {
		res, diags := compile(t, "a.js", c.src)
		if res == nil {
			t.Errorf("%s: %v", c.name, diags)
			continue
		}
		if kept := res.Map == ""; kept != c.kept || kept && res.Code != c.src {
			t.Errorf("%s: kept = %v, want %v: %s", c.name, kept, c.kept, res.Code)
		}
		if res.Requires == nil {
			res.Requires = []Require{}
		}
		if got := fmt.Sprint(res.Requires); got != c.requires {
			t.Errorf("%s: requires %s, want %s", c.name, got, c.requires)
		}
	}
}

// FuzzKept: a source that is kept requires what its translation does, or more: a word in a text.
func FuzzKept(f *testing.F) {
	f.Add("var a = require('./a'); /* require('./b') */ // require('./c')\nrequire.async(\"./d\")")
	f.Add("require(a ? 'b' : 'c'); require(`d`); `${require('e')}`")
	f.Add("a = /[/*]require('b')/; require('c')")
	f.Fuzz(func(t *testing.T, src string) {
		res := keep(src)
		if res == nil || isModule(src) {
			return
		}
		var diags source.Diagnostics
		made := translate(source.New("a.js", []byte(src)), false, &diags)
		if made == nil {
			t.Skip("the engine takes it and esbuild does not")
		}
		for _, r := range made.Requires {
			if !slices.Contains(res.Requires, r) {
				t.Fatalf("%q is kept without %v", src, r)
			}
		}
	})
}

func TestRedirected(t *testing.T) {
	t.Parallel()
	f := source.New("a/b.js", []byte("x\nvar a=require('p'),b=require.async(\"q\"),c=require('./r'); '中😀';d\ny\nrequire('p')"))
	res := Redirected(f, map[string]string{"p": "/n/p/index", "q": "/q"})
	if want := "x\nvar a=require(\"/n/p/index\"),b=require.async(\"/q\"),c=require('./r'); '中😀';d\ny\nrequire(\"/n/p/index\")"; res.Code != want {
		t.Errorf("code %s\nwant %s", res.Code, want)
	}
	// Lines 2 and 4 only. Behind the first edit, 12 columns of code are 3 of the source (YAAG).
	if want := `"mappings":";AACA,GAAG,CAAC,CAAC,CAAC,OAAO,CAAC,YAAG,CAAC,`; !strings.Contains(res.Map, want) || strings.Count(res.Map, ";") != 3 {
		t.Errorf("map %s\nwant %s", res.Map, want)
	}
}
