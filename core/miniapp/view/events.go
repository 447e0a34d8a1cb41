package view

import (
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// Dispatch sends an event of the client through the tree: two-way bindings first, then the handlers of the capture phase
// from the page inwards, then those of the bubble phase outwards. An event of a node that is gone is ignored: it was on
// its way when the node was removed.
func (p *Page) Dispatch(ev ClientEvent) {
	if p.closed {
		return
	}
	cl, at, ok := p.find(ev.Node)
	if !ok {
		return
	}
	path := cl.composedPath(at)
	if len(path) == 0 {
		return
	}
	detail, err := value.From(ev.Detail)
	if err != nil {
		p.logic.Report(cl.comp, Position{}, fmt.Errorf("event %q of node %d: detail: %w", ev.Type, ev.Node, err))
		return
	}
	if ev.Detail == nil {
		detail = value.NewObject(0)
	}
	if path[0].id() == ev.Node {
		cl.followUser(path[0].el, &ev, detail)
	}
	d := dispatch{page: p, path: path, offsets: ev.Offsets, client: &ev, event: Event{Type: ev.Type, Time: ev.Time, Detail: detail, Touches: ev.Touches, ChangedTouches: ev.ChangedTouches}}
	d.run(ev.Bubbles, true)
}

// followUser takes over what the user changed in a built-in component: the tree knows what the client shows, and fields
// with a two-way binding get it.
func (cl *clone) followUser(el *element, ev *ClientEvent, detail value.Value) {
	if ev.Type != "input" && ev.Type != "change" && ev.Type != "blur" {
		return
	}
	for name, i := range el.sticky {
		v := value.Member(detail, name)
		if v == nil && name == "checked" {
			v = value.Member(detail, "value")
		}
		if v != nil && !isReference(v) {
			cl.state[i].val = v
		}
	}
	cl.applyModels(el, detail)
}

// TriggerEvent sends an event of the component's own from its host: to handlers bound on it in its owner's template, and
// on what is around it if it bubbles. Only a composed event is seen inside other components.
func (c *Component) TriggerEvent(name string, detail value.Value, o TriggerOptions) {
	if c.gone || c.host == nil || c.page.closed {
		return
	}
	d := dispatch{page: c.page, path: c.host.composedPath(c.hostPart.element), event: Event{Type: name, Detail: detail}}
	if o.Composed {
		d.around = d.path
		d.path = onScreen(d.path)
	} else {
		d.path = ofTree(d.path, c.owner)
	}
	d.run(o.Bubbles, o.CapturePhase)
}

// onScreen keeps the elements that the first one is seen in: what stands in no slot is not in its host.
func onScreen(path []spot) []spot {
	for i, s := range path {
		if s.outside {
			return path[:i]
		}
	}
	return path
}

// ofTree keeps the elements of one shadow tree.
func ofTree(path []spot, c *Component) []spot {
	var out []spot
	for _, s := range path {
		if s.clone.comp == c {
			out = append(out, s)
		}
	}
	return out
}

// dispatch is one event on its way.
type dispatch struct {
	page     *Page
	path     []spot
	around   []spot // what marks are taken from, if that is more than path
	event    Event
	mutated  bool // a mut-bind handler ran; others do not
	offsets  [][3]float64
	client   *ClientEvent // nil for an event of the logic layer's own
	farewell bool         // the element is gone, and heard nevertheless
}

func (d *dispatch) run(bubbles, capture bool) {
	if capture {
		for i := len(d.path) - 1; i >= 0; i-- {
			if d.handle(i, true) {
				return
			}
		}
	}
	for i := range d.path {
		if i > 0 && !bubbles {
			return
		}
		if d.handle(i, false) {
			return
		}
	}
}

// handle runs an element's handlers of one phase and reports whether the event is caught.
func (d *dispatch) handle(i int, capture bool) (caught bool) {
	s := d.path[i]
	for k := range s.el.events {
		ev := &s.el.events[k]
		if ev.typ != d.event.Type || ev.capture != capture || ev.computed && !d.bound(s, ev) {
			continue
		}
		if ev.mode == modeMut {
			if d.mutated {
				continue
			}
			d.mutated = true
		}
		named, stops := false, false
		switch {
		case !d.farewell && (s.clone.gone || s.clone.comp.gone):
		case ev.script != nil && d.scripted(s.id()):
			named = true
		case ev.script != nil && d.client == nil && d.page.opts.ClientScripts:
			d.send(i)
			named = true
		default:
			named, stops = d.call(i, ev)
		}
		caught = caught || stops || ev.mode == modeCatch || ev.mode == modeCatchHandled && named
	}
	return caught || d.client != nil && d.client.Stopped == s.id() && d.client.StoppedCapture == capture
}

// scripted tells whether the client has run a node's template scripts.
func (d *dispatch) scripted(id int) bool {
	return d.client != nil && slices.Contains(d.client.Scripted, id)
}

// bound tells whether a handler whose name is data is there now. Without a name there is none, and nothing is caught; a
// handler that is written as "" catches.
func (d *dispatch) bound(s spot, ev *event) bool {
	switch h := d.page.eval(s.clone.comp, s.clone.scope, ev.handler).(type) {
	case string:
		return h != ""
	case bool:
		return h
	default:
		return !value.IsNullish(h)
	}
}

// seen is the event as the component whose handler is at i sees it.
func (d *dispatch) seen(i int) Event {
	s := d.path[i]
	e := d.event
	e.Detail = value.Copy(e.Detail)
	origin := d.origin(i)
	e.Target, e.CurrentTarget = d.target(d.path[origin]), d.target(s)
	e.Mark = d.marks(origin, s.clone.comp)
	return e
}

// send has the client run the template scripts at i: the event is the logic layer's, what they handle is the client's.
func (d *dispatch) send(i int) {
	e := d.seen(i)
	d.page.invokes = append(d.page.invokes, []any{OpScript, d.path[i].id(), e.Type, value.ObjectOf(
		"detail", d.page.logic.Plain(e.Detail), "id", e.Target.ID, "dataset", e.Target.Dataset, "mark", e.Mark)})
}

// call runs one handler. It reports whether there is one, and whether it stops the event.
func (d *dispatch) call(i int, ev *event) (named, stops bool) {
	s := d.path[i]
	e := d.seen(i)
	handler := d.page.eval(s.clone.comp, s.clone.scope, ev.handler)
	switch h := handler.(type) {
	case value.Func:
		return true, !d.page.logic.Handle(s.clone.comp, h.FuncName(), h, &e)
	case string:
		named = h != ""
		if named && !d.page.logic.Handle(s.clone.comp, h, nil, &e) {
			err := fmt.Errorf("%w: component %q has no method %q to handle event %q", ErrNoHandler, s.clone.comp.Def.Path, h, e.Type)
			d.page.logic.Report(s.clone.comp, position(s.el.base.file, ev.pos), err)
		}
		d.answer(i, e.Answer)
	}
	return named, false
}

// answer has a text field show what the handler bound on it gave back for what was typed: a text, or an object of value and cursor. The
// client leaves it when more has been typed meanwhile.
func (d *dispatch) answer(i int, answer value.Value) {
	if d.client == nil || d.event.Type != "input" || d.path[i].id() != d.client.Node {
		return
	}
	o, ok := answer.(*value.Object)
	if !ok {
		o = value.ObjectOf("value", answer)
	}
	text, ok := value.Member(o, "value").(string)
	if !ok {
		return
	}
	typed := value.Member(d.event.Detail, "value")
	d.path[i].clone.followUser(d.path[i].el, d.client, value.ObjectOf("value", text))
	args := value.ObjectOf("typed", typed, "value", text)
	if cursor := value.Member(o, "cursor"); !value.IsNullish(cursor) {
		args.Set("cursor", cursor)
	}
	d.page.Invoke(d.client.Node, "replace", args, 0)
}

// origin is where the event began for the component whose handler is at i: the innermost element of its own template.
// What is inside other components is not its business.
func (d *dispatch) origin(i int) int {
	for k := range i {
		if d.path[k].clone.comp == d.path[i].clone.comp {
			return k
		}
	}
	return i
}

func (d *dispatch) target(s spot) Target {
	n := s.node()
	t := Target{ID: n.IDAttr(), Dataset: n.Dataset(), Node: n}
	for _, o := range d.offsets {
		if o[0] == float64(n.ID) {
			t.OffsetLeft, t.OffsetTop = o[1], o[2]
		}
	}
	return t
}

// marks merges the marks on the path from an element outwards, within one component; inner ones win.
func (d *dispatch) marks(from int, c *Component) *value.Object {
	out := value.NewObject(0)
	path := d.path
	if d.around != nil {
		path = d.around
	}
	for i := len(path) - 1; i >= from; i-- {
		if path[i].clone.comp != c || len(path[i].el.marks) == 0 {
			continue
		}
		for k, v := range path[i].node().Marks().All() {
			out.Set(k, v)
		}
	}
	return out
}
