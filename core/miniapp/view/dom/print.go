package dom

import (
	"encoding/json"
	"html"
	"maps"
	"slices"
	"strings"
)

// HTML prints the page for golden files: one element a line unless it holds nothing but one text, attributes in
// alphabetical order, no ids of nodes.
func (t *Tree) HTML() string {
	var b strings.Builder
	t.Root.print(&b, 0)
	return b.String()
}

// HTML prints the node and what is below it.
func (n *Node) HTML() string {
	var b strings.Builder
	n.print(&b, 0)
	return b.String()
}

func (n *Node) print(b *strings.Builder, depth int) {
	indent := strings.Repeat("  ", depth)
	switch n.Kind {
	case Anchor:
		return
	case Text:
		b.WriteString(indent + html.EscapeString(n.Text) + "\n")
		return
	}
	b.WriteString(indent + "<" + n.tag())
	n.printAttrs(b)
	seen := n.Seen()
	switch {
	case len(seen) == 0:
		b.WriteString("></" + n.tag() + ">\n")
	case len(seen) == 1 && seen[0].Kind == Text && !strings.Contains(seen[0].Text, "\n"):
		b.WriteString(">" + html.EscapeString(seen[0].Text) + "</" + n.tag() + ">\n")
	default:
		b.WriteString(">\n")
		for _, c := range seen {
			c.print(b, depth+1)
		}
		b.WriteString(indent + "</" + n.tag() + ">\n")
	}
}

// tag is the element's name; for a component's host the name its template calls it by.
func (n *Node) tag() string {
	if is, ok := n.Attrs["is"].(string); ok && n.Name == "*" {
		return is
	}
	return n.Name
}

func (n *Node) printAttrs(b *strings.Builder) {
	for _, name := range slices.Sorted(maps.Keys(n.Attrs)) {
		v := n.Attrs[name]
		if name == "is" && n.Name == "*" {
			continue
		}
		b.WriteString(" " + name)
		if v != true {
			b.WriteString(`="` + html.EscapeString(attrText(v)) + `"`)
		}
	}
}

func attrText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, _ := json.Marshal(v)
	return string(text)
}

// Seen lists the children that are elements or texts.
func (n *Node) Seen() []*Node {
	var out []*Node
	for _, c := range n.Children {
		if c.Kind != Anchor && (c.Kind != Text || c.Text != "") {
			out = append(out, c)
		}
	}
	return out
}
