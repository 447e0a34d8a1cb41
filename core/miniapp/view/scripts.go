package view

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// scriptRef names a function of a template script, so that a client can call it by itself.
type scriptRef struct {
	module string
	member []string
}

// scriptRef tells which function an expression names, if a client may have it: "{{mod.fn}}", and nothing that depends on data.
func (b *base) scriptRef(e *template.Expr, ns *names) *scriptRef {
	if e == nil || e.Op != template.OpMember {
		return nil
	}
	steps, ok := plainSteps(e)
	if !ok {
		return nil
	}
	for ; ns != nil; ns = ns.outer {
		if steps[0] == ns.loop.item || steps[0] == ns.loop.index {
			return nil
		}
	}
	module, ok := b.scripts[steps[0]]
	if !ok || b.unit != nil && b.unit.def.Apart != nil && b.unit.def.Apart(module) {
		return nil
	}
	return &scriptRef{module, steps[1:]}
}

func (r *scriptRef) appendJSON(b []byte) []byte {
	b = value.AppendQuoted(b, r.module)
	for _, m := range r.member {
		b = value.AppendQuoted(append(b, ','), m)
	}
	return b
}

// scripted tells whether a definition's templates have handlers or observers that are template scripts. Their elements
// carry what such a script may ask for: data, marks, and whose they are.
func scripted(d *Definition) bool {
	s := scriptSearch{def: d, seen: map[*template.File]bool{}}
	return s.file(d.Template)
}

type scriptSearch struct {
	def  *Definition
	seen map[*template.File]bool
}

func (s *scriptSearch) file(f *template.File) bool {
	if f == nil || s.seen[f] {
		return false
	}
	s.seen[f] = true
	if len(f.Scripts) > 0 {
		b := newBase(nil, f)
		if s.nodes(b, f.Nodes) {
			return true
		}
		for _, nodes := range f.Templates {
			if s.nodes(b, nodes) {
				return true
			}
		}
	}
	for _, path := range f.Imports {
		if s.def.Templates == nil {
			break
		}
		if imported, ok := s.def.Templates(path); ok && s.file(imported) {
			return true
		}
	}
	return false
}

func (s *scriptSearch) nodes(b *base, nodes []*template.Node) bool {
	for _, n := range nodes {
		for _, e := range n.Events {
			if b.scriptRef(e.Handler, nil) != nil {
				return true
			}
		}
		for _, c := range n.Change {
			if b.scriptRef(c.Value, nil) != nil {
				return true
			}
		}
		if s.nodes(b, n.Children) {
			return true
		}
		for _, br := range n.Branches {
			if s.nodes(b, br.Children) {
				return true
			}
		}
	}
	return false
}

// What only template scripts in the client see of an element goes as attributes with these names before a colon.
const (
	dataAttr  = "data:"
	markAttr  = "mark:"
	watchAttr = "watch:"
)

// ScriptOnly tells whether an attribute is none that a page shows: the client and its template scripts ask for it.
func ScriptOnly(name string) bool {
	return strings.HasPrefix(name, dataAttr) || strings.HasPrefix(name, markAttr) || strings.HasPrefix(name, watchAttr) || name == blockAttr
}

// scriptInfo adds to a fragment's element what the client's template scripts need of it.
func (l *linker) scriptInfo(t *tagTemplate, n *template.Node, at int, el *element, ns *names) {
	if len(l.base.unit.def.DataSelectors) > 0 {
		for _, a := range n.Data {
			if name := dataAttribute(a.Name); l.base.unit.def.DataSelectors[name] {
				l.plainAttr(t, at, name, a, ns)
			}
		}
	}
	if !l.base.unit.class.scripted {
		return
	}
	for _, a := range n.Data {
		l.plainAttr(t, at, dataAttr+a.Name, a, ns)
	}
	for _, a := range n.Marks {
		l.plainAttr(t, at, markAttr+a.Name, a, ns)
	}
	for i := range el.events {
		if el.events[i].script != nil {
			t.handlers = append(t.handlers, &el.events[i])
		}
	}
	for _, c := range n.Change {
		if ref := l.base.scriptRef(c.Value, ns); ref != nil {
			t.watches = append(t.watches, watch{c.Name, ref})
		}
	}
	t.hostListens = listens(el, true)
}

