package view

import (
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// A component may have its content made for each of its slots, with the slot's values. Two notations lead here: names for
// single values on a piece of content (slot:prop="name") and one name for all of them (slot-scope="name"). Both are variables of a
// frame, as those of a loop are.

// slotValue is a name in the content for what its slot gives.
type slotValue struct {
	prop string
	all  bool  // for all values instead of one
	loop *loop // binds the name, as the item of a loop that is none
}

// of is what the name stands for.
func (v slotValue) of(values *value.Object) value.Value {
	switch {
	case values == nil && v.all:
		return value.NewObject(0)
	case values == nil:
		return nil
	case v.all:
		return values
	}
	item, _ := values.Get(v.prop)
	return item
}

// namedValues puts frames around content for the names that elements in it give to all values of their slot: conditions
// and loops around such an element know the name as well.
func namedValues(nodes, pieces []*template.Node) []*template.Node {
	for _, name := range scopeNames(nodes, nil) {
		pieces = []*template.Node{{Kind: kindSlotted, Pos: nodes[0].Pos, SlotScope: name, Children: pieces}}
	}
	return pieces
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
		case template.For, template.Block:
			out = scopeNames(n.Children, out)
		}
	}
	return out
}

func (l *linker) slotted(n *template.Node, parent int, ns *names) {
	i := l.anchor(parent, part{kind: partIf, pos: n.Pos})
	br := branch{slot: l.expr(n.SlotOf, ns)}
	br.values, ns = l.slotValues(n, ns)
	br.block = linkBlock(l.base, n.Children, ns)
	l.depend(i, br.slot)
	l.nest(i, br.block, nil)
	if len(br.values) > 0 {
		l.dependOn(i, slotVar, nil, false)
	}
	l.out.parts[i].branches = []branch{br}
}

func (l *linker) slotValues(n *template.Node, ns *names) (out []slotValue, inner *names) {
	add := func(name string, v slotValue) {
		v.loop = &loop{item: name, itemVar: l.base.newVar(), indexVar: l.base.newVar()}
		out, ns = append(out, v), &names{ns, v.loop}
	}
	for _, a := range n.SlotValues {
		name, _ := a.Value.Static()
		add(value.Text(name), slotValue{prop: camelCase(a.Name)})
	}
	if n.Kind == kindSlotted && n.SlotScope != "" {
		add(n.SlotScope, slotValue{all: true})
	}
	return out, ns
}

// slotValues are the values that a slot gives to its content.
func (cl *clone) slotValues(a *anchor) *value.Object {
	if len(a.part.slot.values) == 0 {
		return nil
	}
	return cl.named(a.part.slot.values)
}

// updateSlotValues tells the content that was made for a slot what the slot gives now.
func (cl *clone) updateSlotValues(a *anchor) {
	now, c := cl.slotValues(a), cl.comp
	if now == nil || value.Equal(now, a.values) {
		return
	}
	a.values = now
	if c.owner == nil {
		return
	}
	was := c.owner.enter()
	defer c.owner.leave(was)
	for _, ct := range c.content {
		for _, held := range slices.Clone(ct.clones) {
			if held.scope.from == a {
				held.scope.values = now
				held.update([]change{{v: slotVar}})
			}
		}
	}
}

// bind makes the scope of a piece of content: with a frame for each name that it has for what its slot gives.
func (b *branch) bind(s *scope) *scope {
	if len(b.values) == 0 {
		return s
	}
	frame := s.slotFrame()
	for _, v := range b.values {
		s = &scope{outer: s, page: s.page, loop: v.loop, item: v.of(frame.values)}
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
		if now := v.of(frame.values); !value.Equal(now, s.item) {
			s.item = now
			out = append(out, change{v: v.loop.itemVar})
		}
		s = s.outer
	}
	return out
}
