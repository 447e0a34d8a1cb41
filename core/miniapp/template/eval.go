package template

import (
	"fmt"
	"math"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// Scope finds what a name in an expression stands for: a template-script module, a loop variable, a data field.
type Scope interface {
	Lookup(name string) (v value.Value, ok bool)
}

// Caller calls a function of a template script.
type Caller func(fn value.Func, args []value.Value) (value.Value, error)

// Eval computes the expression. The rules are JavaScript's, made forgiving as WeChat's are:
//
//   - an unknown name, a member of undefined or null, and a computed key that is undefined or null read as undefined;
//   - only functions of template scripts can be called, a call of anything else is undefined;
//   - text of several parts ("a{{b}}c") leaves undefined out and prints null as "null" (value.Text).
//
// A call that fails counts as undefined and evaluation goes on: the value is usable even if err, the first failure, is
// not nil. The value may share arrays and objects with the scope's data: it is read-only.
//
// The expression must be linked.
func (e *Expr) Eval(s Scope, call Caller) (value.Value, error) {
	ev := evaluation{scope: s, call: call}
	v := ev.eval(e)
	return v, ev.err
}

// EvalError is a failed call inside an expression.
type EvalError struct {
	Pos Pos
	Err error
}

// Error implements error.
func (e *EvalError) Error() string { return e.Err.Error() }

// Unwrap implements errors.Unwrap.
func (e *EvalError) Unwrap() error { return e.Err }

type evaluation struct {
	scope Scope
	call  Caller
	err   error
}

func (ev *evaluation) eval(e *Expr) value.Value { //nolint:funlen,gocyclo // one switch over all operations
	switch e.code {
	case codeConst:
		return e.val
	case codeIdent:
		v, _ := ev.scope.Lookup(e.Name)
		return v
	case codeMember:
		return value.Member(ev.eval(e.X[0]), e.Name)
	case codeIndex:
		base := ev.eval(e.X[0])
		if value.IsNullish(base) {
			return nil
		}
		return value.MemberOf(base, ev.eval(e.X[1]))
	case codeCall:
		return ev.callFunc(e)
	case codeArray:
		return ev.array(e)
	case codeObject:
		return ev.object(e)
	case codeSpread:
		return ev.eval(e.X[0])
	case codeConcat:
		return ev.concat(e)
	case codeCond:
		if value.ToBool(ev.eval(e.X[0])) {
			return ev.eval(e.X[1])
		}
		return ev.eval(e.X[2])
	case codeAnd:
		if v := ev.eval(e.X[0]); !value.ToBool(v) {
			return v
		}
		return ev.eval(e.X[1])
	case codeOr:
		if v := ev.eval(e.X[0]); value.ToBool(v) {
			return v
		}
		return ev.eval(e.X[1])
	case codeNullish:
		if v := ev.eval(e.X[0]); !value.IsNullish(v) {
			return v
		}
		return ev.eval(e.X[1])
	case codeNot:
		return !value.ToBool(ev.eval(e.X[0]))
	case codeBitNot:
		return value.Number(float64(^value.ToInt32(value.ToNumber(ev.eval(e.X[0])))))
	case codeNeg:
		return value.Number(-value.ToNumber(ev.eval(e.X[0])))
	case codePos:
		return value.Number(value.ToNumber(ev.eval(e.X[0])))
	case codeTypeof:
		return value.TypeOf(ev.eval(e.X[0]))
	case codeUnlinked:
		if ev.err == nil {
			ev.err = fmt.Errorf("expression evaluated before it was linked")
		}
		return nil
	}
	a, b := ev.eval(e.X[0]), ev.eval(e.X[1])
	return binary(e.code, a, b)
}

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

func (ev *evaluation) callFunc(e *Expr) value.Value {
	fn, ok := ev.eval(e.X[0]).(value.Func)
	if !ok || ev.call == nil {
		return nil
	}
	args := make([]value.Value, 0, len(e.X)-1)
	for _, x := range e.X[1:] {
		if x.code == codeSpread {
			args = appendSpread(args, ev.eval(x.X[0]))
			continue
		}
		args = append(args, ev.eval(x))
	}
	v, err := ev.call(fn, args)
	if err != nil {
		if ev.err == nil {
			ev.err = &EvalError{Pos: e.Pos, Err: err}
		}
		return nil
	}
	return v
}

func (ev *evaluation) array(e *Expr) value.Value {
	items := make([]value.Value, 0, len(e.X))
	for _, x := range e.X {
		if x.code == codeSpread {
			items = appendSpread(items, ev.eval(x.X[0]))
			continue
		}
		items = append(items, ev.eval(x))
	}
	return &value.Array{Items: items}
}

func appendSpread(items []value.Value, v value.Value) []value.Value {
	switch v := v.(type) {
	case *value.Array:
		return append(items, v.Items...)
	case string:
		for _, r := range v {
			items = append(items, string(r))
		}
	}
	return items
}

func (ev *evaluation) object(e *Expr) value.Value {
	o := value.NewObject(len(e.X))
	for i, x := range e.X {
		if x.code != codeSpread {
			o.Set(e.Keys[i], ev.eval(x))
			continue
		}
		switch v := ev.eval(x.X[0]).(type) {
		case *value.Object:
			for k, field := range v.All() {
				o.Set(k, field)
			}
		case *value.Array:
			for i, item := range v.Items {
				o.Set(value.FormatNumber(float64(i)), item)
			}
		}
	}
	return o
}

func (ev *evaluation) concat(e *Expr) value.Value {
	var buf [128]byte
	b := buf[:0]
	for _, x := range e.X {
		switch v := ev.eval(x).(type) {
		case string:
			b = append(b, v...)
		case float64:
			b = value.AppendNumber(b, v)
		default:
			b = append(b, value.Text(v)...)
		}
	}
	return string(b)
}
