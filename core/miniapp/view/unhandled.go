package view

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// Unhandled is an event bound in a template to a method that its component does not have.
type Unhandled struct {
	Component, Method, Event string
	Position                 Position
}

// Unhandled looks for events that are bound to methods which do not exist: has tells of each component on the page what there
// is. It reads whole templates, also what is not shown now, and leaves out handlers whose names are data. It is for tools: a page
// that runs says so when the event comes.
func (p *Page) Unhandled(has func(c *Component, method string) bool) []Unhandled {
	a := audit{has: has, defs: map[*Definition]bool{}, seen: map[Position]bool{}}
	if p.root != nil {
		a.component(p.root)
	}
	for _, cl := range p.clones {
		if cl.gone {
			continue
		}
		a.component(cl.comp)
		for i := range cl.block.nodes {
			if el := cl.block.nodes[i].element; el != nil { // those of imported templates: their names are this component's
				a.events(cl.comp, el.base.file, el.src)
			}
		}
	}
	return a.found
}

type audit struct {
	has   func(c *Component, method string) bool
	defs  map[*Definition]bool
	seen  map[Position]bool
	found []Unhandled
}

// component reads the template of a component, once.
func (a *audit) component(c *Component) {
	if a.defs[c.Def] || c.Def.Template == nil {
		return
	}
	a.defs[c.Def] = true
	a.nodes(c, c.Def.Template.Nodes)
}

func (a *audit) nodes(c *Component, list []*template.Node) {
	for _, n := range list {
		a.events(c, c.Def.Template, n)
		a.nodes(c, n.Children)
		for _, b := range n.Branches {
			a.nodes(c, b.Children)
		}
	}
}

func (a *audit) events(c *Component, file *template.File, n *template.Node) {
	for i := range n.Events {
		ev := &n.Events[i]
		fixed, ok := ev.Handler.Static()
		method, isText := fixed.(string)
		if !ok || !isText || method == "" || stopsOnly(ev) || a.has(c, method) {
			continue
		}
		at := position(file, ev.Pos)
		if !a.seen[at] {
			a.seen[at] = true
			a.found = append(a.found, Unhandled{c.Def.Path, method, ev.Type, at})
		}
	}
}

// stopsOnly tells whether an event is most likely bound to keep what lies beneath from scrolling: catch:touchmove="none" is how
// that is written, and no method is meant.
func stopsOnly(ev *template.Event) bool {
	return ev.Mode == "catch" && strings.HasPrefix(ev.Type, "touch")
}
