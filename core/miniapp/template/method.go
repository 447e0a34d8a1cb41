package template

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// callMethod is x.name(…): a function of an object, as a template script's exports are, or one of the language's own methods
// of texts, numbers and arrays that change nothing. Of anything else the call is undefined.
func (ev *evaluation) callMethod(e *Expr) value.Value {
	of := ev.eval(e.X[0])
	args := ev.arguments(e.X[1:])
	if fn, ok := value.Member(of, e.Name).(value.Func); ok {
		return ev.apply(e, fn, args)
	}
	switch of := of.(type) {
	case string:
		return textMethod(of, e.Name, args)
	case float64:
		return numberMethod(of, e.Name, args)
	case *value.Array:
		return arrayMethod(of, e.Name, args)
	}
	return nil
}

func (ev *evaluation) arguments(list []*Expr) []value.Value {
	args := make([]value.Value, 0, len(list))
	for _, x := range list {
		if x.code == codeSpread {
			args = appendSpread(args, ev.eval(x.X[0]))
			continue
		}
		args = append(args, ev.eval(x))
	}
	return args
}

func (ev *evaluation) apply(e *Expr, fn value.Func, args []value.Value) value.Value {
	if ev.call == nil {
		return nil
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

func arg(args []value.Value, i int) value.Value {
	if i < len(args) {
		return args[i]
	}
	return nil
}

// bound is an index argument between 0 and n; negative ones count from the end if fromEnd is set.
func bound(v value.Value, n, missing int, fromEnd bool) int {
	if v == nil {
		return missing
	}
	f := math.Trunc(value.ToNumber(v))
	if f != f {
		f = 0
	}
	if f < 0 && fromEnd {
		f += float64(n)
	}
	return int(min(max(f, 0), float64(n)))
}

// maxTextResult bounds what a method may make of a text.
const maxTextResult = 1 << 20

func textMethod(s, name string, args []value.Value) value.Value {
	first := value.ToString(arg(args, 0))
	switch name {
	case "substring", "slice", "substr":
		return cutText(s, name, args)
	case "toUpperCase":
		return strings.ToUpper(s)
	case "toLowerCase":
		return strings.ToLower(s)
	case "trim":
		return strings.TrimSpace(s)
	case "toString":
		return s
	case "charAt":
		return cutText(s, "substr", []value.Value{value.ToNumber(arg(args, 0)), 1.0})
	case "includes":
		return strings.Contains(s, first)
	case "startsWith":
		return strings.HasPrefix(s, first)
	case "endsWith":
		return strings.HasSuffix(s, first)
	case "indexOf":
		return textIndex(s, strings.Index(s, first))
	case "lastIndexOf":
		return textIndex(s, strings.LastIndex(s, first))
	case "concat":
		for _, a := range args {
			s += value.ToString(a)
		}
		return s[:min(len(s), maxTextResult)]
	case "replace":
		return strings.Replace(s, first, value.ToString(arg(args, 1)), 1)
	case "split":
		return splitText(s, args)
	}
	return nil
}

func textIndex(s string, at int) value.Value {
	if at < 0 {
		return -1.0
	}
	return float64(value.StringLen(s[:at]))
}

func cutText(s, name string, args []value.Value) value.Value {
	units := utf16.Encode([]rune(s))
	n := len(units)
	from := bound(arg(args, 0), n, 0, name != "substring")
	to := bound(arg(args, 1), n, n, name == "slice")
	if name == "substr" {
		to = min(n, from+bound(arg(args, 1), n, n, false))
	}
	if name == "substring" && from > to {
		from, to = to, from
	}
	if from >= to {
		return ""
	}
	return string(utf16.Decode(units[from:to]))
}

func splitText(s string, args []value.Value) value.Value {
	if arg(args, 0) == nil {
		return value.NewArray(s)
	}
	out := value.NewArray()
	for _, part := range strings.Split(s, value.ToString(args[0])) {
		out.Push(part)
	}
	return out
}

func numberMethod(f float64, name string, args []value.Value) value.Value {
	switch name {
	case "toFixed":
		digits := bound(arg(args, 0), 100, 0, false)
		if math.IsNaN(f) || math.IsInf(f, 0) || math.Abs(f) >= 1e21 {
			return value.ToString(f)
		}
		return strconv.FormatFloat(f, 'f', digits, 64)
	case "toString":
		return value.ToString(f)
	}
	return nil
}

func arrayMethod(a *value.Array, name string, args []value.Value) value.Value {
	switch name {
	case "includes":
		return slices.ContainsFunc(a.Items, func(v value.Value) bool { return value.StrictEqual(v, arg(args, 0)) })
	case "indexOf":
		return float64(slices.IndexFunc(a.Items, func(v value.Value) bool { return value.StrictEqual(v, arg(args, 0)) }))
	case "join":
		separator := ","
		if arg(args, 0) != nil {
			separator = value.ToString(args[0])
		}
		return joinArray(a, separator)
	case "slice":
		from, to := bound(arg(args, 0), len(a.Items), 0, true), bound(arg(args, 1), len(a.Items), len(a.Items), true)
		return value.NewArray(slices.Clone(a.Items[min(from, to):to])...)
	case "concat":
		out := value.NewArray(slices.Clone(a.Items)...)
		for _, v := range args {
			if more, ok := v.(*value.Array); ok {
				out.Items = append(out.Items, more.Items...)
			} else {
				out.Push(v)
			}
		}
		return out
	}
	return nil
}

func joinArray(a *value.Array, separator string) value.Value {
	parts := make([]string, len(a.Items))
	for i, item := range a.Items {
		if !value.IsNullish(item) {
			parts[i] = value.ToString(item)
		}
	}
	return strings.Join(parts, separator)
}

// CallMethods makes the calls of members in an expression calls of methods, for a dialect whose expressions are JavaScript's.
func (e *Expr) CallMethods() {
	if e == nil {
		return
	}
	for _, x := range e.X {
		x.CallMethods()
	}
	if e.Op == OpCall && e.X[0].Op == OpMember {
		e.Op, e.Name = OpMethod, e.X[0].Name
		e.X = append([]*Expr{e.X[0].X[0]}, e.X[1:]...)
	}
}

// CallMethods does so for all expressions of a file.
func (f *File) CallMethods() {
	callMethods(f.Nodes)
	for _, nodes := range f.Templates {
		callMethods(nodes)
	}
}

func callMethods(nodes []*Node) {
	for _, n := range nodes {
		for _, e := range []*Expr{n.SlotOf, n.Value, n.Scope, n.List} {
			e.CallMethods()
		}
		for _, attrs := range [][]Attr{n.Attrs, n.Data, n.Props} {
			for _, a := range attrs {
				a.Value.CallMethods()
			}
		}
		for _, b := range n.Branches {
			b.Cond.CallMethods()
			callMethods(b.Children)
		}
		callMethods(n.Children)
	}
}
