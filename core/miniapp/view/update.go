package view

import (
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// update brings a clone up to date with changes of variables that it or what it holds reads.
func (cl *clone) update(chs []change) {
	if cl.gone || cl.comp.gone {
		return
	}
	var own, nested bitset
	if !cl.affected(chs, &own, &nested) {
		return
	}
	for i := range cl.block.parts {
		if o, n := own.has(i), nested.has(i); o || n {
			cl.updatePart(i, chs, o, n)
		}
	}
}

// affected finds the parts that changes touch.
func (cl *clone) affected(chs []change, own, nested *bitset) (any bool) {
	for i := range chs {
		deps := cl.block.deps[chs[i].v]
		for j := range deps {
			d := &deps[j]
			if !chs[i].hits(d.steps) {
				continue
			}
			any = true
			if d.nested {
				nested.add(d.part)
			} else {
				own.add(d.part)
			}
		}
	}
	return any
}

func (cl *clone) updatePart(i int, chs []change, own, nested bool) {
	p, st := &cl.block.parts[i], &cl.state[i]
	switch p.kind {
	case partText, partAttr:
		cl.updateHole(p, st)
	case partIf:
		if own && cl.chooseBranch(st.anchor) {
			return
		}
		if own {
			chs = cl.takeSlotValues(st.anchor, chs)
		}
		st.anchor.updateAll(chs)
	case partFor:
		cl.updateRows(st.anchor, chs, own, nested)
	case partUse:
		cl.updateUse(st.anchor, chs, own, nested)
	case partSlot:
		cl.updateSlot(st.anchor, chs, own, nested)
	case partHost:
		cl.updateHost(st.anchor, chs, own, nested)
	case partGeneric:
		st.anchor.updateAll(chs)
	}
}

func (cl *clone) updateHole(p *part, st *state) {
	v := cl.hole(p)
	if value.Equal(v, st.val) {
		return
	}
	old := st.val
	st.val = v
	cl.touch(p.index)
	if p.change != nil {
		cl.observe(p.node, p.change, v, old)
	}
}

// touch makes the next flush send a hole.
func (cl *clone) touch(i int) {
	st := &cl.state[i]
	if cl.live && !st.dirty {
		st.dirty = true
		cl.comp.page.holes = append(cl.comp.page.holes, hole{cl, i})
	}
}

// updateAll updates what an anchor holds.
func (a *anchor) updateAll(chs []change) {
	for _, cl := range a.list {
		cl.update(chs)
	}
}

// chooseBranch shows the branch whose condition is true; it reports whether that is another one than before.
func (cl *clone) chooseBranch(a *anchor) bool {
	chosen := -1
	for i := range a.part.branches {
		if cl.holds(&a.part.branches[i]) {
			chosen = i
			break
		}
	}
	if chosen == a.branch {
		return false
	}
	a.branch = chosen
	var list []*clone
	if chosen >= 0 && len(a.part.branches[chosen].block.nodes) > 0 {
		b := &a.part.branches[chosen]
		list = []*clone{cl.comp.page.newClone(b.block, cl.comp, b.bind(cl.scope))}
	}
	a.replace(list)
	return true
}

func (cl *clone) holds(b *branch) bool {
	switch {
	case b.slot != nil:
		return value.Text(cl.comp.page.eval(cl.comp, cl.scope, b.slot)) == cl.scope.slotName()
	case b.cond == nil:
		return true
	}
	return value.ToBool(cl.comp.page.eval(cl.comp, cl.scope, b.cond))
}

// bitset is a set of small numbers.
type bitset struct {
	low  [2]uint64
	high map[int]struct{}
}

func (s *bitset) add(i int) {
	if i < 128 {
		s.low[i>>6] |= 1 << (i & 63)
		return
	}
	if s.high == nil {
		s.high = map[int]struct{}{}
	}
	s.high[i] = struct{}{}
}

func (s *bitset) has(i int) bool {
	if i < 128 {
		return s.low[i>>6]&(1<<(i&63)) != 0
	}
	_, ok := s.high[i]
	return ok
}
