package dom

import (
	"regexp"
	"slices"
	"strings"
)

// VisibleText is the text a user would see, a line for each block: nothing that is hidden, but what input components show
// (their value, or the placeholder) and the text of rich-text.
func (t *Tree) VisibleText() string { return t.Root.VisibleText() }

// VisibleText is the text a user would see of the node and what is below it.
func (n *Node) VisibleText() string {
	w := textWriter{}
	w.node(n)
	w.endLine()
	return strings.Join(w.lines, "\n")
}

type textWriter struct {
	lines []string
	line  strings.Builder
	// decode: the text is in a <text> that decodes what WeChat names of entities.
	decode bool
}

func (w *textWriter) endLine() {
	if s := strings.Join(strings.Fields(w.line.String()), " "); s != "" {
		w.lines = append(w.lines, s)
	}
	w.line.Reset()
}

// inline are the elements that do not begin a line of their own.
var inline = map[string]bool{"text": true, "span": true}

func (w *textWriter) node(n *Node) {
	switch {
	case n.Kind == Text && w.decode:
		w.line.WriteString(decodeEntities(n.Text))
		return
	case n.Kind == Text:
		w.line.WriteString(n.Text)
		return
	case n.Kind == Anchor || n.Hidden():
		return
	}
	if !inline[n.Name] {
		w.endLine()
		defer w.endLine()
	}
	w.line.WriteString(n.ownText())
	if n.Name == "text" {
		outer := w.decode
		w.decode = isSet(n.Attrs["decode"])
		defer func() { w.decode = outer }()
	}
	for _, c := range n.Children {
		w.node(c)
	}
}

// Hidden tells whether the element itself is hidden, by its attribute or an inline style.
func (n *Node) Hidden() bool {
	if isSet(n.Attrs["hidden"]) {
		return true
	}
	if n.Name == "page-container" && (n.Attrs["show"] == nil || n.Attrs["show"] == false) {
		return true
	}
	style, _ := n.Attrs["style"].(string)
	return displayNone.MatchString(style)
}

// isSet tells what a boolean property is by an attribute.
func isSet(v any) bool { return v != nil && v != false && v != "" && v != 0.0 }

var displayNone = regexp.MustCompile(`(?:^|;)\s*display\s*:\s*none\b`)

// ownText is text that an element shows by an attribute.
func (n *Node) ownText() string {
	switch n.Name {
	case "input", "textarea":
		v := attrString(n.Attrs["value"])
		if password, ok := n.Attrs["password"]; ok && password != false {
			v = strings.Repeat("•", len([]rune(v)))
		}
		if v == "" {
			v = attrString(n.Attrs["placeholder"])
		}
		return v
	case "rich-text":
		return richText(n.Attrs["nodes"])
	case "open-data":
		return openData(n)
	}
	return ""
}

// openData is what stands for a user who has not said who he is.
func openData(n *Node) string {
	text := attrString(n.Attrs["default-text"])
	if text == "" && n.Attrs["type"] == "userNickName" {
		text = "微信用户"
	}
	return text
}

func attrString(v any) string {
	switch v := v.(type) {
	case nil, bool:
		return ""
	case string:
		return v
	default:
		return attrText(v)
	}
}

// FindText finds the innermost element that shows text: one whose visible text is exactly that, else one that contains it.
// nil if there is none.
func (t *Tree) FindText(text string) *Node {
	if n := t.Root.findText(func(s string) bool { return s == text }); n != nil {
		return n
	}
	return t.Root.findText(func(s string) bool { return strings.Contains(s, text) })
}

func (n *Node) findText(match func(string) bool) *Node {
	if n.Kind != Element || n.Hidden() {
		return nil
	}
	for _, c := range n.Children {
		if found := c.findText(match); found != nil {
			return found
		}
	}
	if match(n.VisibleText()) {
		return n
	}
	return nil
}

// Listener is the closest element around the node, itself included, that an event type is bound on; nil if none is.
func (n *Node) Listener(event string) *Node {
	for ; n != nil; n = n.Parent {
		if slices.ContainsFunc(n.Listens, func(l string) bool { return strings.Trim(l, "^!") == event }) {
			return n
		}
	}
	return nil
}
