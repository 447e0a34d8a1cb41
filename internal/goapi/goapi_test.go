package goapi_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/internal/goapi"
)

// list lists the source text of a package.
func list(t *testing.T, text string) *goapi.Package {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "p.go", "package p\n"+text, 0)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{Importer: importer.ForCompiler(files, "gc", compiled)}
	p, err := config.Check("example.com/p", files, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return goapi.List(p)
}

// compiled opens what the compiler says of a package. Its source has no place here: with -trimpath a test knows no GOROOT.
func compiled(path string) (io.ReadCloser, error) {
	file, err := exec.Command("go", "list", "-export", "-f", "{{.Export}}", path).Output()
	if err != nil {
		return nil, err
	}
	return os.Open(strings.TrimSpace(string(file)))
}

func TestList(t *testing.T) {
	t.Parallel()
	got := list(t, `
import "io"
const A, b = "a", 2
var W io.Writer
func F(x int, f func(name string) error) (y *T, err error) { return nil, nil }
type T struct { X int `+"`json:\"x\"`"+`; hidden int; io.Reader }
func (t *T) Set(x int) {}
func (T) Get() int { return 0 }
func (T) own() {}
type I interface { B(n int); A() error }
type Sealed interface { seal() }
type Number interface { ~int | ~float64 }
type List[E any] []E
func (List[E]) First() (e E) { return e }
type K string
type S = map[string][]T
`)
	want := []string{
		`const A untyped string = "a"`,
		"field T.Reader io.Reader",
		"field T.X int `json:\"x\"`",
		"func F(int, func(string) error) (*T, error)",
		"method (*T) Set(int)",
		"method (List[E any]) First() E",
		"method (T) Get() int",
		"method (T) Read([]byte) (int, error)",
		"type I interface { A() error; B(int) }",
		"type K string",
		"type List[E any] []E",
		"type Number interface{~int | ~float64}",
		"type S = map[string][]T",
		"type Sealed interface { unexported methods }",
		"type T struct",
		"var W io.Writer",
	}
	if !slices.Equal(got.Lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got.Lines, "\n"), strings.Join(want, "\n"))
	}
	if !slices.Equal(got.Needs, []string{"io"}) {
		t.Errorf("needs %q", got.Needs)
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	const before = "type I interface { A() }\ntype T struct { X int }\nfunc F(a int) error { return nil }\nfunc (T) M() {}\nconst C = 1\n"
	for _, c := range []struct {
		name, from, to string
		gone, added    int
	}{
		{"nothing", "", "", 0, 0},
		{"a parameter's name", "a int", "number int", 0, 0},
		{"a parameter more", "a int", "a, b int", 1, 1},
		{"a function more", "const", "func G() {}\nconst", 0, 1},
		{"a function gone", "func F(a int) error { return nil }\n", "", 1, 0},
		{"a field more", "X int", "X int; Y int", 0, 1},
		{"a field of another type", "X int", "X int64", 1, 1},
		{"a method more in an interface", "A()", "A(); B()", 1, 1},
		{"a method for pointers only", "(T) M", "(*T) M", 1, 1},
		{"a constant of another value", "C = 1", "C = 2", 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			gone, added := goapi.Compare(list(t, before).Lines, list(t, strings.Replace(before, c.from, c.to, 1)).Lines)
			if len(gone) != c.gone || len(added) != c.added {
				t.Errorf("gone %q, added %q", gone, added)
			}
		})
	}
}
