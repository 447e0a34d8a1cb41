package wxml

import (
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// variablePrefix begins the attributes that name a value for the element, its children and the variables behind it:
// let:total="{{ price * count }}".
const variablePrefix = "let:"

// variables puts an element's variables around it, the first one outside. A variable is the item of a loop that goes round
// once, so that whatever follows changes through loops follows them through variables as well.
func (c *compiler) variables(n *node, body []*template.Node) []*template.Node {
	if c.alipay {
		return body
	}
	for i := range slices.Backward(n.attrs) {
		a := &n.attrs[i]
		rest, ok := strings.CutPrefix(a.name, variablePrefix)
		if !ok {
			continue
		}
		name := camelAttr(rest)
		if !isIdentifier(name) {
			c.errorAt(a.start, "wxml-variable-name", `write let:name="{{ value }}"`, "%s needs the name of a variable, got %q", variablePrefix, rest)
			continue
		}
		value := c.attrValue(a)
		list := &template.Expr{Op: template.OpArray, X: []*template.Expr{value}, Reads: value.Reads, Pos: value.Pos}
		body = []*template.Node{{Kind: template.For, Pos: c.pos(a.start), Item: name, List: list, Children: body}}
	}
	return body
}
