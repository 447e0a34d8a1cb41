package dom

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/view/internal/selector"
)

// Find lists the elements that a selector matches, in document order, through all components: "view.item", "#buy", ".list >
// .row". A class may be written as in the template: the prefix it has in a component is not looked at.
func (t *Tree) Find(text string) ([]*Node, error) {
	chains, err := selector.Parse(text)
	if err != nil {
		return nil, err
	}
	var out []*Node
	t.Root.walk(func(n *Node) {
		for _, chain := range chains {
			if n.matches(chain) {
				out = append(out, n)
				return
			}
		}
	})
	return out, nil
}

func (n *Node) walk(visit func(*Node)) {
	if n.Kind != Element {
		return
	}
	visit(n)
	for _, c := range n.Children {
		c.walk(visit)
	}
}

func (n *Node) matches(chain []selector.Compound) bool {
	last := chain[len(chain)-1]
	if !last.Match(element{n}) {
		return false
	}
	if len(chain) == 1 {
		return true
	}
	rest := chain[:len(chain)-1]
	for p := n.Parent; p != nil; p = p.Parent {
		if p.matches(rest) {
			return true
		}
		if last.Link == selector.Child {
			return false
		}
	}
	return false
}

// element is a node as selectors look at it.
type element struct{ *Node }

func (e element) Tag() string { return e.tag() }

func (e element) IDAttr() string { return attrString(e.Attrs["id"]) }

func (e element) HasClass(name string) bool {
	class, _ := e.Attrs["class"].(string)
	for token := range strings.FieldsSeq(class) {
		if token == name || strings.HasSuffix(token, "--"+name) {
			return true
		}
	}
	return false
}

func (e element) Has(attr string, want *string) bool {
	v, ok := e.Attrs[attr]
	return ok && (want == nil || attrText(v) == *want)
}
