package wxml

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// directives are an element's wx: attributes.
type directives struct {
	cond, elif, otherwise *attr
	list                  *attr
	item, index, key      string
}

func (d *directives) isElse() bool { return d.elif != nil || d.otherwise != nil }

func (d *directives) elseName() string {
	if d.elif != nil {
		return "elif"
	}
	return "else"
}

// condition is the expression of wx:if or wx:elif; nil for wx:else.
func (d *directives) condition(c *compiler) *template.Expr {
	a := d.cond
	if a == nil {
		a = d.elif
	}
	if a == nil {
		return nil
	}
	if !a.has {
		return template.Constant(true, c.pos(a.start))
	}
	return c.directiveText(a)
}

// directiveText compiles the value of wx:if, wx:elif or wx:for. A space beside {{ }} makes a text of it, as WeChat documents:
// such a condition always holds, and such a list is one of characters. White space with a line break is layout.
func (c *compiler) directiveText(a *attr) *template.Expr {
	value := strings.TrimSpace(a.value)
	before := strings.Index(a.value, value)
	spaces := a.value[:before] + a.value[before+len(value):]
	if c.alipay || spaces == "" || !strings.Contains(value, "{{") || strings.ContainsAny(spaces, "\r\n") {
		return c.ctx.Text(value, a.valuePos+before)
	}
	c.diags.Warn(c.ctx.File, a.start, "wxml-space-beside-expression", "remove the spaces between the quotes and {{ }}", "the spaces in %s=%q make a text of its value", a.name, a.value)
	return c.ctx.Text(a.value, a.valuePos)
}

// directiveName gives the name behind wx: or ft:.
func directiveName(name string) (string, bool) {
	if rest, ok := strings.CutPrefix(name, "wx:"); ok {
		return rest, true
	}
	return strings.CutPrefix(name, "ft:")
}

func (c *compiler) directiveName(n *node, name string) (string, bool) {
	if c.alipay {
		return alipayDirective(n, name)
	}
	return directiveName(name)
}

func (c *compiler) directives(n *node) *directives {
	d := &directives{item: "item", index: "index"}
	for i := range n.attrs {
		a := &n.attrs[i]
		name, ok := c.directiveName(n, a.name)
		if !ok {
			continue
		}
		switch name {
		case "if":
			d.cond = a
		case "elif", "else-if":
			d.elif = a
		case "else":
			d.otherwise = a
		case "for", "for-items":
			d.list = a
		case "for-item":
			d.item = orDefault(a.value, "item")
		case "for-index":
			d.index = orDefault(a.value, "index")
		case "key", "for-key":
			d.key = a.value
		default:
			c.diags.Warn(c.ctx.File, a.start, "wxml-unknown-directive", c.prefixed("if, elif, else, for, for-item, for-index and key are known behind %s"), "unknown directive %q is ignored", a.name)
		}
	}
	if d.cond != nil && d.isElse() {
		c.diags.Warn(c.ctx.File, d.cond.start, "wxml-if-and-else", "keep one of them", "an element with both wx:if and wx:%s: wx:if counts", d.elseName())
		d.elif, d.otherwise = nil, nil
	}
	d.key = cleanKey(d.key, d.item)
	if c.alipay {
		d.key = pathKey(d.key, d.item)
	}
	return d
}

func orDefault(s, fallback string) string {
	if s = strings.TrimSpace(s); s == "" {
		return fallback
	}
	return s
}

// cleanKey takes what authors write for what they mean: wx:key="{{item.id}}" and wx:key="item.id" are "id".
func cleanKey(key, item string) string {
	key = strings.TrimSpace(key)
	if strings.HasPrefix(key, "{{") && strings.HasSuffix(key, "}}") {
		key = strings.TrimSpace(key[2 : len(key)-2])
	}
	if key == item && item != "" {
		return "*this"
	}
	return strings.TrimPrefix(key, item+".")
}
