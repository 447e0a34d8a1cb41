package view

import (
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// slotPart links what a <slot> hands to its content and what it shows without any; nil if there is neither.
func (l *linker) slotPart(n *template.Node, ns *names) *slotPart {
	if len(n.Attrs) == 0 && len(n.Children) == 0 {
		return nil
	}
	s := &slotPart{values: l.named(n.Attrs, ns)}
	if len(n.Children) > 0 {
		s.fallback = linkBlock(l.base, n.Children, ns)
	}
	return s
}

// slotBlock links content for a slot. If it is shown in every slot of its name, the names in slot-scope are variables of
// a frame around it, as those of a loop are.
func (l *linker) slotBlock(s slotBlock, nodes []*template.Node, ns *names) slotBlock {
	if s.repeat {
		for _, name := range scopeNames(nodes, nil) {
			s.scopes = append(s.scopes, &loop{item: name, itemVar: l.base.newVar(), indexVar: l.base.newVar()})
		}
		if len(s.scopes) == 0 { // still a frame, which tells the clones apart
			s.scopes = []*loop{{itemVar: l.base.newVar(), indexVar: l.base.newVar()}}
		}
		for _, lp := range s.scopes {
			ns = &names{ns, lp}
		}
	}
	s.block = linkBlock(l.base, nodes, ns)
	return s
}

func scopeNames(nodes []*template.Node, out []string) []string {
	for _, n := range nodes {
		if n.SlotScope != "" && !slices.Contains(out, n.SlotScope) {
			out = append(out, n.SlotScope)
		}
		switch n.Kind {
		case template.If:
			for _, b := range n.Branches {
				out = scopeNames(b.Children, out)
			}
		case template.For, template.Block, kindSlotted:
			out = scopeNames(n.Children, out)
		}
	}
	return out
}

// slotAnchor is the slot that repeated content is for.
func (s *scope) slotAnchor() *anchor {
	for ; s != nil; s = s.outer {
		if s.given != nil {
			return s.given
		}
	}
	return nil
}

// slotValues are the values that a slot hands to its content.
func (cl *clone) slotValues(a *anchor) *value.Object {
	if a.part.slot == nil || len(a.part.slot.values) == 0 {
		return nil
	}
	return cl.named(a.part.slot.values)
}

// updateSlotValues hands changed values on to the content that the slot shows.
func (cl *clone) updateSlotValues(a *anchor) {
	now := cl.slotValues(a)
	if now == nil || value.Equal(now, a.values) {
		return
	}
	a.values = now
	for _, shown := range slices.Clone(a.list) {
		if shown == a.spare || shown.scope.slotAnchor() != a {
			continue
		}
		owner := shown.comp
		was := owner.enter()
		shown.update(shown.scope.takeValues(now))
		owner.leave(was)
	}
}

// takeValues puts new values of the slot into the frames of its content and says what changed.
func (s *scope) takeValues(v *value.Object) (out []change) {
	for ; s != nil && s.given != nil; s = s.outer {
		s.item = v
		out = append(out, change{v: s.loop.itemVar})
	}
	return out
}

// repeatContent keeps one clone of a piece of content for each slot of its name.
func (c *Component) repeatContent(ct *content) {
	wanted := func(s *anchor) bool { return ct.from.dynamic || s.slot == ct.from.name }
	ct.clones = slices.DeleteFunc(ct.clones, func(cl *clone) bool {
		s := cl.scope.slotAnchor()
		if slices.Contains(c.slots, s) && wanted(s) && (!ct.from.dynamic || cl.scope.slotName() == s.slot) {
			return false
		}
		if cl.at != nil {
			cl.at.setList(c.page, slices.DeleteFunc(slices.Clone(cl.at.list), func(o *clone) bool { return o == cl }))
		}
		cl.destroy()
		return true
	})
	for _, s := range slices.Clone(c.slots) {
		if wanted(s) && !slices.ContainsFunc(ct.clones, func(cl *clone) bool { return cl.scope.slotAnchor() == s }) {
			ct.clones = append(ct.clones, c.repeatedClone(ct, s))
		}
	}
}

func (c *Component) repeatedClone(ct *content, at *anchor) *clone {
	s := c.host.scope
	if ct.from.dynamic {
		s = &scope{outer: s, page: c.page, slot: at.slot, slotted: true}
	}
	values := at.values
	if values == nil {
		values = value.NewObject(0)
	}
	for _, lp := range ct.from.scopes {
		s = &scope{outer: s, page: c.page, loop: lp, item: values, given: at}
	}
	cl := c.page.newClone(ct.from.block, c.owner, s)
	cl.given = c
	if c.attached {
		c.page.attach(cl)
	}
	return cl
}

// spareOf is what a slot shows: what it is given, or else its own content, which lives only that long.
func (c *Component) spareOf(s *anchor, list []*clone) []*clone {
	if s.part.slot == nil || s.part.slot.fallback == nil {
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
