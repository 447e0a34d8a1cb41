package view

import (
	"slices"
	"sync"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// unit is a linked Definition: its template as blocks. It is made once and shared by all sessions.
type unit struct {
	def   *Definition
	class classScope
	style *Stylesheet
	base  *base
	root  *block

	uses []*Definition // the components of its tags
	open bool          // which components it shows is not known from its tags alone

	mu        sync.Mutex // guards what is linked on demand
	templates map[templateKey]*linkedTemplate
	generics  map[genericKey]*block
}

type templateKey struct {
	file *template.File
	name string
}

type genericKey struct {
	el  *generic
	def *Definition
}

// linkedTemplate is one <template name>, with a name space of its own.
type linkedTemplate struct {
	base  *base
	block *block
}

// link returns the definition's linked form.
func (d *Definition) link() *unit {
	d.once.Do(func() {
		u := &unit{def: d, class: newClassScope(d), templates: map[templateKey]*linkedTemplate{}, generics: map[genericKey]*block{}}
		u.style = u.class.stylesheet(d.Style)
		u.class.scripted = scripted(d)
		u.base = newBase(u, d.Template)
		nodes := []*template.Node{{Kind: template.Slot}}
		if d.Template != nil {
			nodes = d.Template.Nodes
		}
		u.root = linkBlock(u.base, nodes, nil)
		d.linked = u
	})
	return d.linked
}

// Uses lists the components that the tags of the template name. Without all, there may be more: a generic's, or those of a
// <template is> whose name is data.
func (d *Definition) Uses() (list []*Definition, all bool) {
	u := d.link()
	return u.uses, !u.open
}

// use notes a component while the template is linked for the first time; nil is one not known yet.
func (u *unit) use(def *Definition) {
	switch {
	case u.root != nil:
	case def == nil:
		u.open = true
	case !slices.Contains(u.uses, def):
		u.uses = append(u.uses, def)
	}
}

// template finds <template name> as it is seen from a file.
func (u *unit) template(from *template.File, name string) (*linkedTemplate, bool) {
	if from == nil {
		return nil, false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	file, nodes, ok := u.findTemplate(from, name)
	if !ok {
		return nil, false
	}
	key := templateKey{file, name}
	t, ok := u.templates[key]
	if !ok {
		t = &linkedTemplate{base: newBase(u, file)}
		t.block = linkBlock(t.base, nodes, nil)
		u.templates[key] = t
	}
	return t, true
}

func (u *unit) findTemplate(from *template.File, name string) (*template.File, []*template.Node, bool) {
	if nodes, ok := from.Templates[name]; ok {
		return from, nodes, true
	}
	if u.def.Templates == nil {
		return nil, nil, false
	}
	for _, imported := range slices.Backward(from.Imports) {
		if f, ok := u.def.Templates(imported); ok {
			if nodes, ok := f.Templates[name]; ok {
				return f, nodes, true
			}
		}
	}
	return nil, nil, false
}

// genericBlock links the element of a generic for the component it stands for.
func (u *unit) genericBlock(b *base, g *generic, def *Definition) *block {
	u.mu.Lock()
	defer u.mu.Unlock()
	key := genericKey{g, def}
	bl, ok := u.generics[key]
	if !ok {
		l := &linker{base: b, out: &block{base: b, deps: map[varID][]dep{}}}
		if def == nil { // a placeholder that is a built-in component
			src := *g.src
			src.Tag = g.later.Tag
			l.roots = []any{l.builtin(&src, -1, g.ns)}
		} else {
			l.roots = l.custom(g.src, def, -1, g.ns)
		}
		l.finish()
		bl = l.out
		u.generics[key] = bl
	}
	return bl
}
