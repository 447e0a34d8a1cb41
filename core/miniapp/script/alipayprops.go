package script

import (
	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// createAlipay makes the data of a new instance: what its template reads are the properties with the data over them. onInit
// and deriveDataFromProps run before anything is rendered.
func (in *Instance) createAlipay(props []view.Prop) *value.Object {
	r := in.realm
	r.alipayIDs++
	in.alipay = &alipayInstance{id: r.alipayIDs}
	if in.comp.Root() {
		return in.fresh
	}
	in.alipay.props = r.vm.NewObject()
	data := in.fresh
	in.fresh = value.NewObject(0)
	in.fresh.Set("$id", float64(in.alipay.id))
	defaults := in.def.alipay.props
	for _, name := range defaults.Keys() {
		v := r.get(defaults, name)
		r.set(in.alipay.props, name, v)
		in.fresh.Set(name, r.toGo(v))
	}
	for _, p := range props {
		in.giveProp(in.alipay.props, p, func(name string, v value.Value) { in.fresh.Set(name, v) })
	}
	for name, v := range data.All() {
		in.fresh.Set(name, v)
	}
	for _, fn := range in.def.alipay.init {
		in.run("onInit", fn)
	}
	in.derive(in.alipay.props)
	return in.fresh
}

// isHandler tells whether a property is an event handler: onTap, catchTap.
func isHandler(name string) bool {
	for _, prefix := range [...]string{"on", "catch"} {
		if n := len(prefix); len(name) > n && name[:n] == prefix && name[n] >= 'A' && name[n] <= 'Z' {
			return true
		}
	}
	return false
}

// giveProp puts a property that the owner's template gives into props, and hands what the view is to have to show. Of what
// is undefined the default counts, as in React.
func (in *Instance) giveProp(props *goja.Object, p view.Prop, show func(string, value.Value)) {
	r := in.realm
	v := p.Value
	name, isName := v.(string)
	switch {
	case p.Name == "ref":
		in.alipay.ref = in.refOf(v)
		return
	case isHandler(p.Name) && isName:
		if v = nil; name != "" {
			if in.alipay.handlers[p.Name] == name {
				return
			}
			v = r.toGo(in.handlerFunc(p.Name, name))
		}
		if in.alipay.handlers == nil {
			in.alipay.handlers = map[string]string{}
		}
		in.alipay.handlers[p.Name] = name
	}
	js := r.toJS(v)
	if v == nil {
		if fallback := in.def.alipay.props.Get(p.Name); fallback != nil {
			js, v = fallback, r.toGo(fallback)
		}
	}
	r.set(props, p.Name, js)
	show(p.Name, v)
}

// handlerFunc is the function that a component gets for onChange="method": it calls the method of whose template says so.
func (in *Instance) handlerFunc(prop, name string) goja.Value {
	r := in.realm
	return r.native(name, func(c goja.FunctionCall) goja.Value {
		owner := instanceOf(in.comp.Owner())
		if owner == nil {
			return goja.Undefined()
		}
		fn := owner.method(name)
		if fn == nil {
			in.noHandler(owner, prop, name)
			return goja.Undefined()
		}
		v, err := r.call(fn, owner.object(), c.Arguments...)
		if err != nil {
			r.rethrow(err)
		}
		return v
	})
}

// noHandler says at the component's place in the template that there is no such method.
func (in *Instance) noHandler(owner *Instance, prop, name string) {
	at := in.comp.Place()
	if console := in.realm.o.Console; console != nil {
		console(message.Log{
			Level: "warn", File: at.File, Line: at.Line, Column: at.Column,
			Message: prop + " of " + in.def.path + ": " + owner.def.path + " has no method \"" + name + "\"",
		})
	}
}

// refOf is who is to be given the instance: a method of the owner, or a function.
func (in *Instance) refOf(v value.Value) goja.Value {
	switch v := v.(type) {
	case string:
		if v == "" {
			return nil
		}
		return in.handlerFunc("ref", v)
	case value.Func:
		return in.realm.toJS(v)
	}
	return nil
}

// giveRef hands the instance, or what its ref method makes of it, to whoever asked for it.
func (in *Instance) giveRef() {
	if in.alipay == nil || in.alipay.ref == nil {
		return
	}
	fn, ok := goja.AssertFunction(in.alipay.ref)
	if !ok {
		return
	}
	var self goja.Value = in.object()
	if ref := in.def.alipay.ref; ref != nil {
		v, err := in.realm.call(ref, in.object())
		if err != nil {
			in.realm.report("ref of "+in.def.path, err)
			return
		}
		self = v
	}
	in.run("ref", fn, self)
}

// changeAlipay takes properties that the owner's template gives anew.
func (in *Instance) changeAlipay(props []view.Prop) {
	r := in.realm
	next := r.shallow(in.alipay.props)
	var changes []view.Change
	var touched [][]any
	for _, p := range props {
		in.giveProp(next, p, func(name string, v value.Value) {
			if old, _ := in.tree().Get(name); isScalar(v) && value.Equal(old, v) && value.Equal(r.toGo(in.alipay.props.Get(name)), v) {
				return
			}
			touched = append(touched, []any{name})
			if in.dataObject().Get(name) == nil { // a data field of the same name is what the template sees
				changes = append(changes, view.Change{Path: []any{name}, Value: v})
			}
		})
	}
	if len(touched) == 0 {
		return
	}
	in.beforeUpdate()
	in.derive(next)
	in.alipay.props = next
	in.show(changes)
	if len(in.def.observers) > 0 && in.update == nil {
		u := &update{}
		for _, path := range touched {
			in.markDue(u, path)
		}
		in.update = u
		in.runObservers(u)
		in.update = nil
		in.show(u.changes)
	}
}

func isScalar(v value.Value) bool {
	switch v.(type) {
	case *value.Array, *value.Object:
		return false
	}
	return true
}

// shallow copies an object or array, one level deep.
func (r *Realm) shallow(o *goja.Object) *goja.Object {
	if o.ClassName() == "Array" {
		return r.vm.NewArray(anySlice(r.list(o))...)
	}
	made := r.vm.NewObject()
	for _, key := range o.Keys() {
		r.set(made, key, o.Get(key))
	}
	return made
}

// derive runs deriveDataFromProps; what it sets does not run it again.
func (in *Instance) derive(next *goja.Object) {
	if in.alipay.deriving || len(in.def.alipay.derive) == 0 {
		return
	}
	in.alipay.deriving = true
	for _, fn := range in.def.alipay.derive {
		in.run("deriveDataFromProps", fn, next)
	}
	in.alipay.deriving = false
}

// beforeUpdate remembers what didUpdate is to be told, once for all that changes before the next flush.
func (in *Instance) beforeUpdate() {
	a := in.alipay
	if a.pending || !in.ready || len(in.def.alipay.update) == 0 {
		return
	}
	a.pending, a.prevProps, a.prevData = true, a.props, in.dataObject()
	in.realm.later(func() {
		props, data := a.prevProps, a.prevData
		a.pending, a.prevProps, a.prevData = false, nil, nil
		if in.gone {
			return
		}
		for _, fn := range in.def.alipay.update {
			in.run("didUpdate", fn, props, data)
		}
	})
}

// afterSetData is what follows a setData of the component itself.
func (in *Instance) afterSetData() {
	if in.alipay != nil && in.alipay.props != nil && in.fresh == nil {
		in.derive(in.alipay.props)
	}
}

// keepPrevious makes this.data a new object, new along a path too, so that what didUpdate is told stays as it was.
func (in *Instance) keepPrevious(path []any) {
	if in.alipay == nil || len(in.def.alipay.update) == 0 || in.data == nil {
		return
	}
	r := in.realm
	in.data = r.shallow(in.data)
	at := in.data
	for _, step := range path[:len(path)-1] {
		child, ok := r.lookJS(at, []any{step}).(*goja.Object)
		if !ok || child.ClassName() != "Array" && child.ClassName() != "Object" {
			return
		}
		child = r.shallow(child)
		r.set(at, stepName(step), child)
		at = child
	}
}
