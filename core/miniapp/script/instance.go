package script

import (
	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// Instance is a page or component instance. Natives get one where a script passed "this". The script's own object is
// made when a script first sees it: a list of rows whose scripts have nothing to do costs no script objects.
type Instance struct {
	realm *Realm
	def   *definition
	comp  *view.Component
	page  *Page

	obj  *goja.Object
	data *goja.Object // this.data, made on first use; then kept in step with the tree's
	// fresh is the data until the view takes it over at the end of Create.
	fresh *value.Object
	// hidden holds pure data fields: the view never sees them.
	hidden *value.Object
	update *update
	links  map[*relation][]*Instance
	// unsorted is set while links may not be in document order.
	unsorted bool

	attached, ready, gone bool
	depth                 int
	onUpdate              goja.Callable // of setUpdatePerformanceListener
	updatePaths           bool
	exitState             goja.Value
	alipay                *alipayInstance
	states                map[int]*goja.Object  // what template scripts keep, by node
	animated              map[int]*value.Object // styles of applyAnimatedStyle, by node
}

// Component is the instance's place in the tree.
func (in *Instance) Component() *view.Component { return in.comp }

// Page is the page it belongs to.
func (in *Instance) Page() *Page { return in.page }

// FuncName makes an Instance a value.Func, so that it passes through data as an identity.
func (in *Instance) FuncName() string { return in.def.path }

// object is "this".
func (in *Instance) object() *goja.Object {
	if in.obj != nil {
		return in.obj
	}
	r := in.realm
	in.obj = r.vm.CreateObject(in.def.proto)
	r.own(in.obj, in)
	for _, f := range in.def.fields {
		r.set(in.obj, f.name, r.clone(f.v, nil))
	}
	return in.obj
}

// tree is the data as the view has it.
func (in *Instance) tree() *value.Object {
	if in.fresh != nil {
		return in.fresh
	}
	return in.comp.Data()
}

// dataObject is this.data.
func (in *Instance) dataObject() *goja.Object {
	if in.data == nil {
		tree := in.tree()
		if in.alipay != nil { // whose tree has the properties as well
			tree = in.def.data
		}
		in.data = in.realm.objectJS(tree)
		for key, v := range in.hidden.All() {
			in.realm.set(in.data, key, in.realm.toJS(v))
		}
		for key, v := range in.def.odd {
			if in.def.prop[key] == nil {
				in.realm.set(in.data, key, in.realm.clone(v, nil))
			}
		}
	}
	return in.data
}

// clone deep-copies a script value: arrays and plain objects are copied, everything else is shared.
func (r *Realm) clone(v goja.Value, seen map[*goja.Object]*goja.Object) goja.Value {
	o, ok := v.(*goja.Object)
	if !ok {
		return v
	}
	if c := seen[o]; c != nil {
		return c
	}
	if seen == nil {
		seen = map[*goja.Object]*goja.Object{}
	}
	switch {
	case o.ClassName() == "Array":
		items := r.list(o)
		out := make([]any, len(items))
		for i, item := range items {
			if item == nil {
				item = goja.Undefined()
			}
			out[i] = r.clone(item, seen)
		}
		return r.vm.NewArray(out...)
	case o.ClassName() == "Object" && o.Prototype() == r.kit.objectProto:
		c := r.vm.NewObject()
		seen[o] = c
		for _, k := range o.Keys() {
			r.set(c, k, r.clone(r.get(o, k), seen))
		}
		return c
	}
	return o
}

// life runs the functions of a lifetime; one that throws does not keep the next from running.
func (in *Instance) life(name string, args ...goja.Value) {
	for _, fn := range in.def.lifetimes[name] {
		if in.run(name, fn, args...) != nil && name != "error" {
			in.hurt()
		}
	}
}

// hurt runs the "error" lifetime after another one threw.
func (in *Instance) hurt() {
	if fns := in.def.lifetimes["error"]; len(fns) > 0 {
		in.life("error", in.realm.newError("a lifetime function threw an error"))
	}
}

// run calls fn with the instance as this and reports what it throws.
func (in *Instance) run(what string, fn goja.Callable, args ...goja.Value) *Failure {
	if _, err := in.realm.call(fn, in.object(), args...); err != nil {
		return in.realm.report(what+" of "+in.def.path, err)
	}
	return nil
}

// run calls a script function and reports what it throws.
func (r *Realm) run(what string, fn goja.Callable, this goja.Value, args ...goja.Value) {
	if _, err := r.call(fn, this, args...); err != nil {
		r.report(what, err)
	}
}

// observe runs an observer.
func (in *Instance) observe(what string, o observerFunc, args ...goja.Value) {
	fn := o.fn
	if fn == nil {
		if fn = in.method(o.method); fn == nil {
			in.realm.warn(what + " of " + in.def.path + ": there is no method \"" + o.method + "\"")
			return
		}
	}
	in.run(what, fn, args...)
}

// method finds a method by name; nil if there is none.
func (in *Instance) method(name string) goja.Callable {
	if name == "" {
		return nil
	}
	if in.obj == nil {
		return in.realm.callableOf(in.def.proto, name)
	}
	return in.realm.callableOf(in.obj, name)
}

var _ value.Func = (*Instance)(nil)
