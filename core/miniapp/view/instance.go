package view

import (
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// renderHost creates the component that a host stands for: instance, shadow tree, content.
func (cl *clone) renderHost(a *anchor) {
	page, h := cl.comp.page, a.part.host
	if cl.comp.depth >= MaxComponentDepth {
		page.reportOnce(cl, a.part, &LimitError{"components nested deeper than", MaxComponentDepth, "levels", "<" + h.tag + "> most likely contains itself without an end"})
		return
	}
	c := &Component{Def: h.def, page: page, unit: h.def.link(), owner: cl.comp, host: cl, hostPart: a.part, shadow: a, depth: cl.comp.depth + 1, models: h.models}
	a.hosts = c
	c.generics = cl.comp.resolveGenerics(h)
	c.takeExternal(cl, h)
	props := cl.givenProps(a.part)
	if err := c.create(props); err != nil {
		page.report(cl, a.part.pos, err)
	}
	c.remember(props)
	if h.all != nil {
		c.addContent(h.all)
	}
	for i := range h.bySlot {
		c.addContent(&h.bySlot[i])
	}
	was := c.enter() // a slot's own content is the component's: what it sets meanwhile waits
	c.placeContent()
	c.leave(was)
}

func (c *Component) addContent(from *slotBlock) {
	if len(from.block.nodes) == 0 {
		return
	}
	ct := &content{from: from}
	c.content = append(c.content, ct)
	c.slotsDirty = true
	if !from.picks() {
		ct.clones = []*clone{c.contentClone(ct, "", nil)}
	}
}

// create asks the logic layer for the instance's data and renders its shadow tree.
func (c *Component) create(props []Prop) error {
	c.scope = &scope{page: c.page, comp: c, base: c.unit.base}
	c.page.components++
	later, err := c.renderFirst(props)
	if later {
		c.page.logic.Created(c, props)
	}
	return err
}

func (c *Component) renderFirst(props []Prop) (later bool, err error) {
	was := c.enter()
	defer c.leave(was)
	c.data, later, err = c.page.logic.Create(c, props)
	if c.data == nil {
		c.data = value.NewObject(0)
	}
	if len(c.unit.root.nodes) > 0 {
		root := c.page.newClone(c.unit.root, c, c.scope)
		root.at = c.shadow
		c.shadow.list = []*clone{root}
	}
	return later, err
}

// givenProps evaluates the properties of a new instance. What is undefined is left to the component's default.
func (cl *clone) givenProps(pt *part) []Prop {
	h := pt.host
	if len(h.props) == 0 {
		return nil
	}
	out := make([]Prop, 0, len(h.props))
	for i := range h.props {
		p := &h.props[i]
		v := value.Copy(cl.comp.page.eval(cl.comp, cl.scope, p.expr))
		if v != nil || h.def.Options.OpenProperties {
			out = append(out, Prop{p.name, v})
		}
		if p.change != nil {
			cl.observe(pt.element, p.change, v, nil)
		}
	}
	return out
}

// updateHost passes on changes: of properties, of external classes, and into the content.
func (cl *clone) updateHost(a *anchor, chs []change, own, nested bool) {
	c, h := a.hosts, a.part.host
	if c == nil || c.gone {
		return
	}
	if own {
		c.updateExternal(cl, h)
		c.updateProps(cl, h, chs)
	}
	if !nested {
		return
	}
	for _, ct := range c.content {
		for _, cc := range slices.Clone(ct.clones) {
			cc.update(chs)
		}
	}
}

func (c *Component) updateProps(cl *clone, h *host, chs []change) {
	var props []Prop
	for i := range h.props {
		p := &h.props[i]
		if !p.expr.reading(chs) {
			continue
		}
		v := value.Copy(c.page.eval(cl.comp, cl.scope, p.expr))
		old := c.given(p.name)
		if !isReference(v) && value.Equal(v, old) && !h.def.Options.OpenProperties {
			continue
		}
		props = append(props, Prop{p.name, v})
		if p.change != nil {
			cl.observe(c.hostPart.element, p.change, v, old)
		}
	}
	if len(props) > 0 {
		c.page.logic.PropsChanged(c, props)
		c.remember(props)
	}
}

// given is the value that the owner's template last gave for a property. Where there is no record, it is what the instance
// has.
func (c *Component) given(name string) value.Value {
	if v, ok := c.odd[name]; ok {
		return v
	}
	v, _ := c.data.Get(name)
	return v
}

// remember keeps given values that the instance stores as others: a text for a number, say.
func (c *Component) remember(props []Prop) {
	for _, p := range props {
		now, _ := c.data.Get(p.Name)
		switch {
		case isReference(p.Value) || value.Equal(p.Value, now):
			delete(c.odd, p.Name)
		case c.odd == nil:
			c.odd = map[string]value.Value{p.Name: p.Value}
		default:
			c.odd[p.Name] = p.Value
		}
	}
}

// takeExternal evaluates the external classes the owner gives.
func (c *Component) takeExternal(cl *clone, h *host) (changed bool) {
	for _, e := range h.external {
		v := cl.block.base.unit.class.class(c.page.eval(cl.comp, cl.scope, e.expr), nil, cl.comp)
		s, _ := v.(string)
		if s == c.external[e.name] {
			continue
		}
		if c.external == nil {
			c.external = map[string]string{}
		}
		c.external[e.name] = s
		changed = true
	}
	return changed
}

func (c *Component) updateExternal(cl *clone, h *host) {
	if !c.takeExternal(cl, h) {
		return
	}
	was := c.enter()
	defer c.leave(was)
	for _, root := range c.shadow.list {
		root.update([]change{{v: externalVar}})
	}
}

// resolveGenerics finds the definitions behind generic:name attributes.
func (c *Component) resolveGenerics(h *host) map[string]*Definition {
	if len(h.generics) == 0 {
		return nil
	}
	out := make(map[string]*Definition, len(h.generics))
	for name, ref := range h.generics {
		def := ref.def
		if def == nil {
			def = c.generic(ref.outer)
		}
		if def != nil {
			out[name] = def
		}
	}
	return out
}

// generic is the component a generic stands for in this instance, or its default.
func (c *Component) generic(name string) *Definition {
	if def, ok := c.generics[name]; ok {
		return def
	}
	return c.Def.Generics[name]
}

// renderGeneric shows the component a generic stands for.
func (cl *clone) renderGeneric(a *anchor) {
	if a.part.generic.later != nil {
		cl.renderPlaceholder(a)
		return
	}
	def := cl.comp.generic(a.part.generic.name)
	if def == nil {
		cl.comp.page.warnOnce(cl, a.part, "generic %q has no default component and <%s> was given none", a.part.generic.name, cl.comp.Def.Path)
		return
	}
	bl := cl.block.base.unit.genericBlock(cl.block.base, a.part.generic, def)
	host := cl.comp.page.newClone(bl, cl.comp, cl.scope)
	host.at = a
	a.list = []*clone{host}
}

// detach ends an instance's life.
func (c *Component) detach() {
	if c.gone {
		return
	}
	c.gone = true
	c.page.components--
	if c.attached {
		c.page.logic.Detached(c)
	}
}
