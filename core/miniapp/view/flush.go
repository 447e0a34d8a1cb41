package view

import (
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// Flush gives what changed on the page since the last flush; ok is false if nothing did. Template-script observers
// ("change:prop") of what changed run first, so that what they change is in the same patch.
func (p *Page) Flush() (patch Patch, ok bool) {
	if p.closed {
		return Patch{}, false
	}
	p.runObservers()
	p.refillSlots()
	if p.closed {
		return Patch{}, false
	}
	f := flush{page: p}
	f.page.sweep()
	f.base()
	f.removals()
	for _, a := range p.dirty {
		f.insertions(a)
	}
	f.attributes()
	f.calls()
	clear(p.dirty)
	clear(p.holes)
	p.dirty, p.holes = p.dirty[:0], p.holes[:0]
	return f.patch()
}

// Snapshot gives the whole page as it is: for a client that connects anew, or a second one. Changes not flushed yet are in
// it and will not be sent again.
func (p *Page) Snapshot() Patch {
	p.runObservers()
	p.refillSlots()
	p.fragments, p.styles = map[*block]int{}, map[string]bool{}
	f := flush{page: p}
	f.styleOps = append(f.styleOps, []any{OpReset})
	for _, a := range p.dirty {
		f.forget(a)
	}
	for _, h := range p.holes {
		h.clone.state[h.part].dirty = false
	}
	p.dirty, p.holes = nil, nil
	f.base()
	for _, cl := range p.shown.list {
		f.emit(cl, 0, 0)
	}
	f.allOverrides()
	f.calls()
	patch, _ := f.patch()
	return patch
}

// calls sends the method calls whose element the client has; others are dropped with their element.
func (f *flush) calls() {
	for _, op := range f.page.invokes {
		if cl, _, ok := f.page.find(op[1].(int)); ok && cl.live {
			f.ops = append(f.ops, op)
		}
	}
	f.page.invokes = nil
}

// forget drops the difference between an anchor and what the client had, which is being dropped, too.
func (f *flush) forget(a *anchor) {
	for _, cl := range a.sent {
		if cl.at != a {
			cl.hide()
		}
	}
	a.dirty, a.sent = false, nil
}

// flush collects the operations of one patch.
type flush struct {
	page     *Page
	styleOps []any
	ops      []any
}

func (f *flush) patch() (Patch, bool) {
	ops := f.ops
	if len(f.styleOps) > 0 {
		ops = append(f.styleOps, ops...)
	}
	if len(ops) == 0 {
		return Patch{}, false
	}
	f.page.seq++
	return Patch{Page: f.page.id, Seq: f.page.seq, Ops: ops}, true
}

// base sends the styles of the program and the page.
func (f *flush) base() {
	f.style(f.page.opts.AppStyle)
	f.style(f.page.root.unit.style)
}

func (f *flush) style(s *Stylesheet) {
	if s == nil || f.page.styles[s.Key] {
		return
	}
	f.page.styles[s.Key] = true
	fonts := make([]any, len(s.Fonts))
	for i, font := range s.Fonts {
		fonts[i] = font
	}
	f.styleOps = append(f.styleOps, []any{OpStyle, s.Key, s.CSS, fonts})
}

// removals takes out what the client has and the tree has not. It comes first, so that what only changed its place may
// come back under its ids.
func (f *flush) removals() {
	var ids []any
	for _, a := range f.page.dirty {
		if !a.live() {
			a.dirty, a.sent = false, nil
			continue
		}
		kept := make([]*clone, 0, len(a.sent))
		for _, cl := range a.sent {
			if cl.at == a && !cl.gone {
				kept = append(kept, cl)
				continue
			}
			ids = append(ids, cl.id)
			cl.hide()
		}
		a.sent = kept
	}
	if len(ids) > 0 {
		f.ops = append(f.ops, append([]any{OpRemove}, ids...))
	}
}

// insertions brings an anchor's list in order with as few moves as possible and sends what is new.
func (f *flush) insertions(a *anchor) {
	if !a.dirty || !a.live() {
		return
	}
	sent := a.sent
	a.dirty, a.sent = false, nil
	for i, cl := range sent {
		cl.mark = i
	}
	order, before := make([]int, len(a.list)), make([]int, len(a.list))
	for i, cl := range a.list {
		order[i] = -1
		if cl.live {
			order[i] = cl.mark
		}
	}
	stay, next := increasing(order), 0
	for i := len(a.list) - 1; i >= 0; i-- {
		before[i] = next
		if stay[i] {
			next = a.list[i].id
		}
	}
	for i, cl := range a.list {
		switch {
		case order[i] < 0:
			f.emit(cl, a.id(), before[i])
		case !stay[i]:
			f.ops = append(f.ops, []any{OpMove, cl.id, before[i]})
		}
	}
}

// emit sends a clone and all it shows.
func (f *flush) emit(cl *clone, anchor, before int) {
	op := []any{OpClone, f.fragment(cl.block), cl.id, anchor, before}
	if len(cl.block.holes) > 0 {
		op = append(op, cl.holeValues())
	}
	if cl.block.base != nil && cl.block.base.unit.class.scripted {
		if len(cl.block.holes) == 0 {
			op = append(op, nil)
		}
		op = append(op, cl.comp.hostID())
	}
	f.ops = append(f.ops, op)
	cl.live = true
	for i := range cl.state {
		a := cl.state[i].anchor
		if a == nil {
			continue
		}
		a.dirty, a.sent = false, nil
		if a.hosts != nil {
			f.style(a.hosts.unit.style)
		}
		for _, held := range a.list {
			f.emit(held, a.id(), 0)
		}
	}
	if f.page.overrides != nil {
		f.overridesOf(cl)
	}
}

func (cl *clone) holeValues() []any {
	out := make([]any, len(cl.block.holes))
	for k, i := range cl.block.holes {
		cl.state[i].dirty = false
		out[k] = wireValue(cl.state[i].val)
	}
	return out
}

// wireValue is a value as it stands in an op: undefined is null, which removes an attribute.
func wireValue(v value.Value) any {
	if value.IsNullish(v) {
		return nil
	}
	return v
}

// fragment is the number of a block's fragment, which is sent before its first use.
func (f *flush) fragment(bl *block) int {
	n, ok := f.page.fragments[bl]
	if !ok {
		n = len(f.page.fragments) + 1
		f.page.fragments[bl] = n
		op := []any{OpFragment, n, bl.fragment}
		if bl.base != nil && bl.base.unit.class.scripted {
			op = append(op, bl.base.unit.class.prefix, bl.base.unit.class.bare)
		}
		f.ops = append(f.ops, op)
	}
	return n
}

// attributes sends the holes that changed.
func (f *flush) attributes() {
	for _, h := range f.page.holes {
		st := &h.clone.state[h.part]
		if !st.dirty || !h.clone.live {
			continue
		}
		st.dirty = false
		p := &h.clone.block.parts[h.part]
		id := h.clone.id + p.node
		if p.kind == partText {
			f.ops = append(f.ops, []any{OpText, id, st.val})
			continue
		}
		f.ops = append(f.ops, []any{OpAttr, id, p.name, wireValue(st.val)})
	}
	f.changedOverrides()
}
