package script

import (
	"github.com/dop251/goja"
)

func (in *Instance) mSelectComponent(c goja.FunctionCall) goja.Value {
	if found := in.find(c.Argument(0)); found != nil {
		return found.exported(in)
	}
	return goja.Null()
}

// find is the first component that a selector matches in the instance's shadow tree.
func (in *Instance) find(selector goja.Value) *Instance {
	c, ok := in.comp.Select(selector.String())
	if !ok {
		return nil
	}
	return instanceOf(c)
}

func (in *Instance) mSelectAllComponents(c goja.FunctionCall) goja.Value {
	out := []any{}
	for _, comp := range in.comp.SelectAll(c.Argument(0).String()) {
		if found := instanceOf(comp); found != nil {
			out = append(out, found.exported(in))
		}
	}
	return in.realm.vm.NewArray(out...)
}

func (in *Instance) mSelectOwnerComponent(goja.FunctionCall) goja.Value {
	if owner := instanceOf(in.comp.Owner()); owner != nil {
		return owner.exported(in)
	}
	return goja.Null()
}

// exported is what another component gets when it selects this one.
func (in *Instance) exported(caller *Instance) goja.Value {
	if in.def.export == nil || !in.def.builtins["wx://component-export"] {
		return in.object()
	}
	v, err := in.realm.call(in.def.export, in.object(), caller.object())
	if err != nil {
		in.realm.report("export of "+in.def.path, err)
		return in.object()
	}
	if goja.IsUndefined(v) {
		return in.object()
	}
	return v
}
