package script

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// observerFunc is an observer: a function, or the name of a method.
type observerFunc struct {
	fn     goja.Callable
	method string
}

func (o observerFunc) none() bool { return o.fn == nil && o.method == "" }

func (r *Realm) observerOf(v goja.Value) observerFunc {
	if fn, ok := goja.AssertFunction(v); ok {
		return observerFunc{fn: fn}
	}
	if v != nil && goja.IsString(v) {
		return observerFunc{method: v.String()}
	}
	return observerFunc{}
}

// dataObserver is one entry of Component({observers}): it watches several paths, and is given their values.
type dataObserver struct {
	text  string
	paths []watched
	observerFunc
}

// watched is a path of an observer. With deep set ("a.**"), what is below counts, too.
type watched struct {
	path []any
	deep bool
}

// parseObserver reads an observer's key: paths separated by commas.
func parseObserver(key string, fn observerFunc) *dataObserver {
	o := &dataObserver{text: key, observerFunc: fn}
	for part := range strings.SplitSeq(key, ",") {
		part = strings.TrimSpace(part)
		w := watched{}
		if part == "**" {
			w.deep = true
			o.paths = append(o.paths, w)
			continue
		}
		if rest, ok := strings.CutSuffix(part, ".**"); ok {
			part, w.deep = rest, true
		}
		if path, err := value.ParsePath(part); err == nil {
			w.path = path
			o.paths = append(o.paths, w)
		}
	}
	return o
}

// triggeredBy tells whether a change at path concerns the observer: at the path itself or above it, and below it if the
// path is deep.
func (o *dataObserver) triggeredBy(path []any) bool {
	for _, w := range o.paths {
		if w.covers(path) {
			return true
		}
	}
	return false
}

func (w watched) covers(path []any) bool {
	n := min(len(w.path), len(path))
	for i := range n {
		if !sameStep(w.path[i], path[i]) {
			return false
		}
	}
	return len(path) <= len(w.path) || w.deep
}

// sameStep compares steps; an index may be written as a name.
func sameStep(a, b any) bool {
	if a == b {
		return true
	}
	return stepName(a) == stepName(b)
}

func stepName(step any) string {
	if i, ok := step.(int); ok {
		return strconv.Itoa(i)
	}
	s, _ := step.(string)
	return s
}

// lookJS follows a path in a script object.
func (r *Realm) lookJS(v goja.Value, path []any) goja.Value {
	for _, step := range path {
		o, ok := v.(*goja.Object)
		if !ok {
			return goja.Undefined()
		}
		v = r.get(o, stepName(step))
	}
	return v
}

// holds tells whether setData can go one step below o without replacing it: an index needs an array, a name anything
// but an array. What an object inherits, functions all, is no container.
func holds(o *goja.Object, step any) bool {
	switch class := o.ClassName(); class {
	case "Function", "AsyncFunction", "GeneratorFunction":
		return false
	case "Array":
		name, isName := step.(string)
		return !isName || isDigits(name)
	}
	_, index := step.(int)
	return !index
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// putJS writes at a path in a script object, making containers on the way as setData does.
func (r *Realm) putJS(root *goja.Object, path []any, v goja.Value) {
	o := root
	for i, step := range path[:len(path)-1] {
		next, ok := r.get(o, stepName(step)).(*goja.Object)
		_, index := path[i+1].(int)
		if !ok || !holds(next, path[i+1]) {
			if index {
				next = r.vm.NewArray()
			} else {
				next = r.vm.NewObject()
			}
			r.set(o, stepName(step), next)
		}
		o = next
	}
	name := stepName(path[len(path)-1])
	if o.Set(name, v) != nil {
		r.set(o, name, v) // a frozen or accessor field: replaced if that is possible
	}
}
