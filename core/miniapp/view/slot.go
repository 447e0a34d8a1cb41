package view

import (
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// content is what an owner's template put between a component's tags, or the share of it that is for one slot. It belongs
// to the owner (its data, its shadow tree) and is shown in a slot of the component, if there is one: its clones live as
// long as the component, whether shown or not. Content with computed slot names has one clone for each slot.
type content struct {
	from   *slotBlock
	clones []*clone
}

// renderSlot makes a slot of a component's shadow tree. It stays empty until the content is placed.
func (cl *clone) renderSlot(a *anchor) {
	a.slot = cl.slotNameOf(a)
	a.values = cl.slotValues(a)
	cl.comp.slots = append(cl.comp.slots, a)
	cl.comp.slotsDirty = true
}

func (cl *clone) slotNameOf(a *anchor) string {
	if a.part.expr == nil {
		return ""
	}
	name := value.Text(cl.comp.page.eval(cl.comp, cl.scope, a.part.expr))
	if name == "" && !a.part.expr.static && cl.comp.Def.Options.RepeatSlots {
		return noSlot
	}
	return name
}

// noSlot is the name of a slot that is computed to be empty: it is not the one without a name.
const noSlot = "\x00"

func (cl *clone) updateSlot(a *anchor, chs []change, own, nested bool) {
	if own {
		if name := cl.slotNameOf(a); name != a.slot {
			a.slot = name
			cl.comp.slotsDirty = true
		}
		cl.updateSlotValues(a)
	}
	if nested && a.spare != nil {
		a.spare.update(chs)
	}
}

// dropSlot takes a slot out that went with a piece of the shadow tree.
func (c *Component) dropSlot(a *anchor) {
	for _, cl := range a.list {
		cl.hide()
		cl.at = nil
	}
	a.list = nil
	if i := slices.Index(c.slots, a); i >= 0 {
		c.slots = slices.Delete(c.slots, i, i+1)
		c.slotsDirty = true
	}
}

// placeContent puts the content into the slots that are there now. It runs after every rendering that changed the slots.
func (c *Component) placeContent() {
	for range MaxRounds { // making content for a slot may bring further slots
		if !c.slotsDirty || c.gone {
			return
		}
		c.slotsDirty = false
		c.sortSlots()
		c.pickContent()
		for _, s := range slices.Clone(c.slots) {
			c.fillSlot(s)
		}
	}
}

// sortSlots brings the slots into document order, which decides between slots of the same name.
func (c *Component) sortSlots() {
	if len(c.slots) < 2 {
		return
	}
	c.slots = c.slots[:0]
	for _, cl := range c.shadow.list {
		cl.findSlots(c)
	}
}

func (cl *clone) findSlots(c *Component) {
	for i := range cl.state {
		a := cl.state[i].anchor
		switch {
		case a == nil:
		case a.part.kind == partSlot:
			c.slots = append(c.slots, a)
			if a.spare != nil {
				a.spare.findSlots(c)
			}
		case a.hosts != nil:
			for _, ct := range a.hosts.content {
				for _, cc := range ct.clones {
					cc.findSlots(c)
				}
			}
		default:
			for _, held := range a.list {
				held.findSlots(c)
			}
		}
	}
}

// pickContent makes and destroys the clones of content that picks its share: one for each slot there is, or for each name.
func (c *Component) pickContent() {
	if c.owner == nil {
		return
	}
	was := c.owner.enter()
	defer c.owner.leave(was)
	for _, ct := range c.content {
		if !ct.from.picks() {
			continue
		}
		ct.clones = slices.DeleteFunc(ct.clones, func(cl *clone) bool {
			if c.hasSlotFor(ct, cl.scope) {
				return false
			}
			if cl.at != nil {
				cl.at.setList(c.page, slices.DeleteFunc(slices.Clone(cl.at.list), func(o *clone) bool { return o == cl }))
			}
			cl.destroy()
			return true
		})
		for _, s := range slices.Clone(c.slots) {
			switch {
			case ct.from.each:
				if !slices.ContainsFunc(ct.clones, func(cl *clone) bool { return cl.scope.from == s }) {
					ct.clones = append(ct.clones, c.contentClone(ct, s.slot, s))
				}
			case c.slotNamed(s.slot) == s && !slices.ContainsFunc(ct.clones, func(cl *clone) bool { return cl.scope.slot == s.slot }):
				ct.clones = append(ct.clones, c.contentClone(ct, s.slot, nil))
			}
		}
	}
}

// hasSlotFor tells whether the slot that a clone of content was made for is there, and has its name still.
func (c *Component) hasSlotFor(ct *content, s *scope) bool {
	if ct.from.each {
		return slices.Contains(c.slots, s.from) && s.from.slot == s.slot
	}
	return c.slotNamed(s.slot) != nil
}

func (c *Component) contentClone(ct *content, slot string, from *anchor) *clone {
	s := c.host.scope
	if ct.from.picks() {
		s = &scope{outer: s, page: c.page, slot: slot, slotted: true, from: from}
		if from != nil {
			s.values = from.values
		}
	}
	owner := c.owner
	was := owner.enter()
	defer owner.leave(was)
	cl := c.page.newClone(ct.from.block, owner, s)
	cl.given = c
	if c.attached {
		c.page.attach(cl)
	}
	return cl
}

// slotNamed is the slot that shows content of this name: the first one. A component without several slots has one, whatever
// its name.
func (c *Component) slotNamed(name string) *anchor {
	for _, s := range c.slots {
		if s.slot == name || !c.Def.Options.MultipleSlots {
			return s
		}
	}
	return nil
}

// fillSlot makes a slot hold what belongs there.
func (c *Component) fillSlot(s *anchor) {
	var list []*clone
	for _, ct := range c.content {
		for _, cl := range ct.clones {
			if ct.from.each {
				if cl.scope.from == s {
					list = append(list, cl)
				}
				continue
			}
			name := ct.from.name
			if ct.from.dynamic {
				name = cl.scope.slot
			}
			if c.slotNamed(name) == s {
				list = append(list, cl)
			}
		}
	}
	list = c.spareOf(s, list)
	if slices.Equal(list, s.list) {
		return
	}
	for _, cl := range s.list {
		if cl.at == s && !slices.Contains(list, cl) {
			cl.at = nil
		}
	}
	s.setList(c.page, list)
}
