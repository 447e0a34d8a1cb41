package wxml

import (
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/expr"
)

type attr struct {
	name     string
	value    string // raw
	has      bool   // written with "="
	start    int
	valuePos int
}

// attributes reads up to the end of the tag; ok is false if the file ends first.
func (p *parser) attributes(n *node) (selfClosing, ok bool) {
	for {
		p.space()
		if p.i >= len(p.src) {
			return true, false
		}
		switch c := p.src[p.i]; {
		case c == '>':
			p.i++
			return false, true
		case c == '/':
			p.i++
			if p.i < len(p.src) && p.src[p.i] == '>' {
				p.i++
				return true, true
			}
		case c == '<':
			return true, false
		case c == '"' || c == '\'' || c == '=':
			p.diags.Warn(p.file, p.i, "wxml-stray-character", "remove it", "unexpected %q in <%s>", c, n.tag)
			p.i++
		default:
			p.attribute(n)
		}
	}
}

func (p *parser) attribute(n *node) {
	a := attr{start: p.i}
	for p.i < len(p.src) && !isNameEnd(p.src[p.i]) {
		p.i++
	}
	a.name = p.src[a.start:p.i]
	mark := p.i
	p.space()
	if p.i < len(p.src) && p.src[p.i] == '=' {
		p.i++
		p.space()
		a.has = true
		p.value(n, &a)
	} else {
		p.i = mark
		a.valuePos = a.start
	}
	n.attrs = append(n.attrs, a)
}

func (p *parser) value(n *node, a *attr) {
	a.valuePos = p.i
	if p.i >= len(p.src) {
		return
	}
	quote := p.src[p.i]
	if quote != '"' && quote != '\'' {
		p.bareValue(a)
		return
	}
	p.i++
	a.valuePos = p.i
	end := p.valueEnd(quote)
	if end < 0 {
		p.diags.Error(p.file, a.start, "wxml-unclosed-quote", fmt.Sprintf("add %c", quote), "the value of attribute %q of <%s> is not closed", a.name, n.tag)
		p.i = len(p.src)
		a.value = ""
		return
	}
	a.value = p.src[p.i : p.i+end]
	p.i += end + 1
}

// maxQuoted is the longest expression with the attribute's own quotes in it.
const maxQuoted = 2 << 10

// valueEnd finds the closing quote. Where it would cut an expression in two, as in class="{{a ? "b" : "c"}}", the quotes
// inside of the expression are skipped, provided that it makes sense then.
func (p *parser) valueEnd(quote byte) int {
	src := p.src[p.i:]
	for from := 0; ; {
		end := strings.IndexByte(src[from:], quote)
		if end < 0 {
			return -1
		}
		end += from
		open := strings.LastIndex(src[from:end], "{{")
		if open < 0 || strings.Contains(src[from+open:end], "}}") {
			if escaped(src[from:end]) {
				from = end + 1
				continue
			}
			return end
		}
		open += from
		closing := expr.MustacheEnd(src[:min(len(src), open+maxQuoted)], open)
		if closing < end || strings.ContainsAny(src[open:closing], "<\n") || !expr.Valid(src[open+2:closing-2]) {
			return end
		}
		from = closing
	}
}

// escaped tells whether what follows a text stands behind a backslash that counts.
func escaped(text string) bool {
	return (len(text)-len(strings.TrimRight(text, `\`)))%2 == 1
}

// bareValue reads a value without quotes, up to a space or ">" outside of {{…}}.
func (p *parser) bareValue(a *attr) {
	for p.i < len(p.src) {
		c := p.src[p.i]
		if c == '>' || isSpace(c) || c == '/' && p.i+1 < len(p.src) && p.src[p.i+1] == '>' {
			break
		}
		if strings.HasPrefix(p.src[p.i:], "{{") {
			if n := p.mustacheEnd(); n > 0 {
				p.i = n
				continue
			}
		}
		p.i++
	}
	a.value = p.src[a.valuePos:p.i]
}
