// Package wxml parses WXML (and FXML, which is the same) and lowers it to template IR.
//
// Two steps: Parse gives a plain tree of tags, as forgiving as WeChat's tools; Compile gives directives, events and
// expressions their meaning. It must not know which tags are components: only the using component's json does.
package wxml

import (
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/expr"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// MaxDepth is how deep elements may be nested; WeChat's own limit on pages is far below.
const MaxDepth = 250

// node is an element (Tag set) or a text.
type node struct {
	tag      string
	attrs    []attr
	children []*node
	text     string // raw; also the content of a script tag
	start    int    // offset of "<" or of the text
	textAt   int    // script tags: offset of the content
}

// parser is a hand-written tag parser. It never fails: it reports and goes on at the next sensible place.
type parser struct {
	file  *source.File
	src   string
	diags *source.Diagnostics
	i     int
	root  node
	stack []*node
	plain int // up to here no {{ has an end: it need not be looked for again
}

func parse(f *source.File, diags *source.Diagnostics) []*node {
	p := &parser{file: f, src: f.Text, diags: diags}
	p.stack = []*node{&p.root}
	for p.i < len(p.src) {
		p.step()
	}
	for len(p.stack) > 1 {
		p.unclosed(p.top())
		p.stack = p.stack[:len(p.stack)-1]
	}
	return p.root.children
}

func (p *parser) top() *node { return p.stack[len(p.stack)-1] }

func (p *parser) add(n *node) { p.top().children = append(p.top().children, n) }

func (p *parser) step() {
	rest := p.src[p.i:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		p.comment()
	case strings.HasPrefix(rest, "</"):
		p.closeTag()
	case strings.HasPrefix(rest, "<!") || strings.HasPrefix(rest, "<?"):
		p.declaration()
	case len(rest) > 1 && rest[0] == '<' && isTagStart(rest[1]):
		p.openTag()
	default:
		p.text()
	}
}

func (p *parser) comment() {
	n := strings.Index(p.src[p.i+4:], "-->")
	if n < 0 {
		p.diags.Warn(p.file, p.i, "wxml-unclosed-comment", `end it with "-->"`, "a comment is not closed")
		p.i = len(p.src)
		return
	}
	p.i += 4 + n + 3
}

func (p *parser) declaration() {
	p.diags.Warn(p.file, p.i, "wxml-declaration", "remove it", "WXML has no document type or processing instructions")
	n := strings.IndexByte(p.src[p.i:], '>')
	if n < 0 {
		p.i = len(p.src)
		return
	}
	p.i += n + 1
}

// mustacheEnd finds the end of the {{…}} here; 0 if it has none before the next closing tag.
func (p *parser) mustacheEnd() int {
	if p.i < p.plain {
		return 0
	}
	n := expr.MustacheEnd(p.src, p.i)
	if n < 0 {
		p.plain = p.i + expr.MaxMustache
		return 0
	}
	if tag := strings.Index(p.src[p.i:n], "</"); tag >= 0 {
		p.plain = p.i + tag
		return 0
	}
	return n
}

// text reads up to the next tag, over any {{…}}, which may hold "<".
func (p *parser) text() {
	start := p.i
	for p.i < len(p.src) {
		rest := p.src[p.i:]
		if strings.HasPrefix(rest, "{{") {
			if n := p.mustacheEnd(); n > 0 {
				p.i = n
				continue
			}
		}
		if rest[0] == '<' && p.i > start && len(rest) > 1 && (isTagStart(rest[1]) || rest[1] == '/' || rest[1] == '!') {
			break
		}
		p.i++
	}
	if text := p.src[start:p.i]; strings.TrimSpace(text) != "" {
		p.add(&node{text: text, start: start})
	}
}

func (p *parser) closeTag() {
	start := p.i
	p.i += 2
	tag := p.name()
	n := strings.IndexByte(p.src[p.i:], '>')
	if n < 0 {
		p.diags.Error(p.file, start, "wxml-bad-tag", `add ">"`, "</%s is not closed", tag)
		p.i = len(p.src)
	} else {
		p.i += n + 1
	}
	for at := len(p.stack) - 1; at > 0; at-- {
		if p.stack[at].tag != tag {
			continue
		}
		for _, open := range p.stack[at+1:] {
			p.unclosed(open)
		}
		p.stack = p.stack[:at]
		return
	}
	p.diags.Error(p.file, start, "wxml-unexpected-close", "remove it, or add the opening tag", "</%s> closes nothing", tag)
}

func (p *parser) unclosed(n *node) {
	p.diags.Error(p.file, n.start, "wxml-unclosed-tag", fmt.Sprintf("add </%s>, or write <%s … />", n.tag, n.tag), "<%s> is not closed", n.tag)
}

func (p *parser) openTag() {
	n := &node{start: p.i}
	p.i++
	n.tag = p.name()
	selfClosing, ok := p.attributes(n)
	if !ok {
		p.diags.Error(p.file, n.start, "wxml-bad-tag", `add ">"`, "<%s is not closed", n.tag)
	}
	p.add(n)
	if isScriptTag(n.tag) && !selfClosing {
		p.script(n)
		return
	}
	if selfClosing {
		return
	}
	if len(p.stack) > MaxDepth {
		if len(p.stack) == MaxDepth+1 {
			p.diags.Error(p.file, n.start, "wxml-too-deep", "use components to flatten it", "elements nested deeper than %d levels", MaxDepth)
		}
		p.i = len(p.src)
		p.stack = p.stack[:1]
		return
	}
	p.stack = append(p.stack, n)
}

// script takes everything up to the closing tag as it is.
func (p *parser) script(n *node) {
	closing := "</" + n.tag
	n.textAt = p.i
	end := strings.Index(p.src[p.i:], closing)
	if end < 0 {
		p.unclosed(n)
		n.text = p.src[p.i:]
		p.i = len(p.src)
		return
	}
	n.text = p.src[p.i : p.i+end]
	p.i += end + len(closing)
	if gt := strings.IndexByte(p.src[p.i:], '>'); gt >= 0 {
		p.i += gt + 1
	}
}

func (p *parser) name() string {
	start := p.i
	for p.i < len(p.src) && !isNameEnd(p.src[p.i]) {
		p.i++
	}
	return p.src[start:p.i]
}

func (p *parser) space() {
	for p.i < len(p.src) && isSpace(p.src[p.i]) {
		p.i++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

func isTagStart(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }

func isNameEnd(c byte) bool {
	return isSpace(c) || c == '=' || c == '>' || c == '/' || c == '"' || c == '\'' || c == '<'
}

func isScriptTag(tag string) bool { return tag == "wxs" || tag == "fts" }
