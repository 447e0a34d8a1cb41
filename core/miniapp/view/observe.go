package view

import (
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// observation is a "change:prop" observer that waits for the flush.
type observation struct {
	clone    *clone
	node     int
	fn       *expr
	now, old value.Value
}

// observedByClient tells whether a client runs an observer: not on a component without an element of its own.
func (cl *clone) observedByClient(node int, fn *expr) bool {
	return fn.script != nil && cl.comp.page.opts.ClientScripts && cl.block.nodes[node].anchor < 0
}

// observe remembers that a watched property of a node changed.
func (cl *clone) observe(node int, fn *expr, now, old value.Value) {
	if cl.observedByClient(node, fn) {
		return
	}
	cl.comp.page.observed = append(cl.comp.page.observed, observation{cl, node, fn, now, old})
}

// runObservers runs what waits. An observer may change the page and so make others wait; they run, too, up to a limit.
func (p *Page) runObservers() {
	for round := 0; len(p.observed) > 0; round++ {
		list := p.observed
		p.observed = nil
		if round == MaxRounds {
			p.logic.Report(list[0].clone.comp, Position{File: list[0].clone.comp.Def.Path}, &LimitError{"change: observers set each other off more than", MaxRounds, "times",
				"let them change a property only if its value is another one"})
			return
		}
		for _, o := range list {
			if o.clone.gone {
				continue
			}
			if fn, ok := p.eval(o.clone.comp, o.clone.scope, o.fn).(value.Func); ok {
				p.logic.ChangeObserver(o.clone.comp, o.clone.nodeAt(o.node), fn, o.now, o.old)
			}
		}
	}
}

// override is what a template script set on an element: style declarations and classes over those of the template.
type override struct {
	style       string
	add, remove []string
	dirty       bool
}

func (p *Page) override(node int) *override { return p.overrides[node] }

// classes applies the override to the element's own class names. A nil override changes nothing.
func (o *override) classes(own value.Value) value.Value {
	if o == nil || len(o.add)+len(o.remove) == 0 {
		return own
	}
	text, _ := own.(string)
	var out []string
	for token := range strings.FieldsSeq(text) {
		if !slices.Contains(o.remove, token) && !slices.Contains(o.add, token) {
			out = append(out, token)
		}
	}
	return strings.Join(append(out, o.add...), " ")
}

// styles puts the override's declarations behind the element's own.
func (o *override) styles(own value.Value) value.Value {
	if o == nil || o.style == "" {
		return own
	}
	text, _ := own.(string)
	if text = strings.TrimRight(text, "; "); text != "" {
		text += ";"
	}
	return text + o.style
}

// SetStyle sets style declarations over those of the template: a text or an object.
func (n *Node) SetStyle(style value.Value) {
	text, _ := styleText(style).(string)
	if o := n.change(); o != nil {
		o.style = text
	}
}

// AddClass adds class names, written as in the template of the node's owner.
func (n *Node) AddClass(names string) { n.classes(names, true) }

// RemoveClass takes class names away, those of the template, too.
func (n *Node) RemoveClass(names string) { n.classes(names, false) }

func (n *Node) classes(names string, add bool) {
	o := n.change()
	if o == nil {
		return
	}
	scoped, _ := n.clone.block.base.unit.class.class(names, nil, n.clone.comp).(string)
	for token := range strings.FieldsSeq(scoped) {
		same := func(s string) bool { return s == token }
		o.add, o.remove = slices.DeleteFunc(o.add, same), slices.DeleteFunc(o.remove, same)
		if add {
			o.add = append(o.add, token)
		} else {
			o.remove = append(o.remove, token)
		}
	}
}

func (n *Node) change() *override {
	if n.clone.gone {
		return nil
	}
	p := n.clone.comp.page
	if p.overrides == nil {
		p.overrides = map[int]*override{}
	}
	o := p.overrides[n.ID]
	if o == nil {
		o = &override{}
		p.overrides[n.ID] = o
	}
	o.dirty = true
	return o
}

// changedOverrides sends overrides that changed since the last flush.
func (f *flush) changedOverrides() {
	for _, id := range sortedKeys(f.page.overrides) {
		if o := f.page.overrides[id]; o.dirty {
			f.sendOverride(id, o)
		}
	}
}

// allOverrides sends all of them again.
func (f *flush) allOverrides() {
	for _, id := range sortedKeys(f.page.overrides) {
		f.sendOverride(id, f.page.overrides[id])
	}
}

// overridesOf sends those of a clone that is new to the client.
func (f *flush) overridesOf(cl *clone) {
	for i := range cl.block.nodes {
		if o := f.page.overrides[cl.id+i]; o != nil {
			o.dirty = true
		}
	}
}

func (f *flush) sendOverride(id int, o *override) {
	cl, at, ok := f.page.find(id)
	if !ok || !cl.live {
		return
	}
	o.dirty = false
	el := cl.block.nodes[at].element
	if el == nil {
		return
	}
	scope := &cl.block.base.unit.class
	var host *Definition
	if el.host >= 0 {
		host = cl.block.parts[el.host].host.def
	}
	class := scope.class(cl.optional(el.class), host, cl.comp)
	f.ops = append(f.ops,
		[]any{OpAttr, id, "class", wireValue(o.classes(class))},
		[]any{OpAttr, id, "style", wireValue(o.styles(styleText(cl.optional(el.style))))})
}

// optional evaluates an expression that may be missing.
func (cl *clone) optional(e *expr) value.Value {
	if e == nil {
		return nil
	}
	return cl.comp.page.eval(cl.comp, cl.scope, e)
}

func sortedKeys(m map[int]*override) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
