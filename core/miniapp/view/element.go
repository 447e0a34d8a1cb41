package view

import (
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// element links a tag: built-in, custom component or generic.
func (l *linker) element(n *template.Node, parent int, ns *names) []any {
	def := l.base.unit.def
	if _, ok := def.Generics[n.Tag]; ok {
		l.genericElement(n, parent, ns)
		return []any{0}
	}
	if def.Placeholder != nil {
		if p, ok := def.Placeholder(n.Tag); ok {
			l.later(n, p, parent, ns)
			return []any{0}
		}
	}
	if def.Using != nil {
		if target, ok := def.Using(n.Tag); ok {
			return l.custom(n, target, parent, ns)
		}
	}
	return []any{l.builtin(n, parent, ns)}
}

// elementInfo links what events and selectors ask for.
func (l *linker) elementInfo(n *template.Node, ns *names) *element {
	el := &element{src: n, base: l.base, host: -1, data: l.named(n.Data, ns), marks: l.named(n.Marks, ns)}
	for _, ev := range n.Events {
		e := event{typ: ev.Type, capture: ev.Capture, handler: l.expr(ev.Handler, ns), pos: ev.Pos}
		if _, fixed := ev.Handler.Static(); !fixed {
			e.computed = true
			e.script = l.base.scriptRef(ev.Handler, ns)
		}
		switch ev.Mode {
		case "catch":
			e.mode = modeCatch
		case "mut-bind":
			e.mode = modeMut
		case "catch?":
			e.mode = modeCatchHandled
		}
		el.events = append(el.events, e)
	}
	for _, m := range n.Models {
		el.models = append(el.models, model{m.Name, m.Value, l.base})
	}
	for _, a := range n.Attrs {
		switch a.Name {
		case "id":
			el.id = l.expr(a.Value, ns)
		case "class":
			el.class = l.expr(a.Value, ns)
		case "style":
			el.style = l.expr(a.Value, ns)
		}
	}
	return el
}

func (l *linker) named(attrs []template.Attr, ns *names) []named {
	var out []named
	for _, a := range attrs {
		out = append(out, named{a.Name, l.expr(a.Value, ns)})
	}
	return out
}

// tagTemplate collects what a fragment says of an element.
type tagTemplate struct {
	tag      string
	attrs    []fragmentAttr
	children []any
	listens  []string
	holes    []string
	// What the client's template scripts need.
	handlers    []*event
	watches     []watch
	hostListens []string
}

type fragmentAttr struct {
	name  string
	value any
}

// mark says on an element whose template it is in, if the component's style asks for that.
func (l *linker) mark(t *tagTemplate) {
	if l.base.unit.class.marked {
		t.attrs = append(t.attrs, fragmentAttr{scopeAttribute, l.base.unit.def.ScopeID})
	}
}

func (l *linker) builtin(n *template.Node, parent int, ns *names) any {
	at := l.node(parent)
	el := l.elementInfo(n, ns)
	l.out.nodes[at].element = el
	l.out.parting = l.out.parting || parting[n.Tag]
	t := &tagTemplate{tag: n.Tag, listens: listens(el, false)}
	l.mark(t)
	l.scriptInfo(t, n, at, el, ns)
	change := changes(n)
	for _, a := range slices.Concat(n.Attrs, n.Models) {
		l.attribute(t, at, el, a, change[a.Name], ns, nil)
	}
	t.children = l.nodes(n.Children, at, ns)
	return t
}

func changes(n *template.Node) map[string]*template.Expr {
	if len(n.Change) == 0 {
		return nil
	}
	out := map[string]*template.Expr{}
	for _, c := range n.Change {
		out[c.Name] = c.Value
	}
	return out
}

// sticky lists attributes that the user changes in the client, without a patch.
var sticky = map[string]bool{"value": true, "checked": true, "current": true}

// classLists lists attributes of built-in components whose value is class names.
var classLists = map[string]bool{"hover-class": true, "placeholder-class": true, "indicator-class": true, "mask-class": true}

// attribute adds an attribute: to the fragment if it is static, else as a hole.
func (l *linker) attribute(t *tagTemplate, at int, el *element, a template.Attr, change *template.Expr, ns *names, host *Definition) {
	e, mode := l.expr(a.Value, ns), modeOf(a.Name)
	if host == nil && classLists[a.Name] {
		mode = attrClass
	}
	scope := &l.base.unit.class
	if e.static && change == nil && (mode != attrClass || !scope.external(e.val)) {
		if v := scope.static(mode, e.val, host); v != nil {
			t.attrs = append(t.attrs, fragmentAttr{a.Name, v})
		}
		return
	}
	p := part{kind: partAttr, node: at, name: a.Name, mode: mode, expr: e, change: l.observer(change, ns), pos: a.Pos}
	p.hostDef = host
	i := l.part(p)
	l.depend(i, e)
	if mode == attrClass && len(scope.externals) > 0 {
		l.dependOn(i, externalVar, nil, false)
	}
	t.holes = append(t.holes, a.Name)
	if sticky[a.Name] {
		if el.sticky == nil {
			el.sticky = map[string]int{}
		}
		el.sticky[a.Name] = i
	}
}

// listens lists the event types an element is bound to, as fragments carry them; with host without those that a client's
// template scripts handle.
func listens(el *element, host bool) []string {
	var out []string
	add := func(s string) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, ev := range el.events {
		if host && ev.script != nil {
			continue
		}
		s := ev.typ
		if ev.capture {
			s = "^" + s
		}
		if ev.mode == modeCatch {
			s += "!"
		}
		add(s)
	}
	if len(el.models) > 0 {
		add("input")
		add("change")
	}
	return out
}
