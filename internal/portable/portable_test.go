package portable

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// modules are the repository's, seen from here.
var modules = []string{"../..", "../../pdk/go"}

// systems are those that are checked. The suite itself runs on one processor; on the others of Linux tables of system calls, sizes of
// types and assembly differ. LoongArch (loong64) is that of many an enterprise in China.
var systems = []struct{ goos, goarch string }{
	{"windows", "amd64"}, {"darwin", "amd64"}, {"freebsd", "amd64"},
	{"linux", "arm64"}, {"linux", "riscv64"}, {"linux", "loong64"},
}

// listed is what `go list` says of a package.
type listed struct {
	Dir, ImportPath, Name string
	GoFiles               []string
	ImportMap             map[string]string
	Module                *struct {
		Main      bool
		GoVersion string
	}
	Error *struct{ Err string }
}

// TestCompiles type-checks every package and test for systems that the suite does not run on.
func TestCompiles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // seconds for each system
	}
	for _, system := range systems {
		for _, module := range modules {
			t.Run(system.goos+"/"+system.goarch+" "+filepath.Base(module), func(t *testing.T) { // one after the other: each takes the memory of all packages
				c := newCheck(system.goos, system.goarch)
				for _, err := range c.module(t, module, "./...") {
					t.Error(err)
				}
			})
		}
	}
}

// TestPhones type-checks what apps embed for the systems that emulators and simulators run; hosts/mobile compiles it for phones.
// An ios/arm64 is a phone and a simulator alike, which only cgo's compiler tells apart.
func TestPhones(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // seconds for each system
	}
	for _, goos := range []string{"android", "ios"} {
		t.Run(goos, func(t *testing.T) {
			for _, err := range newCheck(goos, "amd64").module(t, "../..", "./hosts/mobile") {
				t.Error(err)
			}
		})
	}
}

// TestFinds shows that what does not compile elsewhere is found.
func TestFinds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/kills\n\ngo 1.26\n", "kills.go": "package kills\n",
		"kills_test.go": "package kills\n\nimport \"syscall\"\n\nvar _ = syscall.Kill(1, 0)\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for goos, want := range map[string]string{"windows": "kills_test.go:5:17: undefined: syscall.Kill", "darwin": ""} {
		if got := fmt.Sprint(errors.Join(newCheck(goos, "amd64").module(t, dir, "./...")...)); want == "" && got != "<nil>" || !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %q", goos, got, want)
		}
	}
}

// check is of one module for one system.
type check struct {
	goos, goarch string
	files        *token.FileSet
	done         map[string]*types.Package
}

func newCheck(goos, goarch string) *check {
	return &check{goos, goarch, token.NewFileSet(), map[string]*types.Package{"unsafe": types.Unsafe}}
}

// module checks packages of a module, with what they import, and returns what is wrong in its own.
func (c *check) module(t *testing.T, dir, packages string) (wrong []error) {
	t.Helper()
	list := exec.Command("go", "list", "-e", "-deps", "-test", "-json=Dir,ImportPath,Name,GoFiles,ImportMap,Module,Error", packages)
	list.Dir = dir
	list.Env = append(os.Environ(), "GOOS="+c.goos, "GOARCH="+c.goarch, "CGO_ENABLED=0", "GOWORK=off")
	var said bytes.Buffer
	list.Stderr = &said
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, said.String())
	}
	own := 0
	for found := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := found.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(p.ImportPath, ".test") || p.ImportPath == "unsafe" {
			continue // made by the go command
		}
		if p.Module != nil && p.Module.Main {
			own++
		}
		wrong = append(wrong, c.one(p)...)
	}
	if own == 0 {
		t.Fatal("no package of the module's own was checked")
	}
	return wrong
}

// one checks a package, whose dependencies have been. Of what is not the module's own only declarations are read.
func (c *check) one(p listed) (wrong []error) {
	own := p.Module != nil && p.Module.Main
	excluded := p.Error != nil && strings.Contains(p.Error.Err, "build constraints exclude all Go files")
	if p.Error != nil && own && !excluded {
		wrong = append(wrong, errors.New(p.Error.Err))
	}
	var parsed []*ast.File
	for _, name := range p.GoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, name)
		}
		f, err := parser.ParseFile(c.files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return append(wrong, err)
		}
		parsed = append(parsed, f)
	}
	config := types.Config{
		Importer: imports{c, p.ImportMap}, IgnoreFuncBodies: !own, FakeImportC: true, Sizes: types.SizesFor("gc", c.goarch),
		Error: func(err error) {
			if own {
				wrong = append(wrong, fmt.Errorf("GOOS=%s GOARCH=%s: %w; keep it in a file of its own with a build constraint", c.goos, c.goarch, err))
			}
		},
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		config.GoVersion = "go" + p.Module.GoVersion
	}
	path, _, _ := strings.Cut(p.ImportPath, " ")
	c.done[p.ImportPath], _ = config.Check(path, c.files, parsed, nil) // its errors have been told
	return wrong
}

// imports finds what a package imports among what was checked before it.
type imports struct {
	check   *check
	renamed map[string]string
}

// Import implements types.Importer.
func (i imports) Import(path string) (*types.Package, error) {
	if other := i.renamed[path]; other != "" {
		path = other
	}
	if p := i.check.done[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("package %s was not listed before what imports it", path)
}

var _ types.Importer = imports{}
