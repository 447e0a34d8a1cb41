package wxss

import (
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

type token struct {
	kind css.TokenType
	text string
	at   int
}

func tokenize(text string) []token {
	l := css.NewLexer(parse.NewInputString(text))
	out := make([]token, 0, len(text)/4)
	for at := 0; ; {
		kind, data := l.Next()
		if kind == css.ErrorToken {
			return out
		}
		out = appendToken(out, token{kind, text[at : at+len(data)], at})
		at += len(data)
	}
}

// appendToken joins white space across comments. A comment between two words is kept as an empty token: it keeps them
// apart, and is nothing anywhere else.
func appendToken(out []token, t token) []token {
	if n := len(out); n > 0 && (t.kind == css.CommentToken || t.kind == css.WhitespaceToken) {
		switch out[n-1].kind {
		case css.WhitespaceToken:
			return out
		case css.CommentToken:
			out = out[:n-1]
		}
	}
	if t.kind == css.CommentToken {
		t.text = ""
	}
	return append(out, t)
}

func (s *sheet) peek() (token, bool) {
	if s.i < len(s.toks) {
		return s.toks[s.i], true
	}
	return token{at: len(s.file.Text)}, false
}

// prelude takes the tokens before a block, a semicolon or the end of the surrounding block.
func (s *sheet) prelude() []token {
	start, nested := s.i, 0
	for ; s.i < len(s.toks); s.i++ {
		switch s.toks[s.i].kind {
		case css.LeftParenthesisToken, css.FunctionToken, css.LeftBracketToken:
			nested++
		case css.RightParenthesisToken, css.RightBracketToken:
			nested--
		case css.LeftBraceToken, css.RightBraceToken:
			return trim(s.toks[start:s.i])
		case css.SemicolonToken:
			if nested <= 0 {
				return trim(s.toks[start:s.i])
			}
		}
	}
	return trim(s.toks[start:s.i])
}

func trim(toks []token) []token {
	blank := func(t token) bool { return t.kind == css.WhitespaceToken || t.kind == css.CommentToken }
	for len(toks) > 0 && blank(toks[0]) {
		toks = toks[1:]
	}
	for len(toks) > 0 && blank(toks[len(toks)-1]) {
		toks = toks[:len(toks)-1]
	}
	return toks
}

func join(toks []token) string {
	var b strings.Builder
	for _, t := range toks {
		b.WriteString(t.text)
	}
	return b.String()
}

func clip(s string) string {
	if r := []rune(strings.Join(strings.Fields(s), " ")); len(r) > 50 {
		return string(r[:50]) + "…"
	}
	return s
}
