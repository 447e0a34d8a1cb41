package script

import (
	"github.com/dop251/goja"
)

// kit is the language's own objects, kept so that a program that replaces Object.prototype.toString or Array.from
// does not change how the realm works.
type kit struct {
	objectProto *goja.Object
	assign      goja.Callable
	error       *goja.Object
	rangeError  *goja.Object
	str         goja.Value
	num         goja.Value
	boolean     goja.Value
	object      goja.Value
	array       goja.Value
	function    goja.Value
	// queue runs a function as a microtask.
	queue goja.Callable
	// functionShim is what programs see as Function.
	functionShim goja.Value
	// owner is the symbol under which a script object carries the Go value it stands for.
	owner *goja.Symbol
}

func (r *Realm) setUpKit() {
	global := r.vm.GlobalObject()
	k := &r.kit
	k.str, k.num, k.boolean = global.Get("String"), global.Get("Number"), global.Get("Boolean")
	k.object, k.array, k.function = global.Get("Object"), global.Get("Array"), global.Get("Function")
	k.objectProto = k.object.(*goja.Object).Get("prototype").(*goja.Object)
	k.assign, _ = goja.AssertFunction(k.object.(*goja.Object).Get("assign"))
	k.error = global.Get("Error").(*goja.Object)
	k.rangeError = global.Get("RangeError").(*goja.Object)
	k.owner = goja.NewSymbol("dougong.owner")
}

// set defines an own, enumerable property. It fails on frozen objects only, which the realm does not write to.
func (r *Realm) set(o *goja.Object, name string, v goja.Value) {
	_ = o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// hide defines an own property that does not show up in Object.keys.
func (r *Realm) hide(o *goja.Object, name string, v goja.Value) {
	_ = o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// get reads a property; a getter that throws reads as undefined.
func (r *Realm) get(o *goja.Object, name string) (v goja.Value) {
	if o == nil {
		return goja.Undefined()
	}
	if ex := r.vm.Try(func() { v = o.Get(name) }); ex != nil || v == nil {
		return goja.Undefined()
	}
	return v
}

// object reads a property that should be an object; nil if it is none.
func (r *Realm) object(o *goja.Object, name string) *goja.Object {
	v, _ := r.get(o, name).(*goja.Object)
	return v
}

// callableOf reads a property that should be a function; nil if it is none.
func (r *Realm) callableOf(o *goja.Object, name string) goja.Callable {
	fn, _ := goja.AssertFunction(r.get(o, name))
	return fn
}

// textOf reads a string property; anything else is "".
func textOf(o *goja.Object, name string) (s string) {
	defer func() {
		if recover() != nil {
			s = ""
		}
	}()
	if v := o.Get(name); v != nil && goja.IsString(v) {
		return v.String()
	}
	return ""
}

func (r *Realm) newError(text string) *goja.Object {
	e, err := r.vm.New(r.kit.error, r.vm.ToValue(text))
	if err != nil {
		return r.vm.NewGoError(err)
	}
	return e
}

// box ties a Go value to a script object; ownerOf finds it again. The value lives as long as the object does.
type box struct{ v any }

func (b *box) Get(string) goja.Value       { return nil }
func (b *box) Set(string, goja.Value) bool { return false }
func (b *box) Has(string) bool             { return false }
func (b *box) Delete(string) bool          { return false }
func (b *box) Keys() []string              { return nil }

func (r *Realm) own(o *goja.Object, v any) {
	_ = o.DefineDataPropertySymbol(r.kit.owner, r.vm.NewDynamicObject(&box{v}), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
}

// ownerOf is the Go value behind a script object, or nil.
func (r *Realm) ownerOf(v goja.Value) any {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	h, ok := o.GetSymbol(r.kit.owner).(*goja.Object)
	if !ok {
		return nil
	}
	if b, ok := h.Export().(*box); ok {
		return b.v
	}
	return nil
}
