package source

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	frameBefore = 2   // lines shown above the place
	frameWidth  = 160 // characters of a line: minified files have one
)

// frame shows the place in its source: the lines before it, its own, and a mark below. It is "" without a text.
func (f *File) frame(line, offset int) string {
	if f.Text == "" {
		return ""
	}
	var b strings.Builder
	width := len(fmt.Sprint(line))
	for n := max(1, line-frameBefore); n < line; n++ {
		fmt.Fprintf(&b, "%*d | %s\n", width, n, clip(f.line(n)))
	}
	text, at := f.line(line), min(max(offset-f.lines[line-1], 0), len(f.line(line)))
	from := 0
	if _, far := back(text, at, frameWidth); far {
		from, _ = back(text, at, frameWidth/2)
	}
	fmt.Fprintf(&b, "%*d | %s\n", width, line, clip(text[from:]))
	fmt.Fprintf(&b, "%*s | %s^", width, "", blank(clip(text[from:at])))
	return b.String()
}

// Frame shows a place by its line and its column in UTF-16 units, both from 1; "" if the file has no such line.
func (f *File) Frame(line, column int) string {
	if line < 1 || line > len(f.lines) {
		return ""
	}
	text, at := f.line(line), 0
	for at < len(text) && units(text[:at]) < column-1 {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return f.frame(line, f.lines[line-1]+at)
}

// line is a line's text without its end.
func (f *File) line(n int) string {
	end := len(f.Text)
	if n < len(f.lines) {
		end = f.lines[n]
	}
	return strings.TrimRight(f.Text[f.lines[n-1]:end], "\r\n")
}

// back is the offset n characters before at; false if there are not so many. It looks at no more of the line than that.
func back(s string, at, n int) (offset int, ok bool) {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return at, n == 0
}

// clip is at most frameWidth characters of a line.
func clip(s string) string {
	n := 0
	for i := range s {
		if n++; n > frameWidth {
			return s[:i]
		}
	}
	return s
}

// blank is white space as wide as a text: a tab stays one, a wide character takes two.
func blank(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r >= 0x1100:
			return '\u3000'
		}
		return ' '
	}, s)
}
