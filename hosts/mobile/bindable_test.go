package mobile_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/internal/goapi"
)

// TestBindable holds the package against what `gomobile bind` passes on; it leaves out everything else without an error.
func TestBindable(t *testing.T) {
	t.Parallel()
	found, err := goapi.Load(".", ".")
	if err != nil {
		t.Fatal(err)
	}
	const path = "github.com/dougong-dev/dougong/hosts/mobile"
	if found[path] == nil {
		t.Fatalf("%s was not found", path)
	}
	if scope := found[path].Types.Scope(); scope.Lookup("Host") == nil || scope.Lookup("App") == nil {
		t.Errorf("the package has only %v", scope.Names())
	}
	for _, line := range unbindable(found[path].Types) {
		t.Error(line)
	}
}

// TestUnbindable shows that the test above can fail.
func TestUnbindable(t *testing.T) {
	t.Parallel()
	const text = `package p
type T struct { Good string; Bad []string }
type U uint32
type I interface { Tell(map[string]int) }
type G[E any] struct{}
func (*T) Two() (int, string) { return 0, "" }
func (*T) Fine(a int, b []byte, c *T, d I) (bool, error) { return false, nil }
func (T) Value(t T) {}
func Number() uint64 { return 0 }
func Many(...string) {}
const C = 1
var V chan int
`
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	p, err := (&types.Config{}).Check("p", files, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"G: generic", "I.Tell: map[string]int", "Many: variadic", "Number: uint64", "T.Bad: []string", "T.Two: 2 results", "T.Value: p.T", "U: uint32", "V: chan int"}
	if got := unbindable(p); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// unbindable lists what of a package gomobile would leave out.
func unbindable(p *types.Package) (out []string) {
	note := func(name, why string) { out = append(out, name+": "+why) }
	for _, name := range p.Scope().Names() {
		obj := p.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch o := obj.(type) {
		case *types.Func:
			checkFunc(name, o.Signature(), note)
		case *types.TypeName:
			checkType(name, o.Type(), note)
		case *types.Const:
			checkUse(name, types.Default(o.Type()), note)
		default:
			checkUse(name, o.Type(), note)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// checkType checks a type that the package defines.
func checkType(name string, t types.Type, note func(name, why string)) {
	named, ok := t.(*types.Named)
	if !ok || named.TypeParams().Len() > 0 {
		note(name, "generic")
		return
	}
	methods := types.NewMethodSet(types.NewPointer(t))
	switch under := t.Underlying().(type) {
	case *types.Struct:
		for f := range under.Fields() {
			if f.Exported() {
				checkUse(name+"."+f.Name(), f.Type(), note)
			}
		}
	case *types.Interface:
		methods = types.NewMethodSet(t)
	default:
		checkUse(name, under, note)
	}
	for m := range methods.Methods() {
		if m.Obj().Exported() {
			checkFunc(name+"."+m.Obj().Name(), m.Obj().(*types.Func).Signature(), note)
		}
	}
}

func checkFunc(name string, s *types.Signature, note func(name, why string)) {
	if s.Variadic() {
		note(name, "variadic")
		return
	}
	for v := range s.Params().Variables() {
		checkUse(name, v.Type(), note)
	}
	results := s.Results()
	switch {
	case results.Len() > 2, results.Len() == 2 && results.At(1).Type().String() != "error":
		note(name, fmt.Sprint(results.Len(), " results"))
	case results.Len() > 0:
		checkUse(name, results.At(0).Type(), note)
	}
}

// checkUse checks a type where it is used.
func checkUse(name string, t types.Type, note func(name, why string)) {
	const basic = " bool int int8 int16 int32 int64 uint8 byte float32 float64 string "
	switch u := t.(type) {
	case *types.Basic:
		if strings.Contains(basic, " "+u.Name()+" ") {
			return
		}
	case *types.Slice:
		if u.Elem() == types.Typ[types.Byte] || u.Elem().String() == "byte" {
			return
		}
	case *types.Pointer:
		if named, ok := u.Elem().(*types.Named); ok {
			if _, ok := named.Underlying().(*types.Struct); ok {
				return
			}
		}
	case *types.Named:
		switch u.Underlying().(type) {
		case *types.Interface:
			return
		case *types.Basic:
			checkUse(name, u.Underlying(), note)
			return
		}
	}
	note(name, t.String())
}
