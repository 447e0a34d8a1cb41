package view

import (
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// slotValuesOf computes what a slot gives to its content.
func (cl *clone) slotValuesOf(a *anchor) *value.Object {
	out := value.NewObject(len(a.part.values))
	for _, v := range a.part.values {
		out.Set(v.name, value.Copy(cl.comp.page.eval(cl.comp, cl.scope, v.expr)))
	}
	return out
}

// giveSlotValues tells the content that was made for a slot what the slot gives now.
func (cl *clone) giveSlotValues(a *anchor) {
	c := cl.comp
	if c.owner == nil {
		return
	}
	values := cl.slotValuesOf(a)
	was := c.owner.enter()
	defer c.owner.leave(was)
	for _, ct := range c.content {
		for _, held := range slices.Clone(ct.clones) {
			if held.scope.from == a {
				held.scope.values = values
				held.update([]change{{v: slotVar}})
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

// bind makes the scope of a piece of content: with a frame for each value of the slot that it has a name for.
func (b *branch) bind(s *scope) *scope {
	if len(b.values) == 0 {
		return s
	}
	frame := s.slotFrame()
	for _, v := range b.values {
		item, _ := frame.values.Get(v.prop)
		s = &scope{outer: s, page: s.page, loop: v.loop, item: item}
	}
	return s
}

// takeSlotValues brings the frames of a piece of content up to date, and adds what changed by that.
func (cl *clone) takeSlotValues(a *anchor, chs []change) []change {
	if a.branch < 0 || len(a.list) == 0 || len(a.part.branches[a.branch].values) == 0 {
		return chs
	}
	frame := cl.scope.slotFrame()
	out := slices.Clone(chs)
	s := a.list[0].scope
	for _, v := range slices.Backward(a.part.branches[a.branch].values) {
		if now, _ := frame.values.Get(v.prop); !value.Equal(now, s.item) {
			s.item = now
			out = append(out, change{v: v.loop.itemVar})
		}
		s = s.outer
	}
	return out
}
