package view

import (
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// hostContent links what stands between a component's tags. A component with one slot takes all of it. For a component
// with several, the content is sorted by the slot names written on it; a loop or condition around elements of several
// slots is repeated for each. Content with a computed slot name is linked so that it picks what belongs to a slot.
func (l *linker) hostContent(h *host, n *template.Node, def *Definition, ns *names) {
	if len(n.Children) == 0 {
		return
	}
	if def != nil && def.Options.DynamicSlots {
		h.bySlot = []slotBlock{{dynamic: true, each: true, block: linkBlock(l.base, eachSlotted(n.Children), ns)}}
		return
	}
	if def == nil || !def.Options.MultipleSlots {
		h.all = &slotBlock{block: linkBlock(l.base, n.Children, ns)}
		return
	}
	var slots []string
	dynamic := slotNames(n.Children, &slots)
	for _, name := range slots {
		if nodes := filterSlot(n.Children, name, false); len(nodes) > 0 {
			h.bySlot = append(h.bySlot, l.slotBlock(slotBlock{name: name, repeat: def.Options.RepeatSlots}, nodes, ns))
		}
	}
	if dynamic {
		nodes := filterSlot(n.Children, "", true)
		h.bySlot = append(h.bySlot, l.slotBlock(slotBlock{dynamic: true, repeat: def.Options.RepeatSlots}, nodes, ns))
	}
}

// slotName is the slot that a top-level node of the content asks for.
func slotName(n *template.Node) (name string, dynamic bool) {
	if n.SlotOf == nil {
		return "", false
	}
	v, ok := n.SlotOf.Static()
	if !ok {
		return "", true
	}
	return value.Text(v), false
}

// slotNames collects the names in order of appearance and tells whether there are computed ones.
func slotNames(nodes []*template.Node, names *[]string) (dynamic bool) {
	add := func(s string) {
		if !slices.Contains(*names, s) {
			*names = append(*names, s)
		}
	}
	for _, n := range nodes {
		switch {
		case n.SlotOf != nil:
			name, computed := slotName(n)
			if computed {
				dynamic = true
			} else {
				add(name)
			}
		case n.Kind == template.If:
			for _, b := range n.Branches {
				dynamic = slotNames(b.Children, names) || dynamic
			}
		case n.Kind == template.For || n.Kind == template.Block:
			dynamic = slotNames(n.Children, names) || dynamic
		default:
			add("")
		}
	}
	return dynamic
}

// filterSlot keeps what belongs to one slot, or (dynamic) what has a computed slot name. Of a condition all branches
// stay, so that "else" keeps its meaning.
func filterSlot(nodes []*template.Node, slot string, dynamic bool) []*template.Node {
	var out []*template.Node
	for _, n := range nodes {
		switch {
		case n.SlotOf != nil:
			name, computed := slotName(n)
			if computed == dynamic && name == slot {
				out = append(out, slotted(n, computed))
			}
		case n.Kind == template.If:
			if c := filterBranches(n, slot, dynamic); c != nil {
				out = append(out, c)
			}
		case n.Kind == template.For || n.Kind == template.Block:
			if children := filterSlot(n.Children, slot, dynamic); len(children) > 0 {
				c := *n
				c.Children = children
				out = append(out, &c)
			}
		case slot == "" && !dynamic:
			out = append(out, n)
		}
	}
	return out
}

func filterBranches(n *template.Node, slot string, dynamic bool) *template.Node {
	c := *n
	c.Branches = slices.Clone(n.Branches)
	found := false
	for i, b := range n.Branches {
		c.Branches[i].Children = filterSlot(b.Children, slot, dynamic)
		found = found || len(c.Branches[i].Children) > 0
	}
	if !found {
		return nil
	}
	return &c
}

// kindSlotted is a node that only this package makes: its child is shown in the slot that SlotOf names.
const kindSlotted template.Kind = "slotted"

func slotted(n *template.Node, computed bool) *template.Node {
	if !computed {
		return n
	}
	return &template.Node{Kind: kindSlotted, Pos: n.Pos, SlotOf: n.SlotOf, Children: []*template.Node{n}}
}

// eachSlotted has every piece of the content pick its slot, by a name that is written or computed.
func eachSlotted(nodes []*template.Node) []*template.Node {
	var out []*template.Node
	for _, n := range nodes {
		switch {
		case n.SlotOf == nil && n.Kind == template.If:
			c := *n
			c.Branches = slices.Clone(n.Branches)
			for i, b := range n.Branches {
				c.Branches[i].Children = eachSlotted(b.Children)
			}
			out = append(out, &c)
		case n.SlotOf == nil && (n.Kind == template.For || n.Kind == template.Block):
			c := *n
			c.Children = eachSlotted(n.Children)
			out = append(out, &c)
		default:
			s := slotted(n, true)
			if s.SlotOf == nil {
				s.SlotOf = template.Constant("", n.Pos)
			}
			s.SlotValues = n.SlotValues
			out = append(out, s)
		}
	}
	return out
}

// slotValue gives a value of the slot a name in the content.
type slotValue struct {
	prop string
	loop *loop // binds the name, as the item of a loop that is none
}

func (l *linker) slotValues(n *template.Node, ns *names) ([]slotValue, *names) {
	var out []slotValue
	for _, a := range n.SlotValues {
		name, _ := a.Value.Static()
		lp := &loop{item: value.Text(name), itemVar: l.base.newVar(), indexVar: l.base.newVar()}
		out = append(out, slotValue{camelCase(a.Name), lp})
		ns = &names{ns, lp}
	}
	return out, ns
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
