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
