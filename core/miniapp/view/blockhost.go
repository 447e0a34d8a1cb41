package view

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// A component's host is an inline box, as in WeChat, and what it holds mostly is a block. Browsers lay out the lines around
// such hosts as one piece: a list of 1,000 of them is laid out anew for one that changed. A host that nobody styles and that
// holds nothing but blocks looks the same as a block, so the client makes it one; attribute blockAttr says so.
const blockAttr = "host:block"

// blockHost tells whether that is sure for a host, from the template and the styles alone.
func (l *linker) blockHost(n *template.Node, def *Definition) bool {
	if def == nil || def.Template == nil || def.Options.VirtualHost {
		return false
	}
	own := ""
	if s := l.base.unit.def.Style; s != nil {
		own = s.CSS
	}
	if strings.Contains(own, `dg-is="`+n.Tag+`"`) {
		return false
	}
	for _, a := range n.Attrs {
		switch {
		case a.Name == "class", a.Name == "style", a.Name == "id" && selects(own, "#"):
			return false
		}
	}
	scope := newClassScope(def)
	b := blockSearch{def: def, scope: &scope}
	if def.Style != nil {
		b.css = def.Style.CSS
	}
	if scope.prefix == "" {
		b.css += own // its class names are the page's, too
	}
	return !scope.bare && (def.ScopeID == "" || !strings.Contains(b.css, hostClass(def))) && b.blocks(def.Template.Nodes)
}

// blockSearch looks whether a component's template holds nothing but blocks.
type blockSearch struct {
	def   *Definition
	scope *classScope
	css   string
}

func (b *blockSearch) blocks(nodes []*template.Node) bool {
	for _, n := range nodes {
		ok := false
		switch n.Kind {
		case template.Element:
			ok = b.block(n)
		case template.Block, template.For:
			ok = b.blocks(n.Children)
		case template.If:
			ok = true
			for _, br := range n.Branches {
				ok = ok && b.blocks(br.Children)
			}
		case template.Text:
			text, static := n.Value.Static()
			s, isText := text.(string)
			ok = static && isText && strings.TrimSpace(s) == ""
		}
		if !ok {
			return false
		}
	}
	return true
}

// block tells whether an element is a block for sure: a view that no style makes anything else.
func (b *blockSearch) block(n *template.Node) bool {
	if n.Tag != "view" {
		return false
	}
	if b.def.Using != nil {
		if _, custom := b.def.Using("view"); custom {
			return false
		}
	}
	names := []string{"*", "dg-view", "[", "#"}
	for _, a := range n.Attrs {
		switch a.Name {
		case "style", "animation":
			return false
		case "class":
			v, static := a.Value.Static()
			if !static || b.scope.external(v) {
				return false
			}
			for name := range strings.FieldsSeq(classText(v)) {
				if name[0] == '~' || name[0] == '^' {
					return false
				}
				names = append(names, "."+b.scope.prefix+name)
			}
		}
	}
	return !flows(b.css, names)
}

// flows tells whether a rule whose selector has one of the names takes what it matches out of the flow of blocks.
func flows(css string, names []string) bool {
	found := false
	eachRule(css, func(selector, body string) {
		for _, name := range names {
			if !found && strings.Contains(selector, name) {
				found = strings.Contains(body, "inline") || strings.Contains(body, "float") || strings.Contains(body, "absolute") ||
					strings.Contains(body, "fixed") || strings.Contains(body, "contents") || strings.Contains(body, "var(") && strings.Contains(body, "display")
			}
		}
	})
	return found
}

// selects tells whether a selector has a text.
func selects(css, text string) bool {
	found := false
	eachRule(css, func(selector, _ string) { found = found || strings.Contains(selector, text) })
	return found
}

// eachRule goes through compiled CSS: what stands before a "{" since the last brace or semicolon, and what is inside.
func eachRule(css string, visit func(selector, body string)) {
	for {
		open := strings.IndexByte(css, '{')
		if open < 0 {
			return
		}
		selector := css[strings.LastIndexAny(css[:open], ";}")+1 : open]
		css = css[open+1:]
		body := css
		if end := strings.IndexAny(css, "{}"); end >= 0 {
			body = css[:end]
		}
		visit(selector, body)
	}
}
