package template

import (
	"math"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

func binary(code opcode, a, b value.Value) value.Value { //nolint:gocyclo // one switch over all operations
	switch code {
	case codeAdd:
		return add(a, b)
	case codeStrictEq:
		return value.StrictEqual(a, b)
	case codeStrictNe:
		return !value.StrictEqual(a, b)
	case codeLooseEq:
		return value.LooseEqual(a, b)
	case codeLooseNe:
		return !value.LooseEqual(a, b)
	case codeLt, codeLe, codeGt, codeGe:
		return compare(code, a, b)
	}
	return value.Number(arithmetic(code, value.ToNumber(a), value.ToNumber(b)))
}

func arithmetic(code opcode, x, y float64) float64 {
	switch code {
	case codeSub:
		return x - y
	case codeMul:
		return x * y
	case codeDiv:
		return x / y
	case codeMod:
		return math.Mod(x, y)
	case codePow:
		return math.Pow(x, y)
	case codeBitAnd:
		return float64(value.ToInt32(x) & value.ToInt32(y))
	case codeBitOr:
		return float64(value.ToInt32(x) | value.ToInt32(y))
	case codeBitXor:
		return float64(value.ToInt32(x) ^ value.ToInt32(y))
	case codeShl:
		return float64(value.ToInt32(x) << (value.ToUint32(y) & 31))
	case codeShr:
		return float64(value.ToInt32(x) >> (value.ToUint32(y) & 31))
	case codeUshr:
		return float64(value.ToUint32(x) >> (value.ToUint32(y) & 31))
	}
	return math.NaN()
}

func add(a, b value.Value) value.Value {
	if x, ok := a.(float64); ok {
		if y, ok := b.(float64); ok {
			return value.Number(x + y)
		}
	}
	a, b = value.ToPrimitive(a), value.ToPrimitive(b)
	_, aText := a.(string)
	_, bText := b.(string)
	if aText || bText {
		return value.ToString(a) + value.ToString(b)
	}
	return value.Number(value.ToNumber(a) + value.ToNumber(b))
}

func compare(code opcode, a, b value.Value) value.Value {
	a, b = value.ToPrimitive(a), value.ToPrimitive(b)
	x, xText := a.(string)
	y, yText := b.(string)
	if xText && yText {
		c := compareText(x, y)
		return code == codeLt && c < 0 || code == codeLe && c <= 0 || code == codeGt && c > 0 || code == codeGe && c >= 0
	}
	f, g := value.ToNumber(a), value.ToNumber(b)
	return code == codeLt && f < g || code == codeLe && f <= g || code == codeGt && f > g || code == codeGe && f >= g
}

// compareText orders by UTF-16 units: a character beyond U+FFFF is a pair of surrogates, which sort before U+E000.
func compareText(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	if i < len(a) && i < len(b) && (a[i] >= 0xF0) != (b[i] >= 0xF0) {
		if low := min(a[i], b[i]); low >= 0xEE { // U+E000 and above against a surrogate pair
			return strings.Compare(b[i:], a[i:])
		}
	}
	return strings.Compare(a[i:], b[i:])
}
