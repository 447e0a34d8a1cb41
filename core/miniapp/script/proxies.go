package script

import (
	"github.com/dop251/goja"
)

// mendProxies works around a fault of the engine: a Proxy with a defineProperty trap refuses an accessor that cannot be
// configured, after the trap has defined it. Vue defines such properties on its components.
func (r *Realm) mendProxies(global *goja.Object) {
	for _, m := range []struct {
		object  string
		outcome func(c goja.FunctionCall) goja.Value
	}{
		{"Object", func(c goja.FunctionCall) goja.Value { return c.Argument(0) }},
		{"Reflect", func(goja.FunctionCall) goja.Value { return r.vm.ToValue(true) }},
	} {
		holder := global.Get(m.object).(*goja.Object)
		define, _ := goja.AssertFunction(holder.Get("defineProperty"))
		r.hide(holder, "defineProperty", r.native("defineProperty", func(c goja.FunctionCall) goja.Value {
			v, err := define(c.This, c.Arguments...)
			if err == nil {
				return v
			}
			if !uncatchable(err) && r.definedByTrap(c) {
				return m.outcome(c)
			}
			r.rethrow(err)
			return nil
		}))
	}
}

// definedByTrap tells whether a call of defineProperty on a Proxy has had the effect it was to have.
func (r *Realm) definedByTrap(c goja.FunctionCall) bool {
	o, ok := c.Argument(0).(*goja.Object)
	if !ok {
		return false
	}
	p, ok := o.Export().(goja.Proxy)
	want, isObject := c.Argument(2).(*goja.Object)
	if !ok || !isObject || p.Target() == nil {
		return false
	}
	read := r.callableOf(r.kit.object.(*goja.Object), "getOwnPropertyDescriptor")
	v, err := read(goja.Undefined(), p.Target(), c.Argument(1))
	got, isObject := v.(*goja.Object)
	if err != nil || !isObject {
		return false
	}
	get, set := r.get(want, "get"), r.get(want, "set")
	return !(goja.IsUndefined(get) && goja.IsUndefined(set)) && r.get(got, "get").StrictEquals(get) && r.get(got, "set").StrictEquals(set)
}
