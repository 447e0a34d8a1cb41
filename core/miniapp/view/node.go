package view

import (
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// Node is an element of a tree, as far as anybody outside the renderer needs one: made on demand.
type Node struct {
	ID int

	clone *clone
	at    int
	el    *element
}

func (cl *clone) nodeAt(i int) *Node {
	return &Node{ID: cl.id + i, clone: cl, at: i, el: cl.block.nodes[i].element}
}

// Node finds an element of the page by its id; nil if there is none.
func (p *Page) Node(id int) *Node {
	cl, at, ok := p.find(id)
	if !ok || cl.block.nodes[at].element == nil {
		return nil
	}
	return cl.nodeAt(at)
}

// Tag is the element's name as written in the template.
func (n *Node) Tag() string { return n.el.src.Tag }

// IDAttr is the element's id attribute.
func (n *Node) IDAttr() string { return value.Text(n.clone.optional(n.el.id)) }

// Class is the element's class attribute as written in the template.
func (n *Node) Class() string { return classText(n.clone.optional(n.el.class)) }

// Dataset is the element's data-* attributes.
func (n *Node) Dataset() *value.Object { return n.clone.named(n.el.data) }

// Marks is the element's own mark:* attributes.
func (n *Node) Marks() *value.Object { return n.clone.named(n.el.marks) }

// Attr is the value of an attribute as the client shows it; ok is false if the element has none of this name.
func (n *Node) Attr(name string) (v value.Value, ok bool) {
	for i := range n.clone.block.parts {
		if p := &n.clone.block.parts[i]; p.kind == partAttr && p.node == n.at && p.name == name {
			return n.clone.state[i].val, true
		}
	}
	for _, a := range n.el.src.Attrs {
		if a.Name == name {
			return a.Value.Static()
		}
	}
	return nil, false
}

// Owner is the component in whose template the element stands.
func (n *Node) Owner() *Component { return n.clone.comp }

// Page is the page that the element is part of.
func (n *Node) Page() *Page { return n.clone.comp.page }

// Component is the instance whose host the element is; nil for a built-in component.
func (n *Node) Component() *Component {
	if n.el.host < 0 {
		return nil
	}
	return n.clone.state[n.el.host].anchor.hosts
}

// Contains tells whether a component's host stands inside the element, across slots and shadow trees.
func (n *Node) Contains(c *Component) bool {
	if c.host == nil || n.clone.gone {
		return false
	}
	for _, s := range c.host.composedPath(c.hostPart.element) {
		if s.id() == n.ID {
			return true
		}
	}
	return false
}

// Source is where the element stands in its template.
func (n *Node) Source() Position { return position(n.el.base.file, n.el.src.Pos) }

func (cl *clone) named(list []named) *value.Object {
	o := value.NewObject(len(list))
	for _, d := range list {
		o.Set(d.name, value.Copy(cl.optional(d.expr)))
	}
	return o
}
