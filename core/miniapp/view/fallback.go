package view

import "slices"

// spareOf is what a slot shows: what it is given, or else its own content, which lives only that long.
func (c *Component) spareOf(s *anchor, list []*clone) []*clone {
	if s.part.slot.fallback == nil {
		return list
	}
	if slices.ContainsFunc(list, func(cl *clone) bool { return !cl.blank() }) {
		if old := s.spare; old != nil {
			s.spare = nil
			s.setList(c.page, nil)
			old.destroy()
		}
		return list
	}
	if s.spare == nil {
		cl := s.clone
		s.spare = c.page.newClone(s.part.slot.fallback, c, cl.scope)
		if cl.attached {
			c.page.attach(s.spare)
		}
	}
	return []*clone{s.spare}
}

// blank tells whether a clone shows nothing at all: no element, no text, no component.
func (cl *clone) blank() bool {
	for i := range cl.block.nodes {
		n := &cl.block.nodes[i]
		if n.parent >= 0 {
			continue
		}
		if n.anchor < 0 {
			return false
		}
		a := cl.state[n.anchor].anchor
		if a.part.kind == partHost || slices.ContainsFunc(a.list, func(held *clone) bool { return !held.blank() }) {
			return false
		}
	}
	return true
}

// contentChanged notes the component to whose content a clone belongs, at its root, if the component shows something of its
// own where nothing is given. It is looked at again before the next flush.
func (cl *clone) contentChanged() {
	for cl.given == nil && cl.at != nil && cl.at.clone != nil && cl.at.part.kind != partHost {
		cl = cl.at.clone
	}
	c := cl.given
	if c == nil || c.gone || !c.Def.Options.RepeatSlots || slices.Contains(c.page.refill, c) {
		return
	}
	c.slotsDirty = true
	c.page.refill = append(c.page.refill, c)
}

// refillSlots decides anew between content and what slots show of their own.
func (p *Page) refillSlots() {
	for range MaxRounds {
		list := p.refill
		if len(list) == 0 {
			return
		}
		p.refill = nil
		for _, c := range list {
			was := c.enter()
			c.placeContent()
			c.leave(was)
		}
	}
}
