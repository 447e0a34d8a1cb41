package view

import (
	"slices"
	"sort"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// PageOptions are what a page needs beside its definition.
type PageOptions struct {
	// AppStyle is the style sheet of the whole program; it comes before the page's own.
	AppStyle *Stylesheet
	// ClientScripts says that a client runs the template scripts that handle events and observe properties, as far as
	// fragments name them.
	ClientScripts bool
}

// Page is the tree of one open page.
type Page struct {
	id    int
	logic Logic
	opts  PageOptions
	root  *Component
	shown anchor // holds the root's shadow tree; stands for id 0

	nextID int
	clones []*clone // by id
	dead   int      // how many of them are gone
	parted []*clone // those that may be heard once more

	scripts map[string]value.Value
	caller  template.Caller
	warned  map[*part]bool

	attached, closed bool
	nested           int // SetData calls that are running
	alive            int // nodes
	full             bool
	components       int
	later            []*anchor // placeholders that may have to give way

	// what the next flush has to send
	seq       int
	dirty     []*anchor
	refill    []*Component // in whose content something appeared or went
	holes     []hole
	invokes   [][]any
	observed  []observation
	overrides map[int]*override

	// what the client has
	fragments map[*block]int
	styles    map[string]bool
}

type hole struct {
	clone *clone
	part  int
}

// NewPage creates a page's root component and renders its tree. Nothing is attached yet and nothing sent.
func NewPage(id int, def *Definition, logic Logic, opts PageOptions) (*Page, error) {
	p := &Page{
		id: id, logic: logic, opts: opts, nextID: 1,
		scripts: map[string]value.Value{}, warned: map[*part]bool{},
		fragments: map[*block]int{}, styles: map[string]bool{},
	}
	p.caller = func(fn value.Func, args []value.Value) (value.Value, error) { return logic.Apply(fn, args) }
	p.root = &Component{Def: def, page: p, unit: def.link(), shadow: &p.shown}
	if err := p.root.create(nil); err != nil {
		return nil, err
	}
	p.shown.dirty = true
	p.dirty = append(p.dirty, &p.shown)
	return p, nil
}

// ID is the page's number.
func (p *Page) ID() int { return p.id }

// Root is the page's own component.
func (p *Page) Root() *Component { return p.root }

// Components is how many component instances there are, the root included.
func (p *Page) Components() int { return p.components }

// Attach puts the tree on the page: Attached runs for all components, parents before children.
func (p *Page) Attach() {
	if p.attached || p.closed {
		return
	}
	p.attached = true
	p.root.attach()
	p.attach(slices.Clone(p.shown.list)...)
}

// attach tells the components in new clones that they are part of the page now.
func (p *Page) attach(list ...*clone) {
	for _, cl := range list {
		cl.attach()
	}
}

func (c *Component) attach() {
	if c.attached || c.gone {
		return
	}
	c.attached = true
	c.page.logic.Attached(c)
}

// Close takes the page down: Detached runs for all components, children before parents.
func (p *Page) Close() {
	if p.closed {
		return
	}
	p.closed = true
	for _, cl := range p.shown.list {
		cl.destroy()
	}
	p.root.detach()
	p.refill = nil
	p.shown.list, p.clones, p.parted, p.dirty, p.holes, p.invokes, p.observed = nil, nil, nil, nil, nil, nil, nil
}

// allot reserves ids for n nodes.
func (p *Page) allot(n int) int {
	id := p.nextID
	p.nextID += n
	p.alive += n
	return id
}

// find is the clone that has the node with this id, and the node's index in it.
func (p *Page) find(id int) (*clone, int, bool) {
	i := sort.Search(len(p.clones), func(i int) bool { return p.clones[i].id > id }) - 1
	if i < 0 {
		return nil, 0, false
	}
	cl := p.clones[i]
	if at := id - cl.id; at < len(cl.block.nodes) && !cl.gone {
		return cl, at, true
	}
	return nil, 0, false
}

// sweep forgets clones that are gone.
func (p *Page) sweep() {
	if p.dead < 64 || p.dead < len(p.clones)/2 {
		return
	}
	p.clones = slices.DeleteFunc(p.clones, func(cl *clone) bool { return cl.gone })
	p.dead = 0
	for id := range p.overrides {
		if _, _, ok := p.find(id); !ok {
			delete(p.overrides, id)
		}
	}
}

// Invoke calls a method of a built-in component in the client. The answer comes as a client message with the number call,
// unless that is 0.
func (p *Page) Invoke(node int, method string, args any, call int) {
	p.invokes = append(p.invokes, []any{OpInvoke, node, method, args, call})
}

// Nodes is how many nodes the page shows: elements, texts and hosts, not anchors.
func (p *Page) Nodes() int {
	n := 0
	p.eachShown(func(cl *clone) {
		for i := range cl.block.nodes {
			if cl.block.nodes[i].anchor < 0 {
				n++
			}
		}
	})
	return n
}

// TextBytes is how much text the page shows, white space around it not counted.
func (p *Page) TextBytes() int {
	n := 0
	p.eachShown(func(cl *clone) {
		n += cl.block.textSize
		for i := range cl.state {
			if s, ok := cl.state[i].val.(string); ok && cl.block.parts[i].kind == partText {
				n += len(strings.TrimSpace(s))
			}
		}
	})
	return n
}

func (p *Page) eachShown(visit func(*clone)) {
	for _, cl := range p.shown.list {
		cl.eachShown(visit)
	}
}

func (cl *clone) eachShown(visit func(*clone)) {
	visit(cl)
	for i := range cl.state {
		if a := cl.state[i].anchor; a != nil {
			for _, held := range a.list {
				held.eachShown(visit)
			}
		}
	}
}

// Logic is the logic layer of the page.
func (p *Page) Logic() Logic { return p.logic }
