package script

import (
	"reflect"
	"slices"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

var (
	typeArrayBuffer = reflect.TypeFor[goja.ArrayBuffer]()
	typeProxy       = reflect.TypeFor[goja.Proxy]()
	typeBytes       = reflect.TypeFor[[]byte]()
)

// toJS makes a script value of a Go value. Containers are new ones: the script may change them.
func (r *Realm) toJS(v value.Value) goja.Value {
	switch v := v.(type) {
	case nil:
		return goja.Undefined()
	case string:
		return r.vm.ToValue(v)
	case float64:
		return r.vm.ToValue(v)
	case bool:
		return r.vm.ToValue(v)
	case *value.Object:
		return r.objectJS(v)
	case *value.Array:
		return r.arrayJS(v)
	case opaque:
		return v.v
	case function:
		if v.realm == r {
			return v.obj
		}
	case *Instance:
		return v.object()
	case value.Bytes:
		return r.vm.ToValue(r.vm.NewArrayBuffer(slices.Clone(v)))
	}
	if value.IsNull(v) {
		return goja.Null()
	}
	return goja.Undefined()
}

func (r *Realm) toJSAll(vs []value.Value) []goja.Value {
	out := make([]goja.Value, len(vs))
	for i, v := range vs {
		out[i] = r.toJS(v)
	}
	return out
}

func (r *Realm) objectJS(v *value.Object) *goja.Object {
	o := r.vm.NewObject()
	for i := range v.Len() {
		key, field := v.At(i)
		if key == "__proto__" {
			r.set(o, key, r.toJS(field))
			continue
		}
		_ = o.Set(key, r.toJS(field))
	}
	return o
}

func (r *Realm) arrayJS(v *value.Array) *goja.Object {
	items := make([]any, len(v.Items))
	for i, item := range v.Items {
		items[i] = r.toJS(item)
	}
	return r.vm.NewArray(items...)
}
