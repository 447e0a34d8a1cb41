package value

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
)

// MaxDepth is how deep a tree may be nested: deeper ones come from loops or from an attacker, and everything that walks
// a tree recurses.
const MaxDepth = 1000

// From converts a Go value as encoding/json makes them (and the integer types, []byte, Value) to a Value. Maps get
// their keys sorted.
func From(v any) (Value, error) { return from(v, 0) }

func from(v any, depth int) (Value, error) {
	if depth > MaxDepth {
		return nil, errTooDeep
	}
	switch v := v.(type) {
	case nil:
		return Null, nil
	case null, bool, string, float64, *Array, *Object, Bytes, Func:
		return v, nil
	case []byte:
		return Bytes(v), nil
	case json.RawMessage:
		return DecodeJSON(v)
	case json.Number:
		return ParseNumber(string(v)), nil
	case []any:
		return fromSlice(v, depth)
	case []string:
		a := &Array{Items: make([]Value, len(v))}
		for i, s := range v {
			a.Items[i] = s
		}
		return a, nil
	case map[string]any:
		return fromMap(v, depth)
	case map[string]string:
		m := make(map[string]any, len(v))
		for k, s := range v {
			m[k] = s
		}
		return fromMap(m, depth)
	}
	if f, ok := toFloat(v); ok {
		return Number(f), nil
	}
	return nil, fmt.Errorf("a Go value of type %T has no JavaScript form", v)
}

func fromSlice(s []any, depth int) (Value, error) {
	a := &Array{Items: make([]Value, len(s))}
	for i, item := range s {
		v, err := from(item, depth+1)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		a.Items[i] = v
	}
	return a, nil
}

func fromMap(m map[string]any, depth int) (Value, error) {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	o := NewObject(len(m))
	for _, k := range keys {
		v, err := from(m[k], depth+1)
		if err != nil {
			return nil, fmt.Errorf(".%s: %w", k, err)
		}
		o.Set(k, v)
	}
	return o, nil
}

func toFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case int8:
		return float64(v), true
	case int16:
		return float64(v), true
	case int32:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint:
		return float64(v), true
	case uint8:
		return float64(v), true
	case uint16:
		return float64(v), true
	case uint32:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float32:
		return float64(v), true
	}
	return 0, false
}

// ToGo converts v to what encoding/json would decode: nil, bool, float64, string, []any, map[string]any; undefined
// fields and functions are left out, Bytes become []byte. The order of keys is lost.
func ToGo(v Value) any {
	switch v := v.(type) {
	case nil, null, Func:
		return nil
	case *Array:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = ToGo(v.Items[i])
		}
		return out
	case *Object:
		out := make(map[string]any, v.Len())
		for k, field := range v.All() {
			if _, isFunc := field.(Func); field != nil && !isFunc {
				out[k] = ToGo(field)
			}
		}
		return out
	case Bytes:
		return []byte(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	}
	return v
}
