package view

import (
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view/internal/selector"
)

// found is an element of a shadow tree with what is around it there: the tree a selector sees. Content put into a component
// stands below the component's host, wherever a slot shows it.
type found struct {
	spot

	parent *found
	order  int
}

// Select finds the first component in c's shadow tree that a selector matches: tag, #id, .class, [attr], descendants,
// ">", lists, and ">>>" for the shadow trees below. A selector that cannot be read matches nothing.
func (c *Component) Select(selector string) (*Component, bool) {
	for _, n := range c.SelectNodes(selector) {
		if inst := n.Component(); inst != nil {
			return inst, true
		}
	}
	return nil, false
}

// SelectAll finds all components in c's shadow tree that a selector matches, in document order.
func (c *Component) SelectAll(selector string) []*Component {
	var out []*Component
	for _, n := range c.SelectNodes(selector) {
		if inst := n.Component(); inst != nil {
			out = append(out, inst)
		}
	}
	return out
}

// SelectNodes finds all elements in c's shadow tree that a selector matches, in document order.
func (c *Component) SelectNodes(text string) []*Node {
	chains, err := selector.Parse(text)
	if err != nil {
		return nil
	}
	s := search{seen: map[int]bool{}}
	for _, chain := range chains {
		s.chain(c, chain)
	}
	slices.SortStableFunc(s.out, func(a, b *found) int { return a.order - b.order })
	out := make([]*Node, len(s.out))
	for i, f := range s.out {
		out[i] = f.node()
	}
	return out
}

// search collects matches.
type search struct {
	seen map[int]bool
	out  []*found
}

// chain matches one selector; behind a ">>>" it goes on in the shadow trees of what matched so far, or anything below.
func (s *search) chain(c *Component, chain []selector.Compound) {
	cut := len(chain)
	for i, part := range chain {
		if part.Link == selector.Into {
			cut = i
			break
		}
	}
	elements := c.elements()
	for _, f := range elements {
		if !f.matches(chain[:cut]) {
			continue
		}
		if cut == len(chain) {
			s.add(f)
			continue
		}
		rest := slices.Clone(chain[cut:])
		rest[0].Link = selector.None
		for _, below := range elements {
			if below.hostOf != nil && (below == f || below.isBelow(f)) {
				s.deep(below.hostOf, rest)
			}
		}
	}
}

// deep matches in a shadow tree and in all shadow trees inside it.
func (s *search) deep(c *Component, chain []selector.Compound) {
	s.chain(c, chain)
	for _, f := range c.elements() {
		if f.hostOf != nil {
			s.deep(f.hostOf, chain)
		}
	}
}

func (s *search) add(f *found) {
	if !s.seen[f.id()] {
		s.seen[f.id()] = true
		s.out = append(s.out, f)
	}
}

func (f *found) isBelow(other *found) bool {
	for p := f.parent; p != nil; p = p.parent {
		if p == other {
			return true
		}
	}
	return false
}

// matches tells whether the element is what the last compound describes, and those around it what the others do.
func (f *found) matches(chain []selector.Compound) bool {
	last := chain[len(chain)-1]
	if !last.Match(f.node()) {
		return false
	}
	if len(chain) == 1 {
		return true
	}
	rest := chain[:len(chain)-1]
	if last.Link == selector.Child {
		return f.parent != nil && f.parent.matches(rest)
	}
	for p := f.parent; p != nil; p = p.parent {
		if p.matches(rest) {
			return true
		}
	}
	return false
}

// HasClass tells whether the element has a class, by its name in the template.
func (n *Node) HasClass(name string) bool {
	return slices.Contains(strings.Fields(n.Class()), name)
}

// Has tells whether the element has an attribute, with the value want if that is not nil.
func (n *Node) Has(attr string, want *string) bool {
	v, has := value.Value(nil), false
	if name, ok := strings.CutPrefix(attr, "data-"); ok {
		v, has = n.Dataset().Get(camelCase(name))
	} else {
		v, has = n.Attr(attr)
	}
	return has && (want == nil || value.Text(v) == *want)
}

// elements lists c's shadow tree in document order.
func (c *Component) elements() []*found {
	w := walker{}
	for _, cl := range c.shadow.list {
		w.clone(cl, nil)
	}
	return w.out
}

type walker struct{ out []*found }

// clone walks a clone of the shadow tree's own template.
func (w *walker) clone(cl *clone, parent *found) {
	if len(cl.block.nodes) == 0 {
		return
	}
	at := make([]*found, len(cl.block.nodes))
	for i := range cl.block.nodes {
		n := &cl.block.nodes[i]
		around := parent
		if n.parent >= 0 {
			around = at[n.parent]
		}
		if n.element != nil {
			f := &found{spot: spot{clone: cl, at: i, el: n.element}, parent: around, order: len(w.out)}
			if n.element.host >= 0 {
				f.hostOf = cl.state[n.element.host].anchor.hosts
			}
			at[i] = f
			w.out = append(w.out, f)
			around = f
		}
		if n.anchor >= 0 {
			w.anchor(cl.state[n.anchor].anchor, around)
		}
	}
}

func (w *walker) anchor(a *anchor, parent *found) {
	switch a.part.kind {
	case partHost:
		if a.hosts == nil {
			return
		}
		for _, ct := range a.hosts.content {
			for _, cl := range ct.clones {
				w.clone(cl, parent)
			}
		}
	case partSlot: // what it shows belongs to another tree
	default:
		for _, cl := range a.list {
			w.clone(cl, parent)
		}
	}
}
