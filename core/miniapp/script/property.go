package script

import (
	"fmt"
	"math"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// kind is the type of a declared property.
type kind int

const (
	kindAny kind = iota
	kindString
	kindNumber
	kindBoolean
	kindObject
	kindArray
	kindFunction
)

var kindNames = [...]string{"any", "String", "Number", "Boolean", "Object", "Array", "Function"}

func (k kind) String() string { return kindNames[k] }

// property is a declared property of a component.
type property struct {
	name     string
	kind     kind
	optional []kind
	initial  value.Value
	observer observerFunc
}

// parseProperty reads a declaration: a type, null, or {type, optionalTypes, value, observer}.
func (r *Realm) parseProperty(name string, decl goja.Value) *property {
	p := &property{name: name}
	o, ok := decl.(*goja.Object)
	if !ok {
		p.initial = p.zero()
		return p
	}
	if k, ok := r.kindOf(o); ok {
		p.kind, p.initial = k, p.zeroOf(k)
		return p
	}
	p.kind, _ = r.kindOf(o.Get("type"))
	if list := r.object(o, "optionalTypes"); list != nil {
		for _, t := range r.list(list) {
			if k, ok := r.kindOf(t); ok {
				p.optional = append(p.optional, k)
			}
		}
	}
	p.initial = p.zero()
	if v := o.Get("value"); v != nil && !goja.IsUndefined(v) {
		// As it is, whatever the type: components say by null that nothing was given, and WeChat converts only what is set.
		p.initial = r.toGo(v)
	}
	p.observer = r.observerOf(o.Get("observer"))
	return p
}

// kindOf tells which type constructor v is; null and undefined are "any".
func (r *Realm) kindOf(v goja.Value) (kind, bool) {
	if v == nil || goja.IsNull(v) || goja.IsUndefined(v) {
		return kindAny, true
	}
	for k, ctor := range map[kind]goja.Value{
		kindString: r.kit.str, kindNumber: r.kit.num, kindBoolean: r.kit.boolean,
		kindObject: r.kit.object, kindArray: r.kit.array, kindFunction: r.kit.function,
	} {
		if v.SameAs(ctor) {
			return k, true
		}
	}
	return kindAny, false
}

func (p *property) zero() value.Value { return p.zeroOf(p.kind) }

func (*property) zeroOf(k kind) value.Value {
	switch k {
	case kindString:
		return ""
	case kindNumber:
		return 0.0
	case kindBoolean:
		return false
	case kindArray:
		return value.NewArray()
	}
	return value.Null
}

// matches tells whether v is of the declared or one of the optional types.
func (p *property) matches(v value.Value) bool {
	if isKind(v, p.kind) {
		return true
	}
	for _, k := range p.optional {
		if isKind(v, k) {
			return true
		}
	}
	return false
}

func isKind(v value.Value, k kind) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return k == kindString || k == kindAny
	case float64:
		return k == kindNumber && !math.IsNaN(v) && !math.IsInf(v, 0) || k == kindAny
	case bool:
		return k == kindBoolean || k == kindAny
	case *value.Array:
		return k == kindArray || k == kindAny
	case value.Func:
		return k == kindFunction || k == kindAny
	}
	return k == kindObject || k == kindAny
}

// coerce makes v fit the property, as WeChat does. The warning is empty if v fitted or was converted as a matter of
// course.
func (p *property) coerce(v value.Value) (out value.Value, warning string) {
	if p.matches(v) {
		return v, ""
	}
	switch p.kind {
	case kindString:
		if value.IsNullish(v) {
			return "", p.mismatch(v, "the empty string is used")
		}
		if value.TypeOf(v) == "object" {
			warning = p.mismatch(v, "it is converted")
		}
		return value.ToString(v), warning
	case kindNumber:
		if _, isArray := v.(*value.Array); !isArray && v != nil {
			if n := value.ToNumber(v); !math.IsNaN(n) && !math.IsInf(n, 0) {
				return n, ""
			}
		}
		return 0.0, p.mismatch(v, "0 is used")
	case kindBoolean:
		return value.ToBool(v), ""
	case kindArray:
		return value.NewArray(), p.mismatch(v, "an empty array is used")
	case kindObject:
		if _, isArray := v.(*value.Array); isArray {
			return v, ""
		}
		return value.Null, p.mismatch(v, "null is used")
	case kindFunction:
		return value.Null, p.mismatch(v, "null is used")
	}
	if v == nil {
		return value.Null, ""
	}
	return v, ""
}

func (p *property) mismatch(v value.Value, then string) string {
	got := value.TypeOf(v)
	if value.IsNull(v) {
		got = "null"
	}
	if _, ok := v.(*value.Array); ok {
		got = "array"
	}
	return fmt.Sprintf("property %q expects %s but got %s; %s", p.name, p.kind, got, then)
}

// list is the elements of a script array.
func (r *Realm) list(o *goja.Object) []goja.Value {
	if o == nil || o.ClassName() != "Array" {
		return nil
	}
	im := importer{r: r}
	n := o.Get("length").ToInteger()
	if n > maxLength {
		return nil
	}
	return im.elements(o, int(n))
}
