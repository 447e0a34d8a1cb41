package wxml

import (
	"html"
	"strings"
)

// decodeEntities resolves character references in static text. Go's decoder also takes HTML's references without a
// semicolon, which would turn "?a=1&copy=2" into something else, so only closed ones get to it.
func decodeEntities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for {
		amp := strings.IndexByte(s, '&')
		if amp < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:amp])
		s = s[amp:]
		end := strings.IndexByte(s, ';')
		if end < 2 || end > 10 || strings.ContainsAny(s[1:end], "& \t\n<") {
			b.WriteByte('&')
			s = s[1:]
			continue
		}
		b.WriteString(html.UnescapeString(s[:end+1]))
		s = s[end+1:]
	}
}

// textEscapes are the escapes that WeChat's compiler knows in static text; <text>a\nb</text> is two lines. Everything else
// after a backslash, and a doubled one, stays as it is written.
var textEscapes = strings.NewReplacer(`\\`, `\\`, `\n`, "\n", `\t`, "\t", `\r`, "\r")

// decodeText resolves escapes and character references in text between tags.
func decodeText(s string) string { return decodeEntities(textEscapes.Replace(s)) }

// decodeAttribute resolves escapes and character references in the static part of an attribute, where a backslash is
// what it is in a JavaScript string, except for \x and \u.
func decodeAttribute(s string) string {
	if !strings.Contains(s, `\`) {
		return decodeEntities(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		default:
			b.WriteByte(s[i])
		}
	}
	return decodeEntities(b.String())
}
