// Package uniclass writes the Unicode property classes of a regular expression, \p{…} and \P{…}, out as ranges of
// characters, for an engine that does not know them. It must not know the engine.
package uniclass

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Found tells whether a pattern may hold a class, cheaply.
func Found(pattern string) bool {
	return strings.Contains(pattern, `\p{`) || strings.Contains(pattern, `\P{`)
}

// Expand rewrites the classes of a pattern that has the u flag. An unknown name is an error.
func Expand(pattern string) (string, error) {
	var b strings.Builder
	inside := false
	for i := 0; i < len(pattern); {
		switch c := pattern[i]; {
		case c == '\\' && i+2 < len(pattern) && (pattern[i+1] == 'p' || pattern[i+1] == 'P') && pattern[i+2] == '{':
			end := strings.IndexByte(pattern[i:], '}')
			if end < 0 {
				return "", fmt.Errorf("the class at %d has no }", i)
			}
			set, ok := lookup(pattern[i+3 : i+end])
			if !ok {
				return "", fmt.Errorf("the class %s is not known", pattern[i:i+end+1])
			}
			if pattern[i+1] == 'P' {
				set = set.complement()
			}
			if !inside {
				b.WriteByte('[')
			}
			set.write(&b)
			if !inside {
				b.WriteByte(']')
			}
			i += end + 1
		case c == '\\' && i+1 < len(pattern):
			_, n := utf8.DecodeRuneInString(pattern[i+1:])
			b.WriteString(pattern[i : i+1+n])
			i += 1 + n
		default:
			switch c {
			case '[':
				inside = true
			case ']':
				inside = false
			}
			b.WriteByte(c)
			i++
		}
	}
	return b.String(), nil
}

// set is ranges of characters: lo, hi, lo, hi …, ordered, apart from each other.
type set []rune

func (s set) complement() set {
	var out set
	next := rune(0)
	for i := 0; i < len(s); i += 2 {
		if s[i] > next {
			out = append(out, next, s[i]-1)
		}
		next = s[i+1] + 1
	}
	if next <= utf8.MaxRune {
		out = append(out, next, utf8.MaxRune)
	}
	return out
}

// write writes the ranges as the inside of brackets. Nothing at all is written as a range that no text has.
func (s set) write(b *strings.Builder) {
	for i := 0; i < len(s); i += 2 {
		lo, hi := s[i], s[i+1]
		if lo >= 0xd800 && hi <= 0xdfff {
			continue
		}
		if lo < 0xd800 && hi > 0xdfff { // a range may not reach over the surrogates
			set{lo, 0xd7ff, 0xe000, hi}.write(b)
			continue
		}
		char(b, lo)
		if hi > lo {
			b.WriteByte('-')
			char(b, hi)
		}
	}
}

func char(b *strings.Builder, c rune) {
	if c > 0xffff {
		fmt.Fprintf(b, `\u{%x}`, c)
		return
	}
	fmt.Fprintf(b, `\u%04x`, c)
}
