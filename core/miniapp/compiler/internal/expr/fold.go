package expr

import (
	"math"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// fold replaces an operation on constants by its result, where the result has a JSON form.
func fold(e *template.Expr) *template.Expr {
	if e.Op == "?:" || e.Op == "&&" || e.Op == "||" || e.Op == "??" {
		return foldChoice(e)
	}
	for _, x := range e.X {
		if _, ok := x.Static(); !ok {
			return e
		}
	}
	if e.Link() != nil {
		return e
	}
	v, err := e.Eval(nil, nil)
	if err != nil || !printable(v) {
		return e
	}
	return template.Constant(v, e.Pos)
}

// foldChoice drops the arm that cannot be chosen.
func foldChoice(e *template.Expr) *template.Expr {
	cond, ok := e.X[0].Static()
	if !ok {
		return e
	}
	first := value.ToBool(cond)
	switch e.Op {
	case "?:":
		if first {
			return e.X[1]
		}
		return e.X[2]
	case "&&":
		first = !first
	case "??":
		first = !value.IsNullish(cond)
	}
	if first {
		return e.X[0]
	}
	return e.X[1]
}

func printable(v value.Value) bool {
	switch v := v.(type) {
	case nil, bool, string:
		return true
	case float64:
		return !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return value.IsNull(v)
}
