package script

import (
	"errors"
	"slices"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// maxObserverRounds stops observers that keep setting what they observe.
const maxObserverRounds = 100

// change is one path of a setData call, on its way to script data and tree.
type change struct {
	path []any
	tree value.Value
	js   goja.Value // nil: made from tree if needed
}

// update is a setData in progress. What observers set meanwhile joins it: the view hears of everything at once.
type update struct {
	changes []view.Change
	due     []bool // which observers have yet to be called, by their place in the definition
	dueMore bool   // some became due while others were called
	props   []propChange
	known   bool // the tree has the first changes already: a two-way binding wrote them
}

type propChange struct {
	prop     *property
	old, now goja.Value
	path     []any // of the change, from the property's name on
}

// setData is this.setData(data, callback).
func (in *Instance) setData(data *goja.Object, callback goja.Value) {
	r := in.realm
	in.dataObject() // from here on kept in step, even while the tree has to put changes off
	im := r.importing(r.budget.Data)
	keys := data.Keys()
	changes := make([]change, 0, len(keys))
	for _, key := range keys {
		js := data.Get(key)
		if (js == nil || goja.IsUndefined(js)) && in.alipay == nil {
			r.warn("setData: the value of \"" + key + "\" is undefined and was left out; use null to clear a field")
			continue
		}
		path, err := r.path(key)
		if err != nil {
			r.warn(err.Error())
			continue
		}
		changes = append(changes, change{path, im.copy(js), js})
		if im.cyclic {
			r.throwMarked("setdata-cycle", originApp, "give the view a copy without the reference back",
				"setData of "+in.def.path+": the value of \""+key+"\" contains itself and cannot be shown")
		}
	}
	if im.lost != "" {
		r.warn("setData of " + in.def.path + ": left out " + im.lost)
	}
	if in.alipay != nil && len(changes) > 0 {
		in.beforeUpdate()
		defer in.afterSetData()
	}
	if fn, ok := goja.AssertFunction(callback); ok {
		r.later(func() { in.run("setData callback", fn) })
	}
	if in.onUpdate != nil {
		in.timeUpdate(keys)
	}
	in.apply(changes, false)
}

// path parses a setData path, remembering the answer.
func (r *Realm) path(key string) ([]any, error) {
	if p, ok := r.model.paths[key]; ok {
		return p, nil
	}
	p, err := value.ParsePath(key)
	if err == nil && slices.Contains(p, any("__proto__")) {
		return nil, errors.New("setData: the path \"" + key + "\" cannot go through __proto__")
	}
	if err == nil && len(r.model.paths) < 4096 {
		r.model.paths[key] = p
	}
	return p, err
}

// apply is what setData, the parent's template and two-way bindings (known: the tree has it) have in common: write, let observers run
// until they are content, tell the view, then call the properties' own observers.
func (in *Instance) apply(changes []change, known bool) {
	if len(changes) == 0 {
		return
	}
	if in.update != nil {
		in.write(in.update, changes)
		return
	}
	u := &update{known: known}
	in.update = u
	if len(in.def.observers) > 0 {
		in.dataObject()
	}
	in.write(u, changes)
	u.known = false
	in.runObservers(u)
	in.update = nil
	in.show(u.changes)
	for _, p := range u.props {
		in.observe("observer of property "+p.prop.name, p.prop.observer, p.now, p.old, in.realm.vm.NewArray(p.path...))
	}
}

// show hands changes to the tree.
func (in *Instance) show(changes []view.Change) {
	if len(changes) == 0 {
		return
	}
	if in.fresh != nil {
		for _, c := range changes {
			if err := value.Set(in.fresh, c.Path, c.Value); err != nil {
				in.realm.warn(err.Error())
			}
		}
		return
	}
	if in.gone {
		return
	}
	in.setTree(changes)
	in.realm.touch(in.page)
}

func (in *Instance) write(u *update, changes []change) {
	for _, c := range changes {
		if in.def.pure != nil && in.def.pure(stepName(c.path[0])) {
			in.realm.putJS(in.dataObject(), c.path, in.jsOf(c))
		} else {
			in.writeShown(u, c)
		}
		in.markDue(u, c.path)
	}
}

func (in *Instance) writeShown(u *update, c change) {
	prop := in.def.prop[stepName(c.path[0])]
	if prop != nil && len(c.path) == 1 {
		in.fit(prop, &c)
	}
	watched := prop != nil && !prop.observer.none()
	var old goja.Value
	if watched {
		old = in.realm.get(in.dataObject(), prop.name)
	}
	if in.data != nil {
		in.keepPrevious(c.path)
		in.realm.putJS(in.data, c.path, in.jsOf(c))
	}
	if watched {
		if now := in.realm.get(in.data, prop.name); len(c.path) > 1 {
			u.props = append(u.props, propChange{prop, goja.Undefined(), now, c.path})
		} else if !now.StrictEquals(old) {
			u.props = append(u.props, propChange{prop, old, now, c.path})
		}
	}
	if !u.known {
		u.changes = append(u.changes, view.Change{Path: c.path, Value: c.tree})
	}
}

// fit coerces a property's new value.
func (in *Instance) fit(p *property, c *change) {
	v, warning := p.coerce(c.tree)
	if warning != "" {
		in.realm.warn(in.def.path + ": " + warning)
	}
	if !value.StrictEqual(v, c.tree) {
		c.tree, c.js = v, nil
	}
}

func (in *Instance) jsOf(c change) goja.Value {
	if c.js != nil {
		return c.js
	}
	return in.realm.toJS(c.tree)
}

// markDue marks the data observers that a written path concerns.
func (in *Instance) markDue(u *update, path []any) {
	if len(in.def.observers) == 0 {
		return
	}
	if u.due == nil {
		u.due = make([]bool, len(in.def.observers))
	}
	u.dueMore = true
	for i, o := range in.def.observers {
		u.due[i] = u.due[i] || o.triggeredBy(path)
	}
}

// runObservers calls the data observers that are due, in their order, again for what they set themselves: one whose turn
// is still to come is called once.
func (in *Instance) runObservers(u *update) {
	for round := 0; u.dueMore; round++ {
		if round == maxObserverRounds {
			in.realm.report("observers of "+in.def.path, &Failure{Report: loopError(in)})
			return
		}
		u.dueMore = false
		for i, o := range in.def.observers {
			if u.due[i] {
				u.due[i] = false
				in.observe("observer of "+o.text, o.observerFunc, in.observed(o)...)
			}
		}
	}
}

// observed are the values an observer is given.
func (in *Instance) observed(o *dataObserver) []goja.Value {
	args := make([]goja.Value, len(o.paths))
	for i, w := range o.paths {
		from := in.dataObject()
		if in.alipay != nil && from.Get(stepName(w.path[0])) == nil && in.alipay.props != nil {
			from = in.alipay.props
		}
		args[i] = in.realm.lookJS(from, w.path)
	}
	return args
}
