// Package jsonfile reads the project's JSON files and remembers where everything stands.
//
// WeChat's tools refuse comments and trailing commas. So does this package, but it goes on, so that one of them does not
// hide what else is wrong.
package jsonfile

import (
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// Parse reads a file. What is wrong is reported; the result is never nil and may be empty.
func Parse(f *source.File, diags *source.Diagnostics) *Node {
	p := &parser{file: f, src: f.Text, diags: diags}
	p.space()
	if p.i == len(p.src) {
		return &Node{Object: true}
	}
	n := p.value(0)
	if p.space(); !p.failed && p.i < len(p.src) {
		p.fail("unexpected %s after the end", p.here())
	}
	if n == nil {
		n = &Node{Object: true}
	}
	return n
}

const maxDepth = 100

type parser struct {
	file   *source.File
	src    string
	diags  *source.Diagnostics
	i      int
	failed bool // a mistake after which nothing makes sense
}

func (p *parser) fail(format string, args ...any) *Node {
	if !p.failed {
		p.diags.Error(p.file, p.i, "json-syntax", "", format, args...)
	}
	p.failed = true
	return nil
}

func (p *parser) here() string {
	if p.i >= len(p.src) {
		return "end of file"
	}
	for _, r := range p.src[p.i:] {
		return strconv.QuoteRune(r)
	}
	return ""
}

// space skips white space and, with an error, comments.
func (p *parser) space() {
	for p.i < len(p.src) {
		rest := p.src[p.i:]
		switch {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			p.i++
		case strings.HasPrefix(rest, "//"):
			p.comment("\n")
		case strings.HasPrefix(rest, "/*"):
			p.comment("*/")
		default:
			return
		}
	}
}

func (p *parser) comment(end string) {
	p.diags.Warn(p.file, p.i, "json-comment", "remove the comment: not every tool takes it", "JSON has no comments")
	if n := strings.Index(p.src[p.i:], end); n >= 0 {
		p.i += n + len(end)
	} else {
		p.i = len(p.src)
	}
}

func (p *parser) value(depth int) *Node {
	p.space()
	if depth > maxDepth {
		return p.fail("nested deeper than %d levels", maxDepth)
	}
	if p.i == len(p.src) {
		return p.fail("expected a value, got the end of the file")
	}
	switch p.src[p.i] {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	}
	return p.scalar()
}

func (p *parser) scalar() *Node {
	start := p.i
	end := start
	if p.src[start] == '"' {
		for end++; end < len(p.src) && p.src[end] != '"' && p.src[end] != '\n'; end++ {
			if p.src[end] == '\\' {
				end++
			}
		}
		end = min(end+1, len(p.src))
	} else {
		for end < len(p.src) && strings.IndexByte(" \t\r\n,:{}[]/\"", p.src[end]) < 0 {
			end++
		}
	}
	v, err := value.DecodeJSON([]byte(p.src[start:end]))
	if err != nil {
		text := p.src[start:end]
		switch {
		case strings.HasPrefix(text, "'"):
			return p.fail("expected a value, got %s: texts stand in double quotes", clip(text))
		case text == "":
			return p.fail("expected a value, got %s", p.here())
		case strings.HasPrefix(text, `"`):
			return p.fail("%s", strings.TrimSuffix(strings.TrimPrefix(err.Error(), "json: "), " at byte 0"))
		}
		return p.fail("expected a value, got %s", clip(text))
	}
	p.i = end
	return &Node{Value: v, Offset: start}
}

func clip(s string) string {
	if len(s) > 30 {
		s = s[:30]
	}
	return strconv.Quote(s)
}

func (p *parser) object(depth int) *Node {
	n := &Node{Object: true, Offset: p.i}
	p.i++
	for {
		if p.space(); p.accept('}') {
			return n
		}
		if p.i == len(p.src) || p.src[p.i] != '"' {
			p.fail("expected a key in double quotes or \"}\", got %s", p.here())
			return n
		}
		key := p.scalar()
		if key == nil {
			return n
		}
		if p.space(); !p.accept(':') {
			p.fail("expected \":\" after key %q, got %s", key.Value, p.here())
			return n
		}
		item := p.value(depth + 1)
		if item != nil {
			n.Keys = append(n.Keys, Key{Name: key.Value.(string), Offset: key.Offset})
			n.Items = append(n.Items, item)
		}
		if p.failed || !p.separator('}') {
			return n
		}
	}
}

func (p *parser) array(depth int) *Node {
	n := &Node{Array: true, Offset: p.i}
	p.i++
	for {
		if p.space(); p.accept(']') {
			return n
		}
		item := p.value(depth + 1)
		if item != nil {
			n.Items = append(n.Items, item)
		}
		if p.failed || !p.separator(']') {
			return n
		}
	}
}

// separator takes a comma; it is false if the closing bracket must follow and does not.
func (p *parser) separator(closing byte) bool {
	p.space()
	comma := p.i
	if p.accept(',') {
		if p.space(); p.i < len(p.src) && p.src[p.i] == closing {
			p.diags.Warn(p.file, comma, "json-trailing-comma", "remove the comma: not every tool takes it", "a comma before %q", closing)
		}
		return true
	}
	if p.i < len(p.src) && p.src[p.i] == closing {
		return true
	}
	p.fail("expected \",\" or %q, got %s", closing, p.here())
	return false
}

func (p *parser) accept(c byte) bool {
	if p.i < len(p.src) && p.src[p.i] == c {
		p.i++
		return true
	}
	return false
}
