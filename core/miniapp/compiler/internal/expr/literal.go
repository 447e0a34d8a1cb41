package expr

import (
	"errors"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// templateLiteral turns `a${b}c` into "a" + b + "c".
func (p *parser) templateLiteral() (*template.Expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	t := p.tok
	sum := template.Constant("", p.pos(t.start))
	for rest, at := t.text, t.start+1; rest != ""; {
		open := strings.Index(rest, "${")
		text := rest
		if open >= 0 {
			text = rest[:open]
		}
		l := lexer{src: text}
		plain, _ := l.quoted(func() bool { return false })
		sum = p.node(at, "+", sum, template.Constant(plain, p.pos(at)))
		if open < 0 {
			break
		}
		closing := strings.IndexByte(rest[open:], '}')
		if closing < 0 {
			return nil, &syntaxError{at + open, "\"${\" without \"}\"", "close it with \"}\""}
		}
		start := at + open + 2
		inner, err := newParser(rest[open+2:open+closing], func(i int) template.Pos { return p.pos(start + i) })
		if err == nil {
			inner.depth = p.depth
			var x *template.Expr
			if x, err = inner.whole(); err == nil {
				sum = p.node(at, "+", sum, x)
			}
		}
		if err != nil {
			return nil, shift(err, start)
		}
		rest, at = rest[open+closing+1:], at+open+closing+1
	}
	return sum, p.advance()
}

// whole parses one expression that must fill the source.
func (p *parser) whole() (*template.Expr, error) {
	x, err := p.expression()
	if err == nil && p.tok.kind != end {
		err = p.unexpected("expected an operator")
	}
	return x, err
}

func shift(err error, by int) error {
	if se := (*syntaxError)(nil); errors.As(err, &se) {
		return &syntaxError{at: se.at + by, msg: se.msg, hint: se.hint}
	}
	return err
}
