package expr

import (
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// maxDepth bounds the recursion of this parser and, being half of what the evaluator allows, of all later walks.
const maxDepth = 200

// binaryLevel gives the precedence of binary operators, as in JavaScript.
var binaryLevel = map[string]int{
	"??": 1, "||": 2, "&&": 3, "|": 4, "^": 5, "&": 6, "==": 7, "!=": 7, "===": 7, "!==": 7,
	"<": 8, "<=": 8, ">": 8, ">=": 8, "<<": 9, ">>": 9, ">>>": 9, "+": 10, "-": 10, "*": 11, "/": 11, "%": 11, "**": 12,
}

type parser struct {
	lex   lexer
	tok   token
	depth int
	pos   func(offset int) template.Pos
}

func newParser(src string, pos func(int) template.Pos) (*parser, error) {
	p := &parser{lex: lexer{src: src}, pos: pos}
	return p, p.advance()
}

func (p *parser) advance() (err error) {
	p.tok, err = p.lex.next()
	return err
}

func (p *parser) is(text string) bool { return p.tok.kind == punct && p.tok.text == text }

func (p *parser) accept(text string) (bool, error) {
	if !p.is(text) {
		return false, nil
	}
	return true, p.advance()
}

func (p *parser) expect(text, where string) error {
	ok, err := p.accept(text)
	if err == nil && !ok {
		return p.unexpected(fmt.Sprintf("expected %q %s", text, where))
	}
	return err
}

func (p *parser) unexpected(what string) error {
	got := "the end of the expression"
	switch p.tok.kind {
	case ident, punct:
		got = fmt.Sprintf("%q", p.tok.text)
	case number:
		got = "a number"
	case str, templateLit:
		got = "a text"
	}
	return &syntaxError{at: p.tok.start, msg: what + ", got " + got}
}

func (p *parser) enter() error {
	if p.depth++; p.depth > maxDepth {
		return &syntaxError{at: p.tok.start, msg: fmt.Sprintf("expression nested deeper than %d levels", maxDepth)}
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

// node makes an expression and folds it if it is constant.
func (p *parser) node(at int, op template.Op, x ...*template.Expr) *template.Expr {
	return fold(&template.Expr{Op: op, X: x, Pos: p.pos(at)})
}

func (p *parser) expression() (*template.Expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	start := p.tok.start
	cond, err := p.binary(0)
	if err != nil || !p.is("?") {
		return cond, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	then, err := p.expression()
	if err != nil {
		return nil, err
	}
	if err := p.expect(":", "after the second part of \"?:\""); err != nil {
		return nil, err
	}
	other, err := p.expression()
	if err != nil {
		return nil, err
	}
	return p.node(start, "?:", cond, then, other), nil
}

func (p *parser) binary(level int) (*template.Expr, error) {
	start := p.tok.start
	left, err := p.unary()
	for grown := 0; err == nil; grown++ {
		op := p.tok.text
		l, ok := binaryLevel[op]
		if p.tok.kind != punct || !ok || l <= level {
			return left, nil
		}
		if grown > maxDepth {
			return nil, &syntaxError{at: p.tok.start, msg: fmt.Sprintf("more than %d operators in a row", maxDepth)}
		}
		if err = p.advance(); err != nil {
			break
		}
		if op == "**" {
			l-- // groups to the right
		}
		var right *template.Expr
		if right, err = p.operand(l); err == nil {
			left = p.node(start, template.Op(op), left, right)
		}
	}
	return nil, err
}

// operand is the right side of a binary operator.
func (p *parser) operand(level int) (*template.Expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	return p.binary(level)
}

var unaryOps = map[string]template.Op{"!": "!", "~": "~", "-": "neg", "+": "pos"}

func (p *parser) unary() (*template.Expr, error) {
	start := p.tok.start
	op, ok := unaryOps[p.tok.text]
	if p.tok.kind == ident && p.tok.text == "typeof" {
		op, ok = "typeof", true
	} else if p.tok.kind != punct {
		ok = false
	}
	if !ok {
		return p.postfix()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.unary()
	if err != nil {
		return nil, err
	}
	return p.node(start, op, x), nil
}

func (p *parser) postfix() (*template.Expr, error) {
	start := p.tok.start
	x, err := p.primary()
	for grown := 0; err == nil; grown++ {
		if grown > maxDepth {
			return nil, &syntaxError{at: p.tok.start, msg: fmt.Sprintf("more than %d members in a row", maxDepth)}
		}
		switch {
		case p.is(".") || p.is("?."):
			x, err = p.member(x, start)
		case p.is("["):
			x, err = p.index(x, start)
		case p.is("("):
			x, err = p.call(x, start)
		default:
			return x, nil
		}
	}
	return nil, err
}

func (p *parser) member(x *template.Expr, start int) (*template.Expr, error) {
	optional := p.tok.text == "?."
	if err := p.advance(); err != nil {
		return nil, err
	}
	switch {
	case optional && p.is("["):
		return p.index(x, start)
	case optional && p.is("("):
		return p.call(x, start)
	case p.tok.kind != ident:
		return nil, p.unexpected("expected a name after \".\"")
	}
	e := &template.Expr{Op: template.OpMember, Name: p.tok.text, X: []*template.Expr{x}, Pos: p.pos(start)}
	return fold(e), p.advance()
}

func (p *parser) index(x *template.Expr, start int) (*template.Expr, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	key, err := p.expression()
	if err != nil {
		return nil, err
	}
	return p.node(start, template.OpIndex, x, key), p.expect("]", "after an index")
}

func (p *parser) call(x *template.Expr, start int) (*template.Expr, error) {
	args, err := p.list(")")
	if err != nil {
		return nil, err
	}
	return &template.Expr{Op: template.OpCall, X: append([]*template.Expr{x}, args...), Pos: p.pos(start)}, nil
}
