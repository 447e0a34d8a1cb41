package script

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// wxsModule is one template script, evaluated in the realm but without wx, App or timers.
type wxsModule struct {
	obj     *goja.Object
	exports value.Value
}

// Script implements view.Logic.
func (l logic) Script(path string) (value.Value, error) {
	m, err := l.realm.loadWXS(path)
	if err != nil {
		return nil, l.realm.report("template script "+path, err)
	}
	if m.exports == nil {
		m.exports = l.realm.toGo(l.realm.get(m.obj, "exports"))
	}
	return m.exports, nil
}

// Apply implements view.Logic.
func (l logic) Apply(fn value.Func, args []value.Value) (value.Value, error) {
	f, ok := fn.(function)
	if !ok {
		return nil, fmt.Errorf("%q is not a function of this mini-program", fn.FuncName())
	}
	out, err := l.realm.call(f.callable(), goja.Undefined(), l.realm.toJSAll(args)...)
	if err != nil {
		return nil, l.realm.fail("template script function "+f.FuncName(), err)
	}
	return l.realm.toGo(out), nil
}

func (r *Realm) loadWXS(p string) (*wxsModule, error) {
	if m := r.wxs[p]; m != nil {
		return m, nil
	}
	prog, err := r.code.compile(p, wxsHead, func() (string, error) { return r.source.wxs(p) })
	if err != nil {
		return nil, err
	}
	fn, err := r.vm.RunProgram(prog)
	if err != nil {
		return nil, err
	}
	call, ok := goja.AssertFunction(fn)
	if !ok {
		return nil, errors.New("not a module")
	}
	m := &wxsModule{obj: r.vm.NewObject()}
	exports := r.vm.NewObject()
	r.set(m.obj, "exports", exports)
	r.wxs[p] = m
	kit := r.wxsKit()
	if _, err = r.call(call, goja.Undefined(), r.requireWXS(p), m.obj, exports, kit.getDate, kit.getRegExp, kit.ctor); err != nil {
		delete(r.wxs, p)
		return nil, err
	}
	return m, nil
}

// requireWXS makes the require function of one template script: relative paths only.
func (r *Realm) requireWXS(from string) goja.Value {
	return r.native("require", func(c goja.FunctionCall) goja.Value {
		name := c.Argument(0).String()
		p := path.Join(dirOf(from), name)
		if strings.HasPrefix(name, "/") {
			p = strings.TrimPrefix(name, "/")
		}
		m, err := r.loadWXS(p)
		if err != nil {
			r.rethrow(err)
		}
		return r.get(m.obj, "exports")
	})
}

// wxsBuiltins are what template scripts have beside the language.
type wxsBuiltins struct{ getDate, getRegExp, ctor goja.Value }

func (r *Realm) wxsKit() *wxsBuiltins {
	if r.wxsGlobals == nil {
		global := r.vm.GlobalObject()
		date, regexp := global.Get("Date"), global.Get("RegExp")
		r.wxsGlobals = &wxsBuiltins{
			getDate:   r.native("getDate", r.constructing(date)),
			getRegExp: r.native("getRegExp", r.constructing(regexp)),
			ctor:      r.native("constructor", func(c goja.FunctionCall) goja.Value { return r.wxsConstructor(c.Argument(0)) }),
		}
	}
	return r.wxsGlobals
}

func (r *Realm) constructing(ctor goja.Value) func(goja.FunctionCall) goja.Value {
	return func(c goja.FunctionCall) goja.Value {
		o, err := r.vm.New(ctor, c.Arguments...)
		if err != nil {
			r.rethrow(err)
		}
		return o
	}
}

// wxsConstructor is x.constructor in a template script: the name of x's type.
func (r *Realm) wxsConstructor(v goja.Value) goja.Value {
	name := "Object"
	switch o, isObject := v.(*goja.Object); {
	case v == nil || goja.IsUndefined(v) || goja.IsNull(v):
		return goja.Undefined()
	case isObject:
		switch class := o.ClassName(); class {
		case "Array", "Date", "RegExp", "Function", "Number", "String", "Boolean":
			name = class
		}
	case goja.IsString(v):
		name = "String"
	case goja.IsNumber(v):
		name = "Number"
	default:
		name = "Boolean"
	}
	return r.vm.ToValue(name)
}

// handleWXS runs a template script's event handler: fn(event, ownerInstance).
func (r *Realm) handleWXS(in *Instance, fn value.Func, e *view.Event) {
	f, ok := fn.(function)
	if !ok {
		return
	}
	event := r.eventJS(e)
	_ = event.Set("instance", r.descriptor(in))
	r.run("handler "+f.FuncName(), f.callable(), goja.Undefined(), event, r.descriptor(in))
}

// ChangeObserver implements view.Logic.
func (l logic) ChangeObserver(c *view.Component, _ *view.Node, fn value.Func, newValue, oldValue value.Value) {
	in := instanceOf(c)
	f, ok := fn.(function)
	if in == nil || !ok {
		return
	}
	d := l.realm.descriptor(in)
	l.realm.run("observer "+f.FuncName(), f.callable(), goja.Undefined(),
		l.realm.toJS(newValue), l.realm.toJS(oldValue), d, d)
}

// descriptor is what a template script sees of a component: what can be done without the client.
func (r *Realm) descriptor(in *Instance) *goja.Object {
	o := r.vm.NewObject()
	for name, m := range map[string]func(goja.FunctionCall) goja.Value{
		"callMethod": func(c goja.FunctionCall) goja.Value {
			if fn := in.method(c.Argument(0).String()); fn != nil {
				in.run("method "+c.Argument(0).String(), fn, c.Argument(1))
			}
			return goja.Undefined()
		},
		"triggerEvent": in.mTriggerEvent,
		"getDataset":   in.mDataset,
		"getState":     func(goja.FunctionCall) goja.Value { return in.scratch() },
		"selectComponent": func(c goja.FunctionCall) goja.Value {
			if found := in.find(c.Argument(0)); found != nil {
				return r.descriptor(found)
			}
			return goja.Null()
		},
		"selectAllComponents": func(c goja.FunctionCall) goja.Value {
			out := []any{}
			for _, comp := range in.comp.SelectAll(c.Argument(0).String()) {
				if found := instanceOf(comp); found != nil {
					out = append(out, r.descriptor(found))
				}
			}
			return r.vm.NewArray(out...)
		},
	} {
		r.set(o, name, r.native(name, m))
	}
	return o
}

// scratch is the object that a component's template scripts share.
func (in *Instance) scratch() *goja.Object {
	if in.state == nil {
		in.state = in.realm.vm.NewObject()
	}
	return in.state
}
