package wxs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// run evaluates a module as a realm would and gives what it exports as "out", as text.
func run(t *testing.T, src string) string {
	t.Helper()
	var diags source.Diagnostics
	res := Compile(source.New("a.wxs", []byte(src)), &diags)
	if res == nil {
		t.Fatalf("%s: %v", src, diags.List)
	}
	vm := goja.New()
	v, err := vm.RunString(`(function(){var module={exports:{}};(function(module){"use strict";` + res.Code + "\n})(module);return String(module.exports.out)})()")
	if err != nil {
		t.Fatalf("%s: %v\n%s", src, err, res.Code)
	}
	return v.String()
}

func TestConstructorIsTypeName(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`var a=[1]; module.exports.out = a.constructor`:                                "Array",
		`var a={b:[{c:1}]}; module.exports.out = a.b[0].constructor`:                   "Object",
		`function f(x){return x} module.exports.out = f("s").constructor`:              "String",
		`module.exports.out = [1].constructor === 'Array' && (1).constructor`:          "Number",
		`var o={f:function(){return true}}; module.exports.out = o.f().constructor`:    "Boolean",
		`module.exports.out = 'a'.constructor + "x.constructor" // y.constructor`:      "Stringx.constructor",
		`var a=[]; if (a.constructor == 'Array') { module.exports.out = 'yes' }`:       "yes",
		`function f(a){ return (a || []).constructor } module.exports.out = f()`:       "Array",
		`function f(){} module.exports.out = typeof f.constructor + f.constructor`:     "stringFunction",
		`var a = { x: 1 }; module.exports.out = a . /* c */ constructor`:               "Object",
		`var a = {}; a.constructor = 5; module.exports.out = 'set'`:                    "set",
		`var m={a:1}; module.exports.out = m['a'].constructor == 'Number' ? 'n' : 'x'`: "n",
	} {
		if got := run(t, src); got != want {
			t.Errorf("%s\n got %q, want %q", src, got, want)
		}
	}
}

func TestReservedWordsAsNames(t *testing.T) {
	t.Parallel()
	src := `var class = 'a'; var o = {class: 'b', super: 'c'}; var enum = o.class; module.exports.out = class + enum + (class ? o.super : class)`
	if got := run(t, src); got != "abc" {
		t.Errorf("got %q, want abc", got)
	}
}

func TestLinesStay(t *testing.T) {
	t.Parallel()
	src := "\n\nvar a = 1;\nmodule.exports = { t: a.constructor };\n"
	var diags source.Diagnostics
	res := Compile(source.New("a.wxs", []byte(src)), &diags)
	if got := strings.Split(res.Code, "\n")[3]; got != "module.exports = { t: __wxsCtor(a) };" {
		t.Errorf("line 4 = %q", got)
	}
}

func TestRequiresAndErrors(t *testing.T) {
	t.Parallel()
	var diags source.Diagnostics
	res := Compile(source.New("a.wxs", []byte(`var a = require("./b.wxs"); // require('no')
var c = require('../c.wxs')`)), &diags)
	if got := fmt.Sprint(res.Requires); got != "[{./b.wxs false false} {../c.wxs false false}]" {
		t.Errorf("requires = %s", got)
	}
	if Compile(source.New("a.wxs", []byte("var 中 = 1;\nvar x = '中' +;")), &diags) != nil || len(diags.List) != 1 {
		t.Fatalf("diagnostics = %v, want one", diags.List)
	}
	if d := diags.List[0]; d.Line != 2 || d.Column != 14 || d.ID != "js-syntax" {
		t.Errorf("diagnostic = %+v, want js-syntax at 2:14", d)
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"a.constructor", "var x=[].constructor", "require('./a')", "((a)).constructor", "'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var diags source.Diagnostics
		file := source.New("a.wxs", []byte(s))
		if res := Compile(file, &diags); res != nil {
			var again source.Diagnostics
			if strings.Contains(s, "/") || strings.Contains(s, "`") || strings.Contains(s, "<") || strings.Contains(s, "class") || strings.Contains(s, "@") {
				return // regular expressions, comments and later syntax are no part of the dialect
			}
			_ = Compile(source.New("b.wxs", []byte(res.Code)), &again)
		}
	})
}
