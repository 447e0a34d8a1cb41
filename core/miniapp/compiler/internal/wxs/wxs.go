// Package wxs compiles template scripts (WXS, FTS): a small dialect of JavaScript that runs beside the templates.
//
// The text is kept as it is, so that positions in errors are the author's; only what the dialect gives another meaning is
// rewritten: x.constructor is the name of x's type, a text.
package wxs

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/script"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// Result is a compiled module: CommonJS, to be wrapped in a function of require, module, exports, getRegExp, getDate.
type Result struct {
	Code     string
	Requires []script.Require
}

// Compile compiles one module; nil if it does not compile.
func Compile(f *source.File, diags *source.Diagnostics) *Result {
	src := f.Text
	var mistakes source.Diagnostics
	if !script.Check(f, &mistakes) {
		src = renameReserved(f.Text)
		if src == f.Text || !script.Check(source.New(f.Path, []byte(src)), &source.Diagnostics{}) {
			diags.List = append(diags.List, mistakes.List...)
			return nil
		}
	}
	text := keepEscapes(src)
	return &Result{Code: rewriteConstructor(text, scan(text)), Requires: requires(scan(src))}
}

// reserved are words that JavaScript keeps for itself and the dialect does not: "var class" is fine there.
var reserved = map[string]bool{
	"class": true, "enum": true, "extends": true, "super": true, "const": true, "let": true, "import": true, "export": true, "static": true, "yield": true,
	"await": true, "interface": true, "package": true, "private": true, "protected": true, "public": true, "implements": true, "with": true, "throw": true,
}

// renameReserved gives variables with such names another one. Members and keys may have them in JavaScript, too.
func renameReserved(src string) string {
	toks := scan(src)
	var b strings.Builder
	at := 0
	for i, t := range toks {
		member := i > 0 && toks[i-1].text == "."
		key := i > 0 && i+1 < len(toks) && toks[i+1].text == ":" && (toks[i-1].text == "{" || toks[i-1].text == ",")
		if reserved[t.text] && !member && !key {
			b.WriteString(src[at:t.end] + "_")
			at = t.end
		}
	}
	return b.String() + src[at:]
}

// typeName is what x.constructor becomes a call of. It is a declaration, so it may stand at the end and move no line.
const typeName = `
function __wxsCtor(v) { if (v === null || v === undefined) return v.constructor;
if (Array.isArray(v)) return "Array"; if (v instanceof Date) return "Date"; if (v instanceof RegExp) return "RegExp";
var t = typeof v; return t === "object" ? "Object" : t.charAt(0).toUpperCase() + t.slice(1); }`

// tok is a token: a word, a text in quotes, or a single other character.
type tok struct {
	text       string
	start, end int
}

// scan splits source into tokens without white space and comments. The dialect has no regular expression literals, so
// a slash is a comment or a division.
func scan(src string) []tok {
	var out []tok
	for i := 0; i < len(src); {
		start := i
		switch c := src[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case strings.HasPrefix(src[i:], "//"):
			i = until(src, i, "\n")
			continue
		case strings.HasPrefix(src[i:], "/*"):
			i = until(src, i+2, "*/")
			continue
		case c == '"' || c == '\'' || c == '`':
			i = closing(src, i)
		case isWord(c):
			for i < len(src) && isWord(src[i]) {
				i++
			}
		default:
			i++
		}
		out = append(out, tok{src[start:i], start, i})
	}
	return out
}

func until(src string, i int, end string) int {
	if n := strings.Index(src[i:], end); n >= 0 {
		return i + n + len(end)
	}
	return len(src)
}

func closing(src string, i int) int {
	quote := src[i]
	for i++; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(src)
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// rewriteConstructor turns "expr.constructor" into "__wxsCtor(expr)".
func rewriteConstructor(src string, toks []tok) string {
	type edit struct {
		at, end int
		text    string
	}
	var edits []edit
	for i := 1; i+1 < len(toks); i++ {
		if toks[i].text != "." || toks[i+1].text != "constructor" || assigned(toks, i+2) {
			continue
		}
		start := operand(toks, i-1)
		if start < 0 {
			continue
		}
		edits = append(edits, edit{toks[start].start, toks[start].start, "__wxsCtor("}, edit{toks[i].start, toks[i+1].end, ")"})
	}
	if len(edits) == 0 {
		return src
	}
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.at < at {
			return src // one inside the other, as in a.constructor[b.constructor]: not worth a rewrite
		}
		b.WriteString(src[at:e.at] + e.text)
		at = e.end
	}
	return b.String() + src[at:] + typeName
}

func assigned(toks []tok, i int) bool {
	return i < len(toks) && toks[i].text == "=" && (i+1 == len(toks) || toks[i+1].text != "=")
}

// operand finds where the member expression that ends at token i begins; -1 if it is nothing simple.
func operand(toks []tok, i int) int {
	for i >= 0 {
		switch t := toks[i].text; {
		case t == ")" || t == "]":
			if i = opening(toks, i); i < 0 {
				return -1
			}
			if i > 0 && callable(toks[i-1].text) {
				i--
				continue
			}
		case isWord(t[0]) || t[0] == '"' || t[0] == '\'':
		default:
			return -1
		}
		if i >= 2 && toks[i-1].text == "." {
			i -= 2
			continue
		}
		return i
	}
	return -1
}

// callable tells whether a bracket behind the token belongs to it.
func callable(t string) bool {
	switch t {
	case "return", "typeof", "case", "in", "else", "if", "while", "for", "switch", "void", "delete", "new", "do":
		return false
	}
	return t == ")" || t == "]" || isWord(t[0])
}

func opening(toks []tok, i int) int {
	depth := 0
	for ; i >= 0; i-- {
		switch toks[i].text {
		case ")", "]", "}":
			depth++
		case "(", "[", "{":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func requires(toks []tok) []script.Require {
	var out []script.Require
	for i := 0; i+3 < len(toks); i++ {
		arg := toks[i+2].text
		if toks[i].text == "require" && toks[i+1].text == "(" && toks[i+3].text == ")" && len(arg) > 2 && (arg[0] == '"' || arg[0] == '\'') {
			out = append(out, script.Require{Spec: arg[1 : len(arg)-1]})
		}
	}
	return out
}
