package expr

import (
	"errors"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// Context says where a text stands, for positions and diagnostics.
type Context struct {
	File *source.File
	// Source is the index that positions carry (template.File.Sources).
	Source int
	Diags  *source.Diagnostics
	// Decode resolves character references and escapes in the parts outside of {{ }}.
	Decode func(string) string
}

// Text parses a text or attribute value at an offset of the file. One "{{…}}" and nothing else gives that expression's
// value; mixed text gives a string. A mistake is reported and reads as undefined.
func (c *Context) Text(text string, offset int) *template.Expr {
	e := c.text(text, offset)
	e.SetReads()
	return e
}

// Between is Text for what stands between tags, where decode says what the parts outside of {{ }} mean.
func (c *Context) Between(text string, offset int, decode func(string) string) *template.Expr {
	between := *c
	between.Decode = decode
	return between.Text(text, offset)
}

// Object parses the data of a template use: "{{a, b: c, ...d}}", where "{{a}}" means {a: a}. It gives nil for an empty
// value.
func (c *Context) Object(text string, offset int) *template.Expr {
	lead := len(text) - len(strings.TrimLeft(text, " \t\r\n"))
	text, offset = strings.TrimSpace(text), offset+lead
	if text == "" {
		return nil
	}
	closing := 0
	if strings.HasPrefix(text, "{{") {
		closing = mustacheEnd(text, 0)
	}
	if closing != len(text) {
		c.Diags.Error(c.File, offset, "wxml-template-data", `write data="{{a, b: c}}"`, "template data must be one {{…}}, got %q", clip(text))
		return nil
	}
	e := c.mustache(text[2:closing-2], offset+2, true)
	e.SetReads()
	return e
}

func (c *Context) text(text string, offset int) *template.Expr {
	pos := c.pos(offset)
	if !strings.Contains(text, "{{") {
		return template.Constant(c.decode(text), pos(0))
	}
	parts := c.split(text, offset)
	if len(parts) == 1 {
		return parts[0]
	}
	cat := &template.Expr{Op: template.OpConcat, Pos: pos(0)}
	for _, part := range parts {
		v, static := part.Static()
		if n := len(cat.X); static && n > 0 {
			if last, ok := cat.X[n-1].Static(); ok {
				cat.X[n-1] = template.Constant(value.Text(last)+value.Text(v), cat.X[n-1].Pos)
				continue
			}
		}
		cat.X = append(cat.X, part)
	}
	return fold(cat)
}

// split cuts a text into constant parts and expressions.
func (c *Context) split(text string, offset int) []*template.Expr {
	pos := c.pos(offset)
	var parts []*template.Expr
	for i := 0; i < len(text); {
		open := strings.Index(text[i:], "{{")
		if open < 0 {
			return append(parts, template.Constant(c.decode(text[i:]), pos(i)))
		}
		if open > 0 {
			parts = append(parts, template.Constant(c.decode(text[i:i+open]), pos(i)))
			i += open
		}
		closing := mustacheEnd(text, i)
		if closing < 0 {
			c.Diags.Error(c.File, offset+i, "wxml-unclosed-mustache", `close it with "}}"`, `"{{" without "}}" in %q`, clip(text[i:]))
			return append(parts, template.Constant(nil, pos(i)))
		}
		parts = append(parts, c.mustache(text[i+2:closing-2], offset+i+2, false))
		i = closing
	}
	return parts
}

// mustache parses what stands between {{ and }}. Outside of template data, too, "a: b", "a, b" and "...a" are objects.
func (c *Context) mustache(src string, offset int, data bool) *template.Expr {
	pos := c.pos(offset)
	if strings.TrimSpace(src) == "" {
		return template.Constant(nil, pos(0))
	}
	e, err := parseMustache(src, pos, data)
	if err != nil {
		at, hint := offset, ""
		if se := (*syntaxError)(nil); errors.As(err, &se) {
			at, hint = offset+se.at, se.hint
		}
		c.Diags.Error(c.File, at, "wxml-expression", hint, "%s in {{%s}}", err.Error(), clip(src))
		return template.Constant(nil, pos(0))
	}
	return e
}

func parseMustache(src string, pos func(int) template.Pos, data bool) (*template.Expr, error) {
	p, err := newParser(src, pos)
	if err != nil {
		return nil, err
	}
	var e *template.Expr
	if !p.is("...") {
		if e, err = p.expression(); err != nil {
			return nil, err
		}
		_, constant := e.Static()
		field := e.Op == template.OpIdent || constant // may be the name of one
		if !p.is(",") && !(p.is(":") && field) && !(data && e.Op == template.OpIdent) {
			if p.tok.kind != end {
				return nil, p.unexpected("expected an operator")
			}
			return e, nil
		}
	}
	if p, err = newParser(src, pos); err != nil {
		return nil, err
	}
	return p.objectBody("")
}

// MaxMustache is the longest {{…}}, in bytes.
const MaxMustache = 64 << 10

// mustacheEnd finds the offset behind the "}}" that closes the "{{" at start, minding quotes and braces; -1 if there is
// none. Where quotes or braces do not pair up the first "}}" closes, so that the parser can say what is wrong inside.
func mustacheEnd(text string, start int) int {
	text = text[:min(len(text), start+MaxMustache)]
	depth := 0
	for i := start + 2; i < len(text); i++ {
		switch c := text[i]; c {
		case '\'', '"', '`':
			n := quoteEnd(text, i)
			if n < 0 {
				return firstEnd(text, start)
			}
			i = n
		case '{':
			depth++
		case '}':
			if depth > 0 {
				depth--
			} else if i+1 < len(text) && text[i+1] == '}' {
				return i + 2
			} else {
				return firstEnd(text, start)
			}
		}
	}
	return firstEnd(text, start)
}

func firstEnd(text string, start int) int {
	if n := strings.Index(text[start:], "}}"); n >= 0 {
		return start + n + 2
	}
	return -1
}

func quoteEnd(text string, i int) int {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i
		}
	}
	return -1
}

// MustacheEnd is mustacheEnd for the markup lexer, which must not end an attribute inside of an expression.
func MustacheEnd(text string, start int) int { return mustacheEnd(text, start) }

func (c *Context) pos(offset int) func(int) template.Pos {
	return func(i int) template.Pos {
		line, column := c.File.Position(offset + i)
		return template.Pos{c.Source, line, column}
	}
}

func (c *Context) decode(s string) string {
	if c.Decode == nil {
		return s
	}
	return c.Decode(s)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// Valid tells whether src, the inside of {{ }}, parses.
func Valid(src string) bool {
	_, err := parseMustache(src, func(int) template.Pos { return template.Pos{} }, false)
	return err == nil
}
