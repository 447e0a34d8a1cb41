package view

import (
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// useState is what a <template is> shows at the moment.
type useState struct {
	name  string
	shown *linkedTemplate
	scope *scope
}

// renderUse shows the template whose name the part gives. It reports whether that is another one than before.
func (cl *clone) renderUse(a *anchor) bool {
	page, u := cl.comp.page, a.part.use
	name := value.Text(page.eval(cl.comp, cl.scope, u.name))
	if a.uses != nil && a.uses.name == name {
		return false
	}
	a.uses = &useState{name: name}
	var list []*clone
	if t := cl.findTemplate(a, name); t != nil {
		a.uses.shown = t
		a.uses.scope = &scope{page: page, comp: cl.comp, data: cl.useData(u), base: t.base, depth: cl.scope.root().depth + 1}
		list = []*clone{page.newClone(t.block, cl.comp, a.uses.scope)}
	}
	a.replace(list)
	return true
}

func (cl *clone) findTemplate(a *anchor, name string) *linkedTemplate {
	if name == "" {
		return nil
	}
	page := cl.comp.page
	if cl.scope.root().depth >= MaxTemplateDepth {
		page.reportOnce(cl, a.part, &LimitError{"templates nested deeper than", MaxTemplateDepth, "levels", "<template is=\"" + name + "\"> most likely uses itself without an end"})
		return nil
	}
	t, ok := cl.block.base.unit.template(cl.block.base.file, name)
	if !ok {
		page.warnOnce(cl, a.part, "there is no <template name=%q> in this file nor in what it imports", name)
		return nil
	}
	if len(t.block.nodes) == 0 {
		return nil
	}
	return t
}

func (cl *clone) useData(u *use) *value.Object {
	if u.scope != nil {
		if o, ok := cl.comp.page.eval(cl.comp, cl.scope, u.scope).(*value.Object); ok {
			return o
		}
	}
	return value.NewObject(0)
}

// updateUse gives the template its data anew and passes on what changed, as precisely as the data's expression allows.
func (cl *clone) updateUse(a *anchor, chs []change, own, nested bool) {
	if own && cl.renderUse(a) || a.uses.shown == nil {
		return
	}
	var inner []change
	if nested { // only external classes pass through by themselves
		for _, ch := range chs {
			if ch.v == externalVar {
				inner = append(inner, ch)
			}
		}
	}
	if own {
		old := a.uses.scope.data
		a.uses.scope.data = cl.useData(a.part.use)
		inner = append(inner, a.uses.changes(a.part.use, old, chs)...)
	}
	if len(inner) > 0 {
		a.updateAll(inner)
	}
}

// changes are the fields of a template's data that changed from old.
func (s *useState) changes(u *use, old *value.Object, chs []change) []change {
	var out []change
	vars := s.shown.base.vars
	for key, v := range s.scope.data.All() {
		id, read := vars[key]
		if !read {
			continue
		}
		before, _ := old.Get(key)
		if !isReference(v) || !value.StrictEqual(before, v) {
			if !value.Equal(before, v) {
				out = append(out, change{v: id})
			}
			continue
		}
		out = append(out, u.follow(key, id, chs)...)
	}
	for key := range old.All() {
		if id, read := vars[key]; read && !s.scope.data.Has(key) {
			out = append(out, change{v: id})
		}
	}
	return out
}

// follow turns changes of the data around into changes of one field that still is the same array or object.
func (u *use) follow(key string, id varID, chs []change) (out []change) {
	known := false
	for _, f := range u.fields {
		switch {
		case f.key != key && f.key != "":
			continue
		case f.path == nil:
			return []change{{v: id}}
		}
		known = true
		at := f.path.steps
		if f.key == "" {
			at = append(at[:len(at):len(at)], key)
		}
		for _, ch := range chs {
			if below, ok := ch.below(f.path.v, at, id); ok {
				out = append(out, below)
			}
		}
	}
	if !known {
		return []change{{v: id}}
	}
	return out
}
