package view

// spot is an element on the way from a node up to the page, through slots and shadow trees.
type spot struct {
	clone  *clone
	at     int
	el     *element
	hostOf *Component // the instance whose host the element is
	// outside marks a host that does not show, in any slot, the content that the way comes from.
	outside bool
}

func (s spot) node() *Node { return s.clone.nodeAt(s.at) }

// id of the element.
func (s spot) id() int { return s.clone.id + s.at }

// composedPath lists the elements from the node at up to the page: what is on the screen around it, the innermost first.
func (cl *clone) composedPath(at int) []spot {
	var out []spot
	if cl.block.nodes[at].element == nil {
		at = cl.block.nodes[at].parent
	}
	outside := false
	for cl != nil {
		for at >= 0 {
			el := cl.block.nodes[at].element
			if el != nil {
				s := spot{clone: cl, at: at, el: el, outside: outside}
				outside = false
				if el.host >= 0 {
					s.hostOf = cl.state[el.host].anchor.hosts
				}
				out = append(out, s)
			}
			at = cl.block.nodes[at].parent
		}
		outside = cl.at == nil
		cl, at = cl.around()
	}
	return out
}

// around is the place a clone stands at: a clone and the element in it, -1 for its root; nil at the page's root.
func (cl *clone) around() (*clone, int) {
	if cl.at == nil {
		return cl.unslotted()
	}
	a := cl.at
	if a.clone == nil {
		return nil, -1
	}
	if a.clone.block.nodes[a.part.node].element != nil { // a virtual host is its own element
		return a.clone, a.part.node
	}
	return a.clone, a.clone.block.nodes[a.part.node].parent
}

// unslotted is the place of content that no slot shows: the host it was put into.
func (cl *clone) unslotted() (*clone, int) {
	if cl.given == nil || cl.given.host == nil {
		return nil, -1
	}
	return cl.given.host, cl.given.hostPart.element
}

// ancestors are the elements around a component's host.
func (c *Component) ancestors() []spot {
	path := c.host.composedPath(c.hostPart.element)
	if len(path) > 0 && path[0].hostOf == c {
		path = path[1:]
	}
	return path
}

// eachChild visits the components directly below c in the composed tree, in document order. Content without a slot comes
// last.
func (c *Component) eachChild(visit func(*Component)) {
	for _, cl := range c.shadow.list {
		cl.eachComponent(visit)
	}
	for _, ct := range c.content {
		for _, cl := range ct.clones {
			if cl.at == nil {
				cl.eachComponent(visit)
			}
		}
	}
}

// eachComponent visits the outermost components that a clone shows.
func (cl *clone) eachComponent(visit func(*Component)) {
	for i := range cl.state {
		a := cl.state[i].anchor
		if a == nil {
			continue
		}
		if a.part.kind == partHost {
			if a.hosts != nil {
				visit(a.hosts)
			}
			continue
		}
		for _, held := range a.list {
			held.eachComponent(visit)
		}
	}
}
