package view

import (
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// linker builds one block.
type linker struct {
	base  *base
	out   *block
	roots []any
}

func linkBlock(b *base, nodes []*template.Node, ns *names) *block {
	l := &linker{base: b, out: &block{base: b, deps: map[varID][]dep{}}}
	l.roots = l.nodes(nodes, -1, ns)
	l.finish()
	return l.out
}

func (l *linker) finish() {
	l.out.fragment = marshalFragment(l.roots)
	for i := range l.out.parts {
		if k := l.out.parts[i].kind; k == partText || k == partAttr {
			l.out.holes = append(l.out.holes, i)
		}
	}
}

// nodes links siblings and returns their part of the fragment.
func (l *linker) nodes(nodes []*template.Node, parent int, ns *names) []any {
	var out []any
	for _, n := range nodes {
		switch n.Kind {
		case template.Text:
			if t := l.text(n, parent, ns); t != nil {
				out = append(out, t)
			}
		case template.Element:
			out = append(out, l.element(n, parent, ns)...)
		case template.Block:
			out = append(out, l.nodes(n.Children, parent, ns)...)
		case template.If:
			l.conditional(n, parent, ns)
			out = append(out, 0)
		case template.For:
			l.forLoop(n, parent, ns)
			out = append(out, 0)
		case template.Use:
			l.useTemplate(n, parent, ns)
			out = append(out, 0)
		case template.Slot:
			l.slot(n, parent, ns)
			out = append(out, 0)
		case kindSlotted:
			l.slotted(n, parent, ns)
			out = append(out, 0)
		}
	}
	return out
}

// node adds a fragment node and returns its index.
func (l *linker) node(parent int) int {
	l.out.nodes = append(l.out.nodes, blockNode{parent: parent, anchor: -1})
	return len(l.out.nodes) - 1
}

// part adds a dynamic part; what it reads is registered by depend.
func (l *linker) part(p part) int {
	p.index = len(l.out.parts)
	l.out.parts = append(l.out.parts, p)
	return p.index
}

// anchor adds an anchor node with its part.
func (l *linker) anchor(parent int, p part) int {
	p.node = l.node(parent)
	i := l.part(p)
	l.out.nodes[p.node].anchor = i
	return i
}

func (l *linker) expr(e *template.Expr, ns *names) *expr {
	if e == nil {
		return nil
	}
	x := &expr{src: e, base: l.base}
	if x.val, x.static = e.Static(); !x.static {
		x.reads = l.base.reads(e, ns)
	}
	return x
}

// depend registers that a part has to be looked at when what e reads changes.
func (l *linker) depend(partIndex int, exprs ...*expr) {
	for _, e := range exprs {
		if e == nil {
			continue
		}
		for _, r := range e.reads {
			l.dependOn(partIndex, r.v, r.steps, false)
		}
	}
}

func (l *linker) dependOn(partIndex int, v varID, steps []string, nested bool) {
	count := 0
	for _, d := range l.out.deps[v] {
		if d.part == partIndex && d.nested == nested {
			if slices.Equal(d.steps, steps) || len(d.steps) == 0 {
				return
			}
			count++
		}
	}
	if nested && count >= maxNestedPaths {
		steps = nil
	}
	l.out.deps[v] = append(l.out.deps[v], dep{partIndex, steps, nested})
}

// nest registers that a part has to pass on changes of what a block inside it reads, loop variables of its own apart.
func (l *linker) nest(partIndex int, inner *block, lp *loop) {
	for v, deps := range inner.deps {
		if lp != nil && (v == lp.itemVar || v == lp.indexVar) {
			continue
		}
		for _, d := range deps {
			l.dependOn(partIndex, v, d.steps, true)
		}
	}
}

func (l *linker) text(n *template.Node, parent int, ns *names) any {
	e := l.expr(n.Value, ns)
	if e.static {
		text := value.Text(e.val)
		if text == "" {
			return nil
		}
		l.node(parent)
		l.out.textSize += len(strings.TrimSpace(text))
		return text
	}
	i := l.part(part{kind: partText, node: l.node(parent), expr: e, pos: n.Pos})
	l.depend(i, e)
	return map[string]int{"h": 1}
}

func (l *linker) conditional(n *template.Node, parent int, ns *names) {
	i := l.anchor(parent, part{kind: partIf, pos: n.Pos})
	var branches []branch
	for _, b := range n.Branches {
		br := branch{cond: l.expr(b.Cond, ns), block: linkBlock(l.base, b.Children, ns)}
		l.depend(i, br.cond)
		l.nest(i, br.block, nil)
		branches = append(branches, br)
	}
	l.out.parts[i].branches = branches
}

func (l *linker) forLoop(n *template.Node, parent int, ns *names) {
	lp := &loop{item: n.Item, index: n.Index, itemVar: l.base.newVar(), indexVar: l.base.newVar(), key: n.Key, listExpr: n.List}
	if lp.item == "" {
		lp.item = "item"
	}
	if lp.index == "" {
		lp.index = "index"
	}
	if lp.key != "" && lp.key != "*this" {
		lp.keySteps = strings.Split(lp.key, ".")
	}
	list := l.expr(n.List, ns)
	if !list.static {
		lp.path = l.base.plainPath(n.List, ns)
	}
	i := l.anchor(parent, part{kind: partFor, expr: list, loop: lp, pos: n.Pos})
	lp.body = linkBlock(l.base, n.Children, &names{ns, lp})
	l.depend(i, list)
	l.nest(i, lp.body, lp)
}

func (l *linker) useTemplate(n *template.Node, parent int, ns *names) {
	u := &use{name: l.expr(n.Value, ns), scope: l.expr(n.Scope, ns)}
	if n.Scope != nil && n.Scope.Op == template.OpObject {
		for k, key := range n.Scope.Keys {
			x := n.Scope.X[k]
			if x.Op == template.OpSpread {
				x = x.X[0]
			}
			u.fields = append(u.fields, useField{key, l.base.plainPath(x, ns)})
		}
	}
	l.base.unit.use(nil)
	i := l.anchor(parent, part{kind: partUse, use: u, pos: n.Pos})
	l.depend(i, u.name, u.scope)
	if len(l.base.unit.def.ExternalClasses) > 0 {
		l.dependOn(i, externalVar, nil, true)
	}
}

func (l *linker) slot(n *template.Node, parent int, ns *names) {
	p := part{kind: partSlot, expr: l.expr(n.Value, ns), pos: n.Pos}
	if l.base.unit.def.Options.eachSlot() {
		p.slot.values = l.named(n.Attrs, ns)
	}
	if l.base.unit.def.Options.DynamicSlots {
		for k := range p.slot.values {
			p.slot.values[k].name = camelCase(p.slot.values[k].name)
		}
	}
	if len(n.Children) > 0 {
		p.slot.fallback = linkBlock(l.base, n.Children, ns)
	}
	i := l.anchor(parent, p)
	l.depend(i, p.expr)
	for _, v := range p.slot.values {
		l.depend(i, v.expr)
	}
	if p.slot.fallback != nil {
		l.nest(i, p.slot.fallback, nil)
	}
}
