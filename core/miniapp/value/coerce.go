package value

import (
	"math"
	"strings"
)

// IsNull tells whether v is null.
func IsNull(v Value) bool { _, ok := v.(null); return ok }

// IsNullish tells whether v is undefined or null.
func IsNullish(v Value) bool { return v == nil || IsNull(v) }

// TypeOf is JavaScript's typeof.
func TypeOf(v Value) string {
	switch v.(type) {
	case nil:
		return "undefined"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case Func:
		return "function"
	}
	return "object"
}

// ToBool is JavaScript's truthiness.
func ToBool(v Value) bool {
	switch v := v.(type) {
	case nil, null:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	}
	return true
}

// ToNumber is JavaScript's Number(v).
func ToNumber(v Value) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case null:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case string:
		return ParseNumber(v)
	case *Array:
		return ParseNumber(ToString(v))
	}
	return math.NaN()
}

// ToString is JavaScript's String(v).
func ToString(v Value) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return FormatNumber(v)
	case bool:
		if v {
			return "true"
		}
		return "false"
	case nil:
		return "undefined"
	case null:
		return "null"
	case *Array:
		return joinArray(v)
	case Func:
		return "function " + v.FuncName() + "() { [native code] }"
	case Bytes:
		return "[object ArrayBuffer]"
	}
	return "[object Object]"
}

func joinArray(a *Array) string {
	if a.Len() == 1 {
		return elementText(a.Items[0])
	}
	var b strings.Builder
	for i := range a.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(elementText(a.Items[i]))
	}
	return b.String()
}

func elementText(v Value) string {
	if IsNullish(v) {
		return ""
	}
	return ToString(v)
}

// StrictEqual is "===".
func StrictEqual(a, b Value) bool { return identical(a, b) }

// LooseEqual is "==".
func LooseEqual(a, b Value) bool {
	if IsNullish(a) || IsNullish(b) {
		return IsNullish(a) && IsNullish(b)
	}
	ka, kb := TypeOf(a), TypeOf(b)
	switch {
	case ka == kb:
		return identical(a, b)
	case isReference(ka) && isReference(kb):
		return false
	case isReference(ka):
		return LooseEqual(ToPrimitive(a), b)
	case isReference(kb):
		return LooseEqual(a, ToPrimitive(b))
	}
	return ToNumber(a) == ToNumber(b)
}

func isReference(kind string) bool { return kind == "object" || kind == "function" }

// ToPrimitive turns arrays, objects and functions into their text and leaves the rest.
func ToPrimitive(v Value) Value {
	switch v.(type) {
	case *Array, *Object, Bytes, Func:
		return ToString(v)
	}
	return v
}

// Text is what a template shows for v: undefined is empty, everything else (null, too) is String(v). It is the rule of
// WeChat's own template compiler, which leaves undefined out of a text and prints the rest by JavaScript's "+".
func Text(v Value) string {
	if v == nil {
		return ""
	}
	return ToString(v)
}
