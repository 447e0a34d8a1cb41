package wxs

import "strings"

// knownEscapes are the characters that a backslash gives another meaning in a text. Before any other one the dialect
// keeps the backslash, where JavaScript drops it: getRegExp('\d+') means digits.
const knownEscapes = "nrtbfv0'\"`\\ux\n\r"

// keepEscapes doubles the backslashes that JavaScript would drop.
func keepEscapes(src string) string {
	var b strings.Builder
	at := 0
	toks := scan(src)
	for i, t := range toks {
		if c := t.text[0]; c != '"' && c != '\'' && c != '`' || !strings.Contains(t.text, `\`) {
			continue
		}
		pattern := i >= 2 && toks[i-1].text == "(" && toks[i-2].text == "getRegExp"
		b.WriteString(src[at:t.start])
		b.WriteString(keepIn(t.text, pattern))
		at = t.end
	}
	return b.String() + src[at:]
}

// keepIn does so in one text. In a pattern, \b is a word's edge and not a backspace.
func keepIn(text string, pattern bool) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		b.WriteByte(text[i])
		if text[i] != '\\' || i+1 == len(text) {
			continue
		}
		i++
		if strings.IndexByte(knownEscapes, text[i]) < 0 || pattern && text[i] == 'b' {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