// dataAttribute is the attribute behind a key of the dataset: "data-item-id" for itemId.
func dataAttribute(key string) string {
	var b strings.Builder
	b.WriteString("data-")
	for _, r := range key {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// observer links a "change:" observer.
func (l *linker) observer(e *template.Expr, ns *names) *expr {
	x := l.expr(e, ns)
	if x != nil {
		x.script = l.base.scriptRef(e, ns)
	}
	return x
}

// watch is a "change:name" observer that the client runs.
type watch struct {
	name string
	ref  *scriptRef
}

// plainAttr adds an attribute whose value is sent as it is.
func (l *linker) plainAttr(t *tagTemplate, at int, name string, a template.Attr, ns *names) {
	e := l.expr(a.Value, ns)
	if e.static {
		t.attrs = append(t.attrs, fragmentAttr{name, e.val})
		return
	}
	i := l.part(part{kind: partAttr, node: at, name: name, expr: e, pos: a.Pos})
	l.depend(i, e)
	t.holes = append(t.holes, name)
}

// watchProps sends the client the properties of a component that its template scripts watch.
func (l *linker) watchProps(t *tagTemplate, n *template.Node, at int, ns *names) {
	if len(t.watches) == 0 {
		return
	}
	change := changes(n)
	for _, a := range n.Attrs {
		if l.base.scriptRef(change[a.Name], ns) != nil {
			l.plainAttr(t, at, watchAttr+a.Name, a, ns)
		}
	}
}

// appendScripts writes [listens, handlers, watches]: what the element listens to beside template scripts; [type, mode,
// capture, module, member …]; [name, module, member …].
func (t *tagTemplate) appendScripts(b []byte) []byte {
	b = append(appendStrings(append(b, '['), t.hostListens), ',', '[')
	for i, ev := range t.handlers {
		if i > 0 {
			b = append(b, ',')
		}
		b = value.AppendQuoted(append(b, '['), ev.typ)
		b = append(b, ',', '0'+byte(ev.mode), ',')
		if ev.capture {
			b = append(b, '1', ',')
		} else {
			b = append(b, '0', ',')
		}
		b = append(ev.script.appendJSON(b), ']')
	}
	b = append(b, ']', ',', '[')
	for i, w := range t.watches {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(value.AppendQuoted(append(b, '['), w.name), ',')
		b = append(w.ref.appendJSON(b), ']')
	}
	return append(b, ']', ']')
}

// hostID is the id under which the client knows a component: its host's, 0 for the page.
func (c *Component) hostID() int {
	if c.host == nil {
		return 0
	}
	return c.host.id + c.hostPart.element
}

// ErrNoMethod is wrapped by the report of a template script's call of a method that is not there.
var ErrNoMethod = errors.New("no such method")

// ScriptCall carries out what a template script in the client asks of the component that it is part of.
func (p *Page) ScriptCall(call ScriptCall) {
	c := p.component(call.Node)
	if p.closed || c == nil {
		return
	}
	arg, err := value.From(call.Args)
	if err != nil {
		p.logic.Report(c, Position{File: c.Def.Path}, fmt.Errorf("template script: %s: %w", call.Name, err))
		return
	}
	if call.Event {
		c.TriggerEvent(call.Name, arg, TriggerOptions{Bubbles: call.Bubbles, Composed: call.Composed, CapturePhase: call.CapturePhase})
		return
	}
	if !p.logic.CallMethod(c, call.Name, arg) {
		p.logic.Report(c, Position{File: c.Def.Path}, fmt.Errorf("template script: callMethod: %w: component %q has none called %q", ErrNoMethod, c.Def.Path, call.Name))
	}
}

// component is the instance that a node stands for: the one it hosts, or else the one in whose template it is.
func (p *Page) component(node int) *Component {
	if node == 0 {
		return p.root
	}
	n := p.Node(node)
	if n == nil {
		return nil
	}
	if c := n.Component(); c != nil {
		return c
	}
	return n.Owner()
}
