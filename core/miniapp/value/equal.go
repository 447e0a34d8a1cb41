package value

import (
	"bytes"
	"math"
)

// Equal compares two trees by content, whatever the order of the keys. NaN equals NaN, so that a binding whose value stays
// NaN does not count as changed; functions are equal if they are the same one.
func Equal(a, b Value) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && (a == b || math.IsNaN(a) && math.IsNaN(b))
	case *Array:
		b, ok := b.(*Array)
		return ok && (a == b || equalArrays(a, b))
	case *Object:
		b, ok := b.(*Object)
		return ok && (a == b || equalObjects(a, b))
	case Bytes:
		b, ok := b.(Bytes)
		return ok && bytes.Equal(a, b)
	}
	return identical(a, b)
}

func equalArrays(a, b *Array) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i, item := range a.Items {
		if !Equal(item, b.Items[i]) {
			return false
		}
	}
	return true
}

func equalObjects(a, b *Object) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i, key := range a.keys {
		other, ok := b.Get(key)
		if !ok || !Equal(a.vals[i], other) {
			return false
		}
	}
	return true
}

// identical compares what has no content of its own: undefined, null, bool, string, functions. It does not panic on
// values that Go cannot compare.
func identical(a, b Value) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case null:
		return IsNull(b)
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	case string:
		b, ok := b.(string)
		return ok && a == b
	case float64:
		b, ok := b.(float64)
		return ok && a == b
	case *Array:
		b, ok := b.(*Array)
		return ok && a == b
	case *Object:
		b, ok := b.(*Object)
		return ok && a == b
	case Bytes:
		b, ok := b.(Bytes)
		return ok && len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
	case Func:
		b, ok := b.(Func)
		return ok && sameFunc(a, b)
	}
	return false
}

func sameFunc(a, b Func) (same bool) {
	defer func() { _ = recover() }() // an implementation that Go cannot compare is equal to none
	return a == b
}
