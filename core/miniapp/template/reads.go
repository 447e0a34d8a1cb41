package template

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// SetReads fills in Reads of a root expression.
func (e *Expr) SetReads() {
	r := reader{seen: map[string]bool{}}
	r.walk(e)
	e.Reads = r.out
}

type reader struct {
	seen map[string]bool
	out  [][]string
}

func (r *reader) walk(e *Expr) {
	if path, ok := r.path(e); ok {
		key := strings.Join(path, "\x00")
		if !r.seen[key] {
			r.seen[key] = true
			r.out = append(r.out, path)
		}
		return
	}
	for _, x := range e.X {
		r.walk(x)
	}
}

// path is the data path that e reads, cut where it is not constant; what decides at the cut is walked on its own.
func (r *reader) path(e *Expr) ([]string, bool) {
	switch e.Op {
	case OpIdent:
		return []string{e.Name}, true
	case OpMember:
		base, ok := r.path(e.X[0])
		if ok && !cut(e.X[0]) {
			base = append(base, e.Name)
		}
		return base, ok
	case OpIndex:
		base, ok := r.path(e.X[0])
		key, static := e.X[1].Static()
		if ok && !static {
			r.walk(e.X[1])
		} else if ok && !cut(e.X[0]) {
			base = append(base, value.ToString(key))
		}
		return base, ok
	}
	return nil, false
}

// cut tells whether the path of e ended before e.
func cut(e *Expr) bool {
	switch e.Op {
	case OpMember:
		return cut(e.X[0])
	case OpIndex:
		_, static := e.X[1].Static()
		return !static || cut(e.X[0])
	}
	return false
}
