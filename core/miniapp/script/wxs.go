package script

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
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
	code, err := r.code.compile(p, wxsHead, func() (string, error) { return r.source.wxs(p) })
	if err != nil {
		return nil, err
	}
	fn, err := r.vm.RunProgram(code.prog)
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
