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
	if def != nil && def.Options.eachSlot() {
		h.bySlot = []slotBlock{{each: true, block: linkBlock(l.base, namedValues(n.Children, eachSlotted(n.Children)), ns)}}
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
			h.bySlot = append(h.bySlot, slotBlock{name: name, block: linkBlock(l.base, nodes, ns)})
		}
	}
	if dynamic {
		nodes := filterSlot(n.Children, "", true)
		h.bySlot = append(h.bySlot, slotBlock{dynamic: true, block: linkBlock(l.base, nodes, ns)})
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

// kindSlotted is a node that only this package makes: its children are shown in the slot that SlotOf names, or in all of
// them, and have names for what the slot gives.
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
