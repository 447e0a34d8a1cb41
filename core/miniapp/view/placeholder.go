package view

import "github.com/dougong-dev/dougong/core/miniapp/template"

// later links the place of a component that is not there yet: an anchor, as that of a generic.
func (l *linker) later(n *template.Node, p *Placeholder, parent int, ns *names) {
	probe := &linker{base: l.base, out: &block{base: l.base, deps: map[varID][]dep{}}}
	probe.custom(n, nil, -1, ns)
	l.base.unit.use(nil)
	i := l.anchor(parent, part{kind: partGeneric, generic: &generic{name: n.Tag, src: n, ns: ns, later: p}, pos: n.Pos})
	l.nest(i, probe.out, nil)
}

// renderPlaceholder shows the component if it is there, else what stands in for it.
func (cl *clone) renderPlaceholder(a *anchor) {
	p := a.part.generic.later
	def, ok := p.Find()
	if !ok {
		def = p.Instead
	}
	shown := cl.comp.page.newClone(cl.block.base.unit.genericBlock(cl.block.base, a.part.generic, def), cl.comp, cl.scope)
	shown.at = a
	a.list = []*clone{shown}
	if !ok {
		cl.comp.page.later = append(cl.comp.page.later, a)
		p.Wanted()
	}
}

// FillPlaceholders puts components that have come in the places of those that stood in for them. What stood there is
// detached, and the component is created with what the template gives it now.
func (p *Page) FillPlaceholders() {
	waiting := p.later
	p.later = nil
	for _, a := range waiting {
		cl := a.clone
		if cl.gone || cl.comp.gone || p.closed {
			continue
		}
		def, ok := a.part.generic.later.Find()
		if !ok {
			p.later = append(p.later, a)
			continue
		}
		bl := cl.block.base.unit.genericBlock(cl.block.base, a.part.generic, def)
		a.replace([]*clone{p.newClone(bl, cl.comp, cl.scope)})
	}
}
