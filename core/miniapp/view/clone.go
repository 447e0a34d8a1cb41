package view

import (
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// clone is an instance of a block: one appearance of a piece of template in a page.
type clone struct {
	block *block
	id    int // of its first node; node i has the id id+i
	comp  *Component
	scope *scope
	state []state    // one for each part of the block
	at    *anchor    // where it stands; nil while it is content without a slot
	given *Component // for content: the component it was given to
	live  bool       // the client has it
	gone  bool

	attached bool // part of an attached page
	mark     int  // scratch of the flush: place in what the client has
}

// state is what a clone keeps for one part.
type state struct {
	val    value.Value // text, attribute: what the client shows or will show
	anchor *anchor     // anchors: what they hold
	dirty  bool        // val has to be sent
}

// anchor is a place in a clone that holds other clones.
type anchor struct {
	clone *clone // nil for the root of a page
	part  *part
	list  []*clone
	sent  []*clone // what the client has, if dirty
	dirty bool     // list is not what the client has

	branch int           // partIf: which branch is shown, -1 none
	uses   *useState     // partUse
	hosts  *Component    // partHost, partGeneric's inner host: the instance
	slot   string        // partSlot: its name
	values *value.Object // partSlot: what it hands to content that asks
	spare  *clone        // partSlot: its own content, while nothing is given
}

// id of the anchor node.
func (a *anchor) id() int {
	if a.clone == nil {
		return 0
	}
	return a.clone.id + a.part.node
}

// live tells whether the client has the anchor.
func (a *anchor) live() bool { return a.clone == nil || a.clone.live }

// newClone renders a block for a component. The clone is not shown before it is put into an anchor.
func (p *Page) newClone(bl *block, c *Component, s *scope) *clone {
	if p.alive+len(bl.nodes) > MaxNodes {
		p.reportFull(bl, c)
		bl = emptyBlock
	}
	cl := &clone{block: bl, id: p.allot(len(bl.nodes)), comp: c, scope: s}
	if len(bl.parts) > 0 {
		cl.state = make([]state, len(bl.parts))
	}
	p.clones = append(p.clones, cl)
	for i := range bl.parts {
		cl.render(i)
	}
	return cl
}

// emptyBlock is what a page that is full shows in place of more.
var emptyBlock = &block{fragment: []byte("[]")}

func (p *Page) reportFull(bl *block, c *Component) {
	if p.full {
		return
	}
	p.full = true
	var pos [3]int
	if len(bl.parts) > 0 {
		pos = bl.parts[0].pos
	}
	p.logic.Report(c, position(bl.base.file, pos), &LimitError{"a page of more than", MaxNodes, "nodes", "the rest is not shown; a template or component most likely uses itself without an end, or a list needs paging"})
}

// render computes a part for the first time.
func (cl *clone) render(i int) {
	p, st := &cl.block.parts[i], &cl.state[i]
	switch p.kind {
	case partText, partAttr:
		st.val = cl.hole(p)
		if p.change != nil {
			cl.observe(p.node, p.change, st.val, nil)
		}
		return
	}
	st.anchor = &anchor{clone: cl, part: p, branch: -1}
	switch p.kind {
	case partIf:
		cl.chooseBranch(st.anchor)
	case partFor:
		cl.renderRows(st.anchor)
	case partUse:
		cl.renderUse(st.anchor)
	case partSlot:
		cl.renderSlot(st.anchor)
	case partHost:
		cl.renderHost(st.anchor)
	case partGeneric:
		cl.renderGeneric(st.anchor)
	}
}

// hole computes the value of a text or attribute as it is sent.
func (cl *clone) hole(p *part) value.Value {
	page := cl.comp.page
	v := page.eval(cl.comp, cl.scope, p.expr)
	if p.kind == partText {
		return value.Text(v)
	}
	switch p.mode {
	case attrClass:
		return page.override(cl.id + p.node).classes(cl.block.base.unit.class.class(v, p.hostDef, cl.comp))
	case attrStyle:
		return page.override(cl.id + p.node).styles(styleText(v))
	}
	switch v.(type) {
	case *value.Array, *value.Object:
		return value.Copy(v) // what is sent must not change when the data does
	case value.Func:
		return nil
	}
	return v
}
