package view

import (
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// custom links the host of a custom component. def is nil when a generic is linked only to learn what it reads.
func (l *linker) custom(n *template.Node, def *Definition, parent int, ns *names) []any {
	el := l.elementInfo(n, ns)
	if n.Props != nil { // handlers are given as functions; nobody listens at the host
		el.events = nil
	}
	l.base.unit.use(def)
	h := l.host(n, def, el, ns)
	if def != nil && def.Options.VirtualHost {
		i := l.anchor(parent, part{kind: partHost, host: h, pos: n.Pos})
		l.out.parts[i].element = l.out.parts[i].node
		l.out.nodes[l.out.parts[i].node].element = el
		l.hostDeps(i, el, h)
		return []any{0}
	}
	at := l.node(parent)
	l.out.nodes[at].element = el
	t := &tagTemplate{tag: "*", listens: listens(el, false), children: []any{0}}
	t.attrs = append(t.attrs, fragmentAttr{"is", n.Tag})
	if l.blockHost(n, def) {
		t.attrs = append(t.attrs, fragmentAttr{blockAttr, true})
	}
	l.mark(t)
	l.hostAttributes(t, n, def, at, el, ns)
	l.scriptInfo(t, n, at, el, ns)
	l.watchProps(t, n, at, ns)
	i := l.anchor(at, part{kind: partHost, element: at, host: h, pos: n.Pos})
	l.hostDeps(i, el, h)
	return []any{t}
}

func (l *linker) hostDeps(i int, el *element, h *host) {
	el.host = i
	for _, p := range h.props {
		l.depend(i, p.expr)
	}
	for _, e := range h.external {
		l.depend(i, e.expr)
		if len(l.base.unit.class.externals) > 0 {
			l.dependOn(i, externalVar, nil, false)
		}
	}
	if h.all != nil {
		l.nest(i, h.all.block, nil)
	}
	for _, s := range h.bySlot {
		l.nest(i, s.block, nil)
	}
}

// hostAttrs are attributes that a host element has by itself, whatever component it is.
var hostAttrs = map[string]bool{"id": true, "class": true, "style": true, "hidden": true, "animation": true}

func (l *linker) hostAttributes(t *tagTemplate, n *template.Node, def *Definition, at int, el *element, ns *names) {
	hasClass := false
	for _, a := range n.Attrs {
		if !hostAttrs[a.Name] || def != nil && slices.Contains(def.ExternalClasses, a.Name) {
			continue
		}
		hasClass = hasClass || a.Name == "class"
		l.attribute(t, at, el, a, nil, ns, def)
	}
	if !hasClass && def != nil && def.ScopeID != "" {
		t.attrs = append(t.attrs, fragmentAttr{"class", hostClass(def)})
	}
}

// host links what a component is given.
func (l *linker) host(n *template.Node, def *Definition, el *element, ns *names) *host {
	h := &host{def: def, tag: n.Tag, models: el.models}
	change := changes(n)
	given := n.Attrs
	if n.Props != nil {
		given = n.Props
	}
	for _, a := range slices.Concat(given, n.Models) {
		if def != nil && slices.Contains(def.ExternalClasses, a.Name) {
			h.external = append(h.external, named{a.Name, l.expr(a.Value, ns)})
			continue
		}
		if name, ok := propName(def, a.Name); ok {
			h.props = append(h.props, prop{name, l.expr(a.Value, ns), l.observer(change[a.Name], ns), a.Pos})
		}
	}
	l.hostGenerics(h, n)
	l.hostContent(h, n, def, ns)
	return h
}

// propName finds the declared property that an attribute means; "foo-bar" is "fooBar".
func propName(def *Definition, attr string) (string, bool) {
	switch {
	case def == nil || def.Properties[attr] || def.Options.OpenProperties:
		return attr, true
	case def.Properties[camelCase(attr)]:
		return camelCase(attr), true
	}
	return "", false
}

func camelCase(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '-' && i+1 < len(s) && s[i+1] >= 'a' && s[i+1] <= 'z' {
			i++
			b = append(b, s[i]-'a'+'A')
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

func (l *linker) hostGenerics(h *host, n *template.Node) {
	own := l.base.unit.def
	for _, g := range n.Generic {
		v, ok := g.Value.Static()
		tag, isText := v.(string)
		if !ok || !isText {
			continue
		}
		if h.generics == nil {
			h.generics = map[string]genericRef{}
		}
		if _, forwarded := own.Generics[tag]; forwarded {
			h.generics[g.Name] = genericRef{outer: tag}
		} else if own.Using != nil {
			if def, ok := own.Using(tag); ok {
				h.generics[g.Name] = genericRef{def: def}
			}
		}
	}
}

// genericElement links the place of a generic: an anchor, filled when an instance knows its component.
func (l *linker) genericElement(n *template.Node, parent int, ns *names) {
	probe := &linker{base: l.base, out: &block{base: l.base, deps: map[varID][]dep{}}}
	probe.custom(n, nil, -1, ns)
	i := l.anchor(parent, part{kind: partGeneric, generic: &generic{name: n.Tag, src: n, ns: ns}, pos: n.Pos})
	l.nest(i, probe.out, nil)
}
