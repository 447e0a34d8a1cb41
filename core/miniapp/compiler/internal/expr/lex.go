// Package expr parses the expressions between {{ and }} and texts that contain them.
//
// It must not know tags and attributes; it gives template.Expr trees with constants folded and reads listed.
package expr

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	end kind = iota
	ident
	number
	str
	templateLit
	punct
)

type token struct {
	kind  kind
	text  string // identifier or punctuator
	num   float64
	start int // offset in the lexer's source
	end   int
}

// syntaxError is a mistake at an offset of the lexer's source.
type syntaxError struct {
	at   int
	msg  string
	hint string
}

func (e *syntaxError) Error() string { return e.msg }

type lexer struct {
	src string
	i   int
}

// puncts holds the operators, longest first.
var puncts = []string{
	">>>", "===", "!==", "...", "**", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "<<", ">>",
	"+", "-", "*", "/", "%", "<", ">", "!", "~", "&", "|", "^", "?", ":", ",", ".", "(", ")", "[", "]", "{", "}",
}

// entities are operators as careful authors write them in attributes.
var entities = []struct{ name, text string }{{"&lt;=", "<="}, {"&gt;=", ">="}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;&amp;", "&&"}, {"&amp;", "&"}}

func (l *lexer) next() (token, error) {
	for l.i < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[l.i:])
		if !unicode.IsSpace(r) && r != '\uFEFF' {
			break
		}
		l.i += size
	}
	start := l.i
	if start == len(l.src) {
		return token{kind: end, start: start, end: start}, nil
	}
	c := l.src[start]
	switch {
	case c == '"' || c == '\'':
		return l.string(c)
	case c == '`':
		return l.templateLiteral()
	case c >= '0' && c <= '9' || c == '.' && start+1 < len(l.src) && isDigit(l.src[start+1]):
		return l.number()
	case isIdentStart(l.src[start:]):
		return l.ident(), nil
	}
	for _, e := range entities {
		if strings.HasPrefix(l.src[start:], e.name) {
			l.i += len(e.name)
			return token{kind: punct, text: e.text, start: start, end: l.i}, nil
		}
	}
	return l.punct()
}

func (l *lexer) punct() (token, error) {
	start := l.i
	for _, p := range puncts {
		if !strings.HasPrefix(l.src[start:], p) {
			continue
		}
		if p == "?." && start+2 < len(l.src) && isDigit(l.src[start+2]) {
			continue // a?.5:1 is a conditional
		}
		l.i += len(p)
		return token{kind: punct, text: p, start: start, end: l.i}, nil
	}
	if l.src[start] == '=' {
		return token{}, &syntaxError{start, "unexpected \"=\": an expression cannot assign", "compare with \"==\" or \"===\""}
	}
	r, _ := utf8.DecodeRuneInString(l.src[start:])
	return token{}, &syntaxError{at: start, msg: fmt.Sprintf("unexpected character %q", r)}
}

func (l *lexer) ident() token {
	start := l.i
	for l.i < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[l.i:])
		if !isIdentRune(r) {
			break
		}
		l.i += size
	}
	return token{kind: ident, text: l.src[start:l.i], start: start, end: l.i}
}

func (l *lexer) number() (token, error) {
	start := l.i
	if l.src[start] == '0' && start+1 < len(l.src) && strings.IndexByte("xXoObB", l.src[start+1]) >= 0 {
		l.i += 2
		for l.i < len(l.src) && isAlnum(l.src[l.i]) {
			l.i++
		}
		n, err := strconv.ParseUint(l.src[start:l.i], 0, 64)
		if err != nil {
			return token{}, &syntaxError{at: start, msg: fmt.Sprintf("bad number %q", l.src[start:l.i])}
		}
		return token{kind: number, num: float64(n), start: start, end: l.i}, nil
	}
	l.digits()
	if l.i < len(l.src) && l.src[l.i] == '.' {
		l.i++
		l.digits()
	}
	if l.i < len(l.src) && l.src[l.i]|0x20 == 'e' {
		l.i++
		if l.i < len(l.src) && (l.src[l.i] == '+' || l.src[l.i] == '-') {
			l.i++
		}
		l.digits()
	}
	f, err := strconv.ParseFloat(l.src[start:l.i], 64)
	if err != nil || l.i < len(l.src) && isIdentStart(l.src[l.i:]) {
		return token{}, &syntaxError{start, fmt.Sprintf("bad number %q", l.src[start:min(l.i+1, len(l.src))]), "a text must stand in quotes"}
	}
	return token{kind: number, num: f, start: start, end: l.i}, nil
}

func (l *lexer) digits() {
	for l.i < len(l.src) && isDigit(l.src[l.i]) {
		l.i++
	}
}

func (l *lexer) string(quote byte) (token, error) {
	start := l.i
	l.i++
	text, ok := l.quoted(func() bool { return l.src[l.i] == quote })
	if !ok {
		return token{}, &syntaxError{start, "a text in quotes is not closed", fmt.Sprintf("add %c", quote)}
	}
	l.i++
	return token{kind: str, text: text, start: start, end: l.i}, nil
}

// templateLiteral gives the raw source between the backticks; the parser splits it.
func (l *lexer) templateLiteral() (token, error) {
	start := l.i
	for l.i++; l.i < len(l.src); l.i++ {
		switch l.src[l.i] {
		case '\\':
			l.i++
		case '`':
			l.i++
			return token{kind: templateLit, text: l.src[start+1 : l.i-1], start: start, end: l.i}, nil
		}
	}
	l.i = len(l.src)
	return token{}, &syntaxError{start, "a template literal is not closed", "add `"}
}

// quoted reads text with escapes until stop.
func (l *lexer) quoted(stop func() bool) (string, bool) {
	var b []byte
	for l.i < len(l.src) {
		if stop() {
			return string(b), true
		}
		c := l.src[l.i]
		if c != '\\' {
			b = append(b, c)
			l.i++
			continue
		}
		if l.i+1 == len(l.src) {
			return "", false
		}
		b = l.escape(b)
	}
	return string(b), stop == nil
}

func (l *lexer) escape(b []byte) []byte {
	c := l.src[l.i+1]
	l.i += 2
	switch c {
	case 'n':
		return append(b, '\n')
	case 't':
		return append(b, '\t')
	case 'r':
		return append(b, '\r')
	case 'b':
		return append(b, '\b')
	case 'f':
		return append(b, '\f')
	case 'v':
		return append(b, '\v')
	case '0':
		return append(b, 0)
	case '\n':
		return b
	case 'u':
		return l.hex(b, 4)
	case 'x':
		return l.hex(b, 2)
	}
	return append(b, c)
}

func (l *lexer) hex(b []byte, n int) []byte {
	if l.i+n <= len(l.src) {
		if r, err := strconv.ParseUint(l.src[l.i:l.i+n], 16, 32); err == nil {
			l.i += n
			return utf8.AppendRune(b, rune(r))
		}
	}
	return append(b, l.src[l.i-1])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isAlnum(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }

func isIdentStart(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r == '_' || r == '$' || unicode.IsLetter(r)
}

func isIdentRune(r rune) bool {
	return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\u200c' || r == '\u200d'
}
