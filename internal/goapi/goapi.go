// Package goapi lists what Go packages export, one line for each thing that a caller can depend on, so that a test can hold
// it against what was promised: a line that is gone, or not the same any more, is an incompatible change.
//
//	lines, err := goapi.Load(".", "./core")
//	gone, added := goapi.Compare(before, lines["github.com/dougong-dev/dougong/core"].Lines)
//
// The names of parameters are left out, for nobody depends on them; the values of constants and the tags of fields are not,
// for they end up in other programs and on the wire. The package knows nothing of what it lists; it is used by tests only.
package goapi

import (
	"errors"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Package is what one package exports.
type Package struct {
	Types *types.Package
	// Lines are sorted.
	Lines []string
	// Needs are the paths of the packages whose types its signatures have.
	Needs []string
}

// Load lists the packages that match patterns, as the go command finds them in a folder, by their paths. Commands and
// packages without files for this system are left out.
func Load(dir string, patterns ...string) (map[string]*Package, error) {
	found, err := packages.Load(&packages.Config{Mode: packages.LoadTypes, Dir: dir}, patterns...)
	if err != nil {
		return nil, err
	}
	out := map[string]*Package{}
	var errs []error
	for _, p := range found {
		for _, e := range p.Errors {
			errs = append(errs, e)
		}
		if p.Name != "main" && p.Types != nil {
			out[p.PkgPath] = List(p.Types)
		}
	}
	return out, errors.Join(errs...)
}

// Compare tells what was listed before and is not any more, and what is new.
func Compare(before, now []string) (gone, added []string) {
	missing := func(from, in []string) (out []string) {
		for _, line := range from {
			if !slices.Contains(in, line) {
				out = append(out, line)
			}
		}
		return out
	}
	return missing(before, now), missing(now, before)
}

// List lists what a package exports.
func List(p *types.Package) *Package {
	l := &lister{own: p, needs: map[string]bool{}}
	for _, name := range p.Scope().Names() {
		if obj := p.Scope().Lookup(name); obj.Exported() {
			l.object(obj)
		}
	}
	out := &Package{Types: p, Lines: l.lines}
	for path := range l.needs {
		out.Needs = append(out.Needs, path)
	}
	slices.Sort(out.Lines)
	slices.Sort(out.Needs)
	return out
}

// lister gathers the lines of one package.
type lister struct {
	own   *types.Package
	lines []string
	needs map[string]bool
}

func (l *lister) add(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

// text writes a type, and notes whose it is.
func (l *lister) text(t types.Type) string {
	return types.TypeString(nameless(t), func(p *types.Package) string {
		if p == l.own {
			return ""
		}
		l.needs[p.Path()] = true
		return p.Name()
	})
}

// signature writes a function's type without the word func.
func (l *lister) signature(t types.Type) string { return strings.TrimPrefix(l.text(t), "func") }

func (l *lister) object(obj types.Object) {
	switch o := obj.(type) {
	case *types.Const:
		l.add("const %s %s = %s", o.Name(), l.text(o.Type()), o.Val().ExactString())
	case *types.Var:
		l.add("var %s %s", o.Name(), l.text(o.Type()))
	case *types.Func:
		l.add("func %s%s", o.Name(), l.signature(o.Type()))
	case *types.TypeName:
		l.typeName(o)
	}
}

func (l *lister) typeName(o *types.TypeName) {
	if o.IsAlias() {
		l.add("type %s = %s", o.Name(), l.text(types.Unalias(o.Type())))
		return
	}
	name := o.Name() + l.parameters(o.Type())
	switch t := o.Type().Underlying().(type) {
	case *types.Struct:
		l.add("type %s struct", name)
		for i := range t.NumFields() {
			if f := t.Field(i); f.Exported() {
				l.add("field %s.%s %s%s", name, f.Name(), l.text(f.Type()), tag(t.Tag(i)))
			}
		}
	case *types.Interface:
		l.iface(name, t)
		return // its methods are in that line
	default:
		l.add("type %s %s", name, l.text(t))
	}
	l.methods(name, o.Type())
}

func tag(text string) string {
	if text == "" {
		return ""
	}
	return " `" + text + "`"
}

// parameters writes the type parameters of a generic type.
func (l *lister) parameters(t types.Type) string {
	named, ok := t.(*types.Named)
	if !ok || named.TypeParams().Len() == 0 {
		return ""
	}
	var list []string
	for p := range named.TypeParams().TypeParams() {
		list = append(list, p.Obj().Name()+" "+l.text(p.Constraint()))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// iface writes an interface as one line: who implements it depends on there being no further method.
func (l *lister) iface(name string, t *types.Interface) {
	if !t.IsMethodSet() {
		l.add("type %s %s", name, l.text(t))
		return
	}
	var methods []string
	for m := range t.Methods() {
		if m.Exported() {
			methods = append(methods, m.Name()+l.signature(m.Type()))
		} else {
			methods = append(methods, "unexported methods")
		}
	}
	slices.Sort(methods)
	l.add("type %s interface { %s }", name, strings.Join(slices.Compact(methods), "; "))
}

// methods lists the methods of a type and of what it embeds.
func (l *lister) methods(name string, t types.Type) {
	values := types.NewMethodSet(t)
	for m := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		if !m.Obj().Exported() {
			continue
		}
		star := "*"
		if values.Lookup(m.Obj().Pkg(), m.Obj().Name()) != nil {
			star = ""
		}
		l.add("method (%s%s) %s%s", star, name, m.Obj().Name(), l.signature(m.Type()))
	}
}

// nameless is a type without the names of its functions' parameters.
func nameless(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, tuple(t.Params()), tuple(t.Results()), t.Variadic())
	case *types.Pointer:
		return types.NewPointer(nameless(t.Elem()))
	case *types.Slice:
		return types.NewSlice(nameless(t.Elem()))
	case *types.Map:
		return types.NewMap(nameless(t.Key()), nameless(t.Elem()))
	}
	return t
}

func tuple(t *types.Tuple) *types.Tuple {
	var out []*types.Var
	for v := range t.Variables() {
		out = append(out, types.NewVar(v.Pos(), v.Pkg(), "", nameless(v.Type())))
	}
	return types.NewTuple(out...)
}
