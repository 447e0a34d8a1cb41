package view

import (
	"strconv"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// varID names a variable that expressions of one base (a component's template, or one <template>) can read: a data field,
// the item or index of a loop. Ids are small and private to the base.
type varID int32

// externalVar stands for the external classes of a component: not a variable of the template, but something that class
// attributes read.
const externalVar varID = 0

// slotVar stands for what a slot gives to content that is made for it.
const slotVar varID = 1

// path is what an expression reads below a variable. It ends where an index is not constant.
type path struct {
	v     varID
	steps []string
}

// change says that the value of a variable changed at steps below it (names and indices), the whole of it if there are none.
type change struct {
	v     varID
	steps []any
	// grew is set if an array got longer on the way: only then has a length changed.
	grew bool
}

// hits tells whether a change can alter what is read at steps: one is a prefix of the other.
func (ch change) hits(steps []string) bool {
	n := min(len(ch.steps), len(steps))
	for i := range n {
		if !ch.sameStep(ch.steps[i], steps[i]) {
			return false
		}
	}
	return true
}

func (ch change) sameStep(step any, name string) bool {
	switch step := step.(type) {
	case string:
		return step == name || ch.grew && name == "length"
	case int:
		if name == "length" {
			return ch.grew
		}
		return strconv.Itoa(step) == name
	}
	return true
}

// below is the change as seen from the place at steps; ok is false if it happened elsewhere. A change above the place
// changes all of it.
func (ch change) below(v varID, at []string, to varID) (out change, ok bool) {
	if ch.v != v || !ch.hits(at) {
		return change{}, false
	}
	if len(ch.steps) <= len(at) {
		return change{v: to}, true
	}
	return change{v: to, steps: ch.steps[len(at):], grew: ch.grew}, true
}

// dep says that part reads what is at steps below a variable: by an expression of its own, or (nested) by what it holds.
type dep struct {
	part   int
	steps  []string
	nested bool
}

// maxNestedPaths is how many paths of one variable a part remembers for what it holds; with more it is updated whenever
// anything of the variable changes.
const maxNestedPaths = 8

// names is the chain of loops around a place in a template.
type names struct {
	outer *names
	loop  *loop
}

// base is one name space: the fields of a component's data or the data of one <template>, and the template scripts of
// the file the source stands in.
type base struct {
	unit    *unit
	file    *template.File
	scripts map[string]string // name → path
	vars    map[string]varID
	next    varID
}

func newBase(u *unit, f *template.File) *base {
	b := &base{unit: u, file: f, vars: map[string]varID{}, next: slotVar + 1}
	if f != nil && len(f.Scripts) > 0 {
		b.scripts = make(map[string]string, len(f.Scripts))
		for _, s := range f.Scripts {
			b.scripts[s.Name] = s.Path
		}
	}
	return b
}

func (b *base) newVar() varID {
	b.next++
	return b.next - 1
}

// variable is the id of a data field.
func (b *base) variable(name string) varID {
	v, ok := b.vars[name]
	if !ok {
		v = b.newVar()
		b.vars[name] = v
	}
	return v
}

// resolve finds what a name stands for at a place; ok is false for a template script, which never changes.
func (b *base) resolve(name string, ns *names) (v varID, ok bool) {
	for ; ns != nil; ns = ns.outer {
		switch name {
		case ns.loop.item:
			return ns.loop.itemVar, true
		case ns.loop.index:
			return ns.loop.indexVar, true
		}
	}
	if _, script := b.scripts[name]; script {
		return 0, false
	}
	return b.variable(name), true
}

// reads resolves the paths an expression reads.
func (b *base) reads(e *template.Expr, ns *names) []path {
	if e == nil {
		return nil
	}
	var out []path
	for _, r := range e.Reads {
		if len(r) == 0 {
			continue
		}
		if v, ok := b.resolve(r[0], ns); ok {
			out = append(out, path{v, r[1:]})
		}
	}
	return out
}

// plainPath resolves an expression that is nothing but a path ("a.b[0].c"), so that a change below it can be followed
// into whatever the expression's value is given to.
func (b *base) plainPath(e *template.Expr, ns *names) *path {
	steps, ok := plainSteps(e)
	if !ok {
		return nil
	}
	v, ok := b.resolve(steps[0], ns)
	if !ok {
		return nil
	}
	return &path{v, steps[1:]}
}

func plainSteps(e *template.Expr) ([]string, bool) {
	switch e.Op {
	case template.OpIdent:
		return []string{e.Name}, true
	case template.OpMember:
		steps, ok := plainSteps(e.X[0])
		return append(steps, e.Name), ok
	case template.OpIndex:
		steps, ok := plainSteps(e.X[0])
		if !ok || e.X[1].Op != template.OpConst {
			return nil, false
		}
		switch key := e.X[1].Const.(type) {
		case string:
			return append(steps, key), true
		case float64:
			return append(steps, strconv.FormatFloat(key, 'f', -1, 64)), true
		}
	}
	return nil, false
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
