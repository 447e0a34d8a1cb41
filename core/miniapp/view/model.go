package view

import (
	"strconv"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// dataPath turns a plain path expression into the path of a data field: a loop's item becomes the list's path and the
// row's index. ok is false if the expression is no such path.
func (s *scope) dataPath(e *template.Expr) (path []any, ok bool) {
	steps, ok := plainSteps(e)
	if !ok {
		return nil, false
	}
	for ; s.outer != nil; s = s.outer {
		if s.loop == nil || steps[0] != s.loop.item {
			continue
		}
		if s.loop.listExpr == nil {
			return nil, false
		}
		base, ok := s.outer.dataPath(s.loop.listExpr)
		if !ok {
			return nil, false
		}
		switch index := s.index.(type) {
		case float64:
			base = append(base, int(index))
		case string:
			base = append(base, index)
		}
		return appendSteps(base, steps[1:]), true
	}
	if s.data != nil {
		return nil, false
	}
	return appendSteps([]any{steps[0]}, steps[1:]), true
}

func appendSteps(path []any, steps []string) []any {
	for _, step := range steps {
		if n, err := strconv.Atoi(step); err == nil && n >= 0 {
			path = append(path, n)
			continue
		}
		path = append(path, step)
	}
	return path
}

// applyModels writes back what the user changed in a built-in component.
func (cl *clone) applyModels(el *element, detail value.Value) {
	for _, m := range el.models {
		v, ok := value.Member(detail, m.prop), false
		if o, isObject := detail.(*value.Object); isObject {
			if ok = o.Has(m.prop); !ok && m.prop == "checked" {
				v, ok = o.Get("value")
			}
		}
		if ok {
			cl.writeModel(m, v)
		}
	}
}
