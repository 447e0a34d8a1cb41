package expr

import (
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// list parses elements separated by commas up to the closing bracket; the opening one is the current token.
func (p *parser) list(closing string) ([]*template.Expr, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	var out []*template.Expr
	for !p.is(closing) {
		if p.is(",") && closing == "]" { // a hole
			out = append(out, template.Constant(nil, p.pos(p.tok.start)))
		} else {
			x, err := p.element()
			if err != nil {
				return nil, err
			}
			out = append(out, x)
		}
		if p.is(closing) {
			break
		}
		if err := p.expect(",", fmt.Sprintf("or %q", closing)); err != nil {
			return nil, err
		}
	}
	return out, p.advance()
}

func (p *parser) element() (*template.Expr, error) {
	start := p.tok.start
	spread, err := p.accept("...")
	if err != nil {
		return nil, err
	}
	x, err := p.expression()
	if err != nil || !spread {
		return x, err
	}
	return &template.Expr{Op: template.OpSpread, X: []*template.Expr{x}, Pos: p.pos(start)}, nil
}

func (p *parser) primary() (*template.Expr, error) {
	t := p.tok
	switch t.kind {
	case number:
		return template.Constant(t.num, p.pos(t.start)), p.advance()
	case str:
		return template.Constant(t.text, p.pos(t.start)), p.advance()
	case templateLit:
		return p.templateLiteral()
	case ident:
		return p.identifier(), p.advance()
	}
	switch {
	case p.is("("):
		return p.parenthesis()
	case p.is("["):
		items, err := p.list("]")
		return &template.Expr{Op: template.OpArray, X: items, Pos: p.pos(t.start)}, err
	case p.is("{"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		o, err := p.objectBody("}")
		if err != nil {
			return nil, err
		}
		o.Pos = p.pos(t.start)
		return o, p.advance()
	}
	return nil, p.unexpected("expected an expression")
}

func (p *parser) parenthesis() (*template.Expr, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.expression()
	if err != nil {
		return nil, err
	}
	return x, p.expect(")", "to close \"(\"")
}

func (p *parser) identifier() *template.Expr {
	pos := p.pos(p.tok.start)
	switch p.tok.text {
	case "true":
		return template.Constant(true, pos)
	case "false":
		return template.Constant(false, pos)
	case "null":
		return template.Constant(value.Null, pos)
	case "undefined":
		return template.Constant(nil, pos)
	}
	return &template.Expr{Op: template.OpIdent, Name: p.tok.text, Pos: pos}
}

// objectBody parses "a, b: c, ...d" up to closing, which stays the current token; "" is the end of the source.
func (p *parser) objectBody(closing string) (*template.Expr, error) {
	o := &template.Expr{Op: template.OpObject, Pos: p.pos(p.tok.start)}
	done := func() bool { return closing == "" && p.tok.kind == end || p.is(closing) }
	for !done() {
		key, x, err := p.property()
		if err != nil {
			return nil, err
		}
		o.Keys, o.X = append(o.Keys, key), append(o.X, x)
		if done() {
			break
		}
		if err := p.expect(",", "between the fields of an object"); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (p *parser) property() (string, *template.Expr, error) {
	if p.is("...") {
		x, err := p.element()
		return "", x, err
	}
	t := p.tok
	key := t.text
	switch t.kind {
	case number:
		key = value.FormatNumber(t.num)
	case ident, str:
	default:
		return "", nil, p.unexpected("expected the name of a field")
	}
	short := p.identifier()
	if err := p.advance(); err != nil {
		return "", nil, err
	}
	colon, err := p.accept(":")
	if err != nil {
		return "", nil, err
	}
	if colon {
		x, err := p.expression()
		return key, x, err
	}
	if t.kind != ident {
		return "", nil, p.unexpected(fmt.Sprintf("expected \":\" after field %q", key))
	}
	return key, short, nil
}
