package template

import (
	"fmt"

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

func (ev *evaluation) eval(e *Expr) value.Value {
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
	case codeMethod:
		return ev.callMethod(e)
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

func (ev *evaluation) callFunc(e *Expr) value.Value {
	fn, ok := ev.eval(e.X[0]).(value.Func)
	if !ok {
		return nil
	}
	return ev.apply(e, fn, ev.arguments(e.X[1:]))
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
