package script

import (
	"regexp"
	"strconv"
	"strings"
)

// The engine's parser refuses defaults in an array pattern that has a default itself, where it is a property of an object
// pattern that declares names: const {list: [first = 0] = []} = o. Such a pattern is written as the object pattern that
// means the same of an array, {0: first = 0}.

// refusedPattern is what the parser says of it, with line and column.
var refusedPattern = regexp.MustCompile(`Line (\d+):(\d+) Invalid destructuring binding target`)

// maxPatterns is how many such patterns of one module are rewritten.
const maxPatterns = 500

// mendPattern rewrites the pattern that a parser's error is about; ok is false if the error is about something else.
func mendPattern(src string, err error) (mended string, ok bool) {
	if err == nil {
		return "", false
	}
	m := refusedPattern.FindStringSubmatch(err.Error())
	if m == nil {
		return "", false
	}
	line, _ := strconv.Atoi(m[1])
	column, _ := strconv.Atoi(m[2])
	open := openingBracket(src, offsetOf(src, line, column))
	if open < 0 {
		return "", false
	}
	inside, end, ok := elements(src, open+1)
	if !ok {
		return "", false
	}
	var b strings.Builder
	b.WriteString(src[:open] + "{")
	for i, element := range inside {
		text := strings.TrimSpace(element)
		switch {
		case strings.HasPrefix(text, "..."):
			return "", false // which has no equal
		case text != "":
			b.WriteString(strconv.Itoa(i) + ":" + element + ",")
		default:
			b.WriteString(element)
		}
	}
	b.WriteString("}" + src[end+1:])
	return b.String(), true
}

// offsetOf is where a line and column, both from 1, are in a text.
func offsetOf(src string, line, column int) int {
	at := 0
	for ; line > 1; line-- {
		next := strings.IndexByte(src[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return min(len(src), at+column-1)
}

// openingBracket is the "[" that is open at a place of a text; -1 if something else is.
func openingBracket(src string, at int) int {
	depth := 0
	for i := at - 1; i >= 0; i-- {
		switch src[i] {
		case ']', '}', ')':
			depth++
		case '{', '(':
			if depth--; depth < 0 {
				return -1
			}
		case '[':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return -1
}

// elements cuts what follows an opening bracket at its commas, and gives the place of the closing one.
func elements(src string, from int) (list []string, end int, ok bool) {
	depth, start := 0, from
	for i := from; i < len(src); i++ {
		switch c := src[i]; c {
		case '"', '\'', '`':
			if i = closingQuote(src, i); i < 0 {
				return nil, 0, false
			}
		case '/':
			if i+1 < len(src) && (src[i+1] == '*' || src[i+1] == '/') {
				i = commentEnd(src, i)
			}
		case '[', '{', '(':
			depth++
		case ']', '}', ')':
			if depth--; depth < 0 {
				return append(list, src[start:i]), i, c == ']'
			}
		case ',':
			if depth == 0 {
				list = append(list, src[start:i])
				start = i + 1
			}
		}
	}
	return nil, 0, false
}

// closingQuote is where the text that begins at a place ends; -1 if it does not.
func closingQuote(src string, at int) int {
	for i := at + 1; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case src[at]:
			return i
		}
	}
	return -1
}

// commentEnd is the last character of the comment that begins at a place.
func commentEnd(src string, at int) int {
	end, size := "\n", 1
	if src[at+1] == '*' {
		end, size = "*/", 2
	}
	if n := strings.Index(src[at+2:], end); n >= 0 {
		return at + 2 + n + size - 1
	}
	return len(src) - 1
}
