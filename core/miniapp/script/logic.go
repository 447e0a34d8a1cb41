package script

import (
	"errors"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// logic is the realm as the renderer sees it. There is one for each page.
type logic struct {
	realm *Realm
	page  *Page
}

// Create implements view.Logic. Properties wait until the tree is there and "created" has run, where a script could notice:
// it may look at its tree, which has only the defaults then. Where none could, the tree is rendered once.
func (l logic) Create(c *view.Component, props []view.Prop) (data *value.Object, later bool, err error) {
	d, ok := c.Def.Script.(*definition)
	if !ok {
		return nil, false, errors.New("component " + c.Def.Path + " has no script record")
	}
	in := &Instance{realm: l.realm, def: d, comp: c, page: l.page, fresh: d.data.Copy()}
	c.Script = in
	if c.Root() {
		l.page.root = in
	}
	if d.alipay != nil {
		data = in.createAlipay(props)
		in.fresh = nil
		return data, false, nil
	}
	in.hidePure()
	if later = d.notices(); !later {
		in.takeProps(in.given(props))
	}
	data = in.fresh
	in.fresh = nil
	return data, later, nil
}

// Created implements view.Logic: "created", then what the parent's template says.
func (l logic) Created(c *view.Component, props []view.Prop) {
	if in := instanceOf(c); in != nil {
		in.life("created")
		in.takeProps(in.given(props))
	}
}

// given is what a new instance gets from outside: from the parent's template and, if it is a page, from the query.
func (in *Instance) given(props []view.Prop) []view.Prop {
	if in.comp.Root() {
		return append(props, in.queryProps(in.page.query)...)
	}
	return props
}

// hidePure takes pure data fields out of what the view will see.
func (in *Instance) hidePure() {
	if in.def.pure == nil {
		return
	}
	in.hidden = &value.Object{}
	for key, v := range in.def.data.All() {
		if in.def.pure(key) {
			in.hidden.Set(key, value.Copy(v))
			in.fresh.Delete(key)
		}
	}
}

// queryProps gives a page made by Component() its query as properties.
func (in *Instance) queryProps(query *value.Object) (props []view.Prop) {
	for key, v := range query.All() {
		if in.def.prop[key] != nil {
			props = append(props, view.Prop{Name: key, Value: v})
		}
	}
	return props
}

func (in *Instance) takeProps(props []view.Prop) {
	if len(props) == 0 {
		return
	}
	if in.simple() {
		for _, p := range props {
			in.takePlain(p)
		}
		return
	}
	changes := make([]change, 0, len(props))
	for _, p := range props {
		if in.def.prop[p.Name] != nil {
			changes = append(changes, change{path: []any{p.Name}, tree: p.Value})
		}
	}
	in.apply(changes, false)
}

// simple tells whether taking a property value at creation involves no script.
func (in *Instance) simple() bool {
	return in.fresh != nil && in.data == nil && in.def.pure == nil && !in.def.watched && len(in.def.observers) == 0
}

func (in *Instance) takePlain(p view.Prop) {
	prop := in.def.prop[p.Name]
	if prop == nil {
		return
	}
	v, warning := prop.coerce(p.Value)
	if warning != "" {
		in.realm.warn(in.def.path + ": " + warning)
	}
	in.fresh.Set(p.Name, v)
}

// PropsChanged implements view.Logic.
func (l logic) PropsChanged(c *view.Component, props []view.Prop) {
	in := instanceOf(c)
	switch {
	case in == nil:
	case in.alipay != nil:
		in.changeAlipay(props)
	default:
		in.takeProps(props)
	}
}

// Attached implements view.Logic.
func (l logic) Attached(c *view.Component) {
	in := instanceOf(c)
	if in == nil || in.attached {
		return
	}
	in.attached = true
	if p := in.composedParent(); p != nil {
		in.depth = p.depth + 1
	}
	in.life("attached")
	in.link()
	l.realm.attaching = append(l.realm.attaching, in)
	l.realm.touch(l.page)
}

// Moved implements view.Logic.
func (l logic) Moved(c *view.Component) {
	if in := instanceOf(c); in != nil && in.attached {
		in.life("moved")
		in.relink()
	}
}

// Detached implements view.Logic.
func (l logic) Detached(c *view.Component) {
	in := instanceOf(c)
	if in == nil || in.gone {
		return
	}
	if in.attached {
		in.life("detached")
		in.unlink()
	}
	in.gone, in.attached = true, false
}

// Handle implements view.Logic.
func (l logic) Handle(c *view.Component, method string, fn value.Func, e *view.Event) bool {
	in := instanceOf(c)
	if in == nil {
		return false
	}
	if fn != nil {
		return l.realm.handleWXS(in, fn, e)
	}
	handler := in.method(method)
	if handler == nil {
		return false
	}
	if e.Type == "submit" {
		l.fillForm(e)
	}
	answer, err := l.realm.call(handler, in.object(), l.realm.eventJS(e))
	switch {
	case err != nil:
		l.realm.report("handler "+method+" of "+in.def.path, err)
	case e.Type == "input":
		e.Answer = l.realm.toGo(answer)
	}
	return true
}

// Handles tells whether a component has a method. One whose script has not made it what it is has none to speak of: true.
func Handles(c *view.Component, method string) bool {
	in := instanceOf(c)
	return in == nil || in.method(method) != nil
}

// CallMethod implements view.Logic.
func (l logic) CallMethod(c *view.Component, method string, arg value.Value) bool {
	in := instanceOf(c)
	if in == nil {
		return true // it is gone
	}
	fn := in.method(method)
	if fn != nil {
		in.run("method "+method, fn, l.realm.toJS(arg))
	}
	return fn != nil
}

// Plain implements view.Logic.
func (l logic) Plain(detail value.Value) value.Value {
	if o, ok := detail.(opaque); ok {
		return l.realm.toGo(o.v)
	}
	return detail
}

// Model implements view.Logic.
func (l logic) Model(c *view.Component, path string, v value.Value) {
	in := instanceOf(c)
	if in == nil {
		return
	}
	p, err := l.realm.path(path)
	if err != nil {
		l.realm.warn("two-way binding: " + err.Error())
		return
	}
	in.apply([]change{{path: p, tree: v}}, true)
}

// Report implements view.Logic.
func (l logic) Report(c *view.Component, pos view.Position, err error) {
	var warning *view.Warning
	if errors.As(err, &warning) || errors.Is(err, view.ErrNoHandler) {
		if l.realm.o.Console != nil {
			l.realm.o.Console(message.Log{Level: "warn", Message: err.Error(), File: pos.File, Line: pos.Line, Column: pos.Column})
		}
		return
	}
	f := l.realm.fail("template", err)
	if f.File == "" {
		f.File, f.Line, f.Column = pos.File, pos.Line, pos.Column
	}
	if f.ID == "script-throw" && f.thrown == nil {
		f.ID = "template"
	}
	l.realm.report("template", f)
}

func instanceOf(c *view.Component) *Instance {
	if c == nil {
		return nil
	}
	in, _ := c.Script.(*Instance)
	return in
}

// composedParent is the closest instance around this one, across slots.
func (in *Instance) composedParent() *Instance { return instanceOf(in.comp.Parent()) }

// around is the closest instance around this one in the same template: one whose tags stand around its own.
func (in *Instance) around() *Instance {
	owner := in.comp.Owner()
	for up := in.comp.Parent(); up != nil && up != owner; up = up.Parent() {
		if up.Owner() == owner {
			return instanceOf(up)
		}
	}
	return nil
}

// setTree hands changes to the renderer.
func (in *Instance) setTree(changes []view.Change) {
	if err := in.comp.SetData(changes); err != nil {
		in.realm.warn("setData of " + in.def.path + ": " + err.Error())
	}
}

// runReady runs "ready" for what has been attached, children before parents.
func (r *Realm) runReady() {
	list := r.attaching
	r.attaching = nil
	var open []*Instance // ancestors whose children are still to come
	for _, in := range list {
		for len(open) > 0 && open[len(open)-1].depth >= in.depth {
			open[len(open)-1].becomeReady()
			open = open[:len(open)-1]
		}
		open = append(open, in)
	}
	for i := len(open) - 1; i >= 0; i-- {
		open[i].becomeReady()
	}
}

func (in *Instance) becomeReady() {
	if in.gone || in.ready {
		return
	}
	in.ready = true
	if len(in.def.lifetimes["ready"]) > 0 || in.alipay != nil && in.alipay.ref != nil {
		_ = in.realm.step("ready", func() error { in.life("ready"); in.giveRef(); return nil })
	}
}

func loopError(in *Instance) message.Error {
	return message.Error{
		ID: "observer-loop", Origin: originApp, Page: in.realm.pagePath(), File: in.def.path + ".js",
		Message: "observers of " + in.def.path + " keep setting the fields they observe",
		Hint:    "let the observer set a field only if its value changes",
	}
}

var _ view.Logic = logic{}

// listens tells whether a script of the component sees its instances come to be or get properties.
func (d *definition) listens() bool {
	return len(d.lifetimes["created"]) > 0 || d.watched || len(d.observers) > 0
}

// notices tells whether a script can see what an instance's tree is like before it is given properties: its own, or that of
// a component which its template may use. Generics are not known here, and components may use each other in a circle.
func (d *definition) notices() bool {
	if d.noticing == nil {
		seen := map[*definition]bool{}
		answer := d.anyListens(seen)
		d.noticing = &answer
	}
	return *d.noticing
}

func (d *definition) anyListens(seen map[*definition]bool) bool {
	if seen[d] {
		return false
	}
	seen[d] = true
	if d.listens() {
		return true
	}
	uses, all := d.view.Uses()
	if !all {
		return true
	}
	for _, used := range uses {
		if other, ok := used.Script.(*definition); ok && other.anyListens(seen) {
			return true
		}
	}
	return false
}
