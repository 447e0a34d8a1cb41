package extapi

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// token kinds.
type tokenKind int

const (
	endToken   tokenKind = iota
	markToken            // one character of punctuation
	textToken            // a string: text is its content
	plainToken           // a name or number
	wrongToken           // a string or comment without end
)

type token struct {
	kind   tokenKind
	text   string
	offset int
}

// lexer splits JavaScript as far as data needs it: strings, names, punctuation; comments are skipped.
type lexer struct {
	text string
	pos  int
}

func (l *lexer) next() token {
	if !l.space() {
		return token{wrongToken, "a comment has no end", l.pos}
	}
	start := l.pos
	if start >= len(l.text) {
		return token{endToken, "", start}
	}
	c := l.text[start]
	switch {
	case c == '\'' || c == '"' || c == '`':
		return l.quoted(c)
	case plain(c):
		for l.pos < len(l.text) && plain(l.text[l.pos]) {
			l.pos++
		}
		return token{plainToken, l.text[start:l.pos], start}
	}
	_, size := utf8.DecodeRuneInString(l.text[start:])
	l.pos += size
	return token{markToken, l.text[start:l.pos], start}
}

func plain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '$' || c == '#' || c >= utf8.RuneSelf
}

// space skips white space and comments; false if a comment has no end.
func (l *lexer) space() bool {
	for l.pos < len(l.text) {
		rest := l.text[l.pos:]
		switch {
		case strings.IndexByte(" \t\r\n\v\f", rest[0]) >= 0:
			l.pos++
		case strings.HasPrefix(rest, "\ufeff"), strings.HasPrefix(rest, "\u00a0"):
			_, size := utf8.DecodeRuneInString(rest)
			l.pos += size
		case strings.HasPrefix(rest, "//"):
			n := strings.IndexAny(rest, "\r\n")
			if n < 0 {
				n = len(rest)
			}
			l.pos += n
		case strings.HasPrefix(rest, "/*"):
			n := strings.Index(rest[2:], "*/")
			if n < 0 {
				return false
			}
			l.pos += n + 4
		default:
			return true
		}
	}
	return true
}

// quoted reads a string or template. A template with ${…} is no text of its own: its kind is plainToken.
func (l *lexer) quoted(mark byte) token {
	start := l.pos
	var b strings.Builder
	computed := false
	for l.pos++; l.pos < len(l.text); {
		c := l.text[l.pos]
		switch {
		case c == mark:
			l.pos++
			if computed {
				return token{plainToken, "template", start}
			}
			return token{textToken, b.String(), start}
		case c == '\\':
			l.escape(&b)
			continue
		case c == '\n' && mark != '`':
			return token{wrongToken, "a text has no closing quote", start}
		case c == '$' && mark == '`' && strings.HasPrefix(l.text[l.pos:], "${"):
			computed = true
		}
		b.WriteByte(c)
		l.pos++
	}
	return token{wrongToken, "a text has no closing quote", start}
}

// escape reads what follows a backslash.
func (l *lexer) escape(b *strings.Builder) {
	rest := l.text[l.pos+1:]
	if rest == "" {
		l.pos++
		return
	}
	size := map[byte]int{'x': 2, 'u': 4}[rest[0]]
	if size > 0 && len(rest) > size {
		if code, err := strconv.ParseUint(rest[1:1+size], 16, 32); err == nil {
			b.WriteRune(rune(code))
			l.pos += 2 + size
			return
		}
	}
	if i := strings.IndexByte("ntrbfv0", rest[0]); i >= 0 {
		b.WriteByte("\n\t\r\b\f\v\x00"[i])
	} else if rest[0] != '\n' {
		b.WriteByte(rest[0])
	}
	l.pos += 2
}
