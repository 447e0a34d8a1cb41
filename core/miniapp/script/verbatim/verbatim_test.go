package verbatim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/script/verbatim"
)

func TestFits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, src string
		want      bool
	}{
		{"nothing", "", true},
		{"CommonJS", "'use strict';\nvar a = require('./a');\nexports.b = function () { return a; };", true},
		{"newer syntax", "class A { #x = 1; static { } get y() { return this.#x ?? 0; } }\nlet {a, ...b} = {...c?.d};\nasync function f() { await 1; }\nfunction* g() { yield 1; }", true},
		{"a function in a block", "if (a) { function f() {} }", true},
		{"a regular expression", `var a = /^\d+(?<x>b)$/u.test(c)`, true},
		{"other letters", "var 中 = '文';", true},
		{"the end is a comment", "a() // b", true},
		{"an import", "import a from './a'", false},
		{"an export", "var a;\nexport { a }", false},
		{"a dynamic import", "import('./a')", false},
		{"an async generator", "async function* f() {}", false},
		{"for await", "async function f() { for await (const x of y) {} }", false},
		{"a return at the top", "return 1", false},
		{"an await at the top", "await a", false},
		{"out of the wrapper", "}); (function () {", false},
		{"types", "var a: number = 1", false},
		{"JSX", "var a = <b/>", false},
		{"declared twice", "let a; let a;", false},
		{"no strict mode", "with (a) { b }", false},
		{"an octal number", "var a = 010", false},
		{"delete a name", "delete a", false},
		{"not finished", "x(", false},
		{"a comment of HTML", "a <!--b\n", false},
		{"the other end of one", "x\n--> y", false},
		{"a hashbang", "#!/usr/bin/env node\nx", false},
		{"a byte order mark", "\ufeffx", false},
		{"no text", "var a = '\xff'", false},
		{"a flag that the engine does not know", "/a/v", false},
		{"too large", "/*" + strings.Repeat(" ", verbatim.MaxSize) + "*/", false},
		{"deep", strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200), true},
		{"too deep", strings.Repeat("(", 300) + "1" + strings.Repeat(")", 300), false},
	} {
		if got := verbatim.Fits(c.src); got != c.want {
			t.Errorf("%s: Fits(%.60q) = %v, want %v", c.name, c.src, got, c.want)
		}
	}
}

// TestHostile: a text that takes the engine's parser hours is not given to it.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"(", "[", "{", "!", "a=", "new ", "-", "a?", "()=>", "x=>", "if(1)", "{a:", "a:", "`${", "f(", "a.", "while(1)", "do ", "typeof ", "/a/;", `/\w/;`, "/[\\w-]+(a|b)/i;", "async x=>",
		"a?b:", "for(;;)", "if(1);else ", "a,", "a**", "'' + ", "var a;", "case 1:", "function f(){", "class A{", "x?.", "...", "yield ", "[...", "({a}=", "[a]=",
	} {
		start := time.Now()
		for _, n := range []int{250, 1000, 2000, verbatim.MaxSize / len(s)} { // up to each limit, and past it
			verbatim.Fits(strings.Repeat(s, n))
		}
		if took := time.Since(start); took > 3*time.Minute {
			t.Errorf("%q again and again: took %v", s, took)
		}
	}
}

// FuzzFits: what fits runs as a module's body, without leaving its wrapper.
func FuzzFits(f *testing.F) {
	f.Add("var a = require('./a'); module.exports = () => a ?? /b/")
	f.Add("}); (function () {")
	f.Add("x // y")
	f.Add("function f() { return `${a}` }")
	f.Fuzz(func(t *testing.T, src string) {
		if !verbatim.Fits(src) {
			return
		}
		wrapped := "(function (aside) {\"use strict\";\n" + src + "\n})"
		if _, err := goja.Compile("a.js", wrapped, false); err != nil && !strings.Contains(err.Error(), "aside") {
			t.Fatalf("fits, and does not compile as a module: %v", err)
		}
	})
}
