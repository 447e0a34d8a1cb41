package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A kind of token. What is none of these is punctuation.
const (
	name    = 'n'
	literal = 's' // a string, or one piece of a template between its gaps
	pattern = 'r' // a regular expression
	enter   = '<' // into a template's gap
	leave   = '>'
)

// token is a piece of TypeScript: as much of it as finding texts needs.
type token struct {
	kind rune
	text string // a name, what a literal says, or punctuation
	line int
}

// scanner takes TypeScript apart. It never fails: what it does not understand is punctuation.
type scanner struct {
	source string
	at     int
	line   int
	out    []token
	gaps   []int // for each template that is open, how many braces are open in its gap
}

func scan(source string) []token {
	s := &scanner{source: source, line: 1}
	for s.at < len(s.source) {
		s.next()
	}
	return s.out
}

func (s *scanner) add(kind rune, text string) { s.out = append(s.out, token{kind, text, s.line}) }

// pass goes on by n bytes, counting lines.
func (s *scanner) pass(n int) {
	n = min(n, len(s.source)-s.at)
	s.line += strings.Count(s.source[s.at:s.at+n], "\n")
	s.at += n
}

func (s *scanner) next() {
	rest := s.source[s.at:]
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case unicode.IsSpace(r):
		s.pass(size)
	case strings.HasPrefix(rest, "//"):
		s.pass(through(rest, "\n"))
	case strings.HasPrefix(rest, "/*"):
		s.pass(2 + through(rest[2:], "*/"))
	case r == '"' || r == '\'':
		n := quoted(rest, byte(r))
		s.add(literal, strings.TrimSuffix(rest[1:n], rest[:1]))
		s.pass(n)
	case r == '`':
		s.pass(1)
		s.template()
	case r == '/' && s.patternHere():
		s.add(pattern, "")
		s.pass(quoted(rest, '/'))
	case unicode.IsLetter(r) || r == '_' || r == '$':
		n := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '$' })
		if n < 0 {
			n = len(rest)
		}
		s.add(name, rest[:n])
		s.pass(n)
	default:
		s.punctuation(rest, size)
	}
}

// punctuation takes one sign, or a longer one that has a meaning of its own.
func (s *scanner) punctuation(rest string, size int) {
	for _, long := range []string{"===", "!==", "=>", "==", "!=", "<=", ">="} {
		if strings.HasPrefix(rest, long) {
			s.add(' ', long)
			s.pass(len(long))
			return
		}
	}
	if depth := len(s.gaps) - 1; depth >= 0 {
		switch rest[0] {
		case '{':
			s.gaps[depth]++
		case '}':
			if s.gaps[depth] == 0 {
				s.gaps = s.gaps[:depth]
				s.add(leave, "")
				s.pass(1)
				s.template()
				return
			}
			s.gaps[depth]--
		}
	}
	s.add(' ', rest[:size])
	s.pass(size)
}

// template takes a template's text up to its next gap or its end.
func (s *scanner) template() {
	rest := s.source[s.at:]
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == '\\':
			i++
		case rest[i] == '`':
			s.add(literal, rest[:i])
			s.pass(i + 1)
			return
		case strings.HasPrefix(rest[i:], "${"):
			s.add(literal, rest[:i])
			s.pass(i + 2)
			s.add(enter, "")
			s.gaps = append(s.gaps, 0)
			return
		}
	}
	s.pass(len(rest))
}

// patternHere tells whether a slash begins a regular expression: it does where a value is expected.
func (s *scanner) patternHere() bool {
	if len(s.out) == 0 {
		return true
	}
	switch last := s.out[len(s.out)-1]; last.kind {
	case ' ':
		return last.text != ")" && last.text != "]" && last.text != "}"
	case name:
		return last.text == "return" || last.text == "case"
	case enter:
		return true
	}
	return false
}

// quoted is the length of what begins with a quote and ends with it, at the latest at the end of the line.
func quoted(text string, quote byte) int {
	class := false // within [ ] of a regular expression a slash is one
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '\n':
			return i
		case quote == '/' && c == '[':
			class = true
		case quote == '/' && c == ']':
			class = false
		case c == quote && !class:
			return i + 1
		}
	}
	return len(text)
}

// through is the length of text up to the end of mark.
func through(text, mark string) int {
	if i := strings.Index(text, mark); i >= 0 {
		return i + len(mark)
	}
	return len(text)
}
