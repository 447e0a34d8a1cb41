package goapi_test

import (
	"flag"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/internal/goapi"
)

var update = flag.Bool("update", false, "accept the present API as the promised one")

const module = "github.com/dougong-dev/dougong/"

// public are the packages whose API is promised, by the folder of their module.
var public = map[string][]string{
	"../..":        {"./core", "./hosts/..."},
	"../../pdk/go": {"./..."},
}

// own are packages below those that promise nothing.
var own = []string{"/internal/", "/cmd/", "/hosts/web/e2e/", "/hosts/headless/compat/", "/pdk/go/conformance/", "/process/pluginv1"}

// load lists the public packages by their paths in the repository.
func load(t *testing.T) map[string]*goapi.Package {
	t.Helper()
	out := map[string]*goapi.Package{}
	for dir, patterns := range public {
		found, err := goapi.Load(dir, patterns...)
		if err != nil {
			t.Fatal(err)
		}
		for path, p := range found {
			if len(p.Lines) > 0 && !slices.ContainsFunc(own, func(part string) bool { return strings.Contains(path+"/", part) }) {
				out[strings.TrimPrefix(path, module)] = p
			}
		}
	}
	return out
}

func golden(path string) string {
	return filepath.Join("testdata", strings.ReplaceAll(path, "/", "-")+".txt")
}

// TestPromise holds what the public packages export against testdata.
func TestPromise(t *testing.T) {
	t.Parallel()
	files := map[string]bool{}
	for path, p := range load(t) {
		file := golden(path)
		files[file] = true
		if *update {
			if err := os.WriteFile(file, []byte(strings.Join(p.Lines, "\n")+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		gone, added := goapi.Compare(strings.Split(strings.TrimSpace(string(text)), "\n"), p.Lines)
		if err != nil {
			gone = nil
		}
		report(t, path, gone, added)
	}
	kept, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range kept {
		switch {
		case files[file]:
		case *update:
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s: the package is gone: an INCOMPATIBLE change\n%s", file, accept)
		}
	}
}

const accept = "if it is meant: go test ./internal/goapi -run Promise -update, and say in the commit what callers have to do"

func report(t *testing.T, path string, gone, added []string) {
	t.Helper()
	const sep = "\n    "
	if len(gone) > 0 {
		t.Errorf("%s: INCOMPATIBLE change; callers may depend on what is gone:%s%s\n%s", path, sep, strings.Join(gone, sep), accept)
	}
	if len(added) > 0 {
		t.Errorf("%s: not yet promised:%s%s\nto promise it: go test ./internal/goapi -run Promise -update", path, sep, strings.Join(added, sep))
	}
}

// TestNoForeignTypes holds signatures against the rule that only types of the standard library and of our own are in them.
func TestNoForeignTypes(t *testing.T) {
	t.Parallel()
	all := load(t)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		for _, need := range all[path].Needs {
			first, _, _ := strings.Cut(need, "/")
			if strings.Contains(first, ".") && !strings.HasPrefix(need, module) && !foreign[path][need] {
				t.Errorf("%s has types of %s in its signatures: wrap them, or the third party decides about our compatibility", path, need)
			}
		}
	}
}

// foreign are the exceptions, each for a reason.
var foreign = map[string]map[string]bool{
	// The kit's process plugins speak go-plugin's handshake, and a host written against the kit has to name it.
	"pdk/go/process": {"github.com/hashicorp/go-plugin": true},
}

// TestReach follows the types that a program which embeds gets to see, through fields and methods as far as they lead: each
// has to be of a package whose API is promised.
func TestReach(t *testing.T) {
	t.Parallel()
	all := load(t)
	r := reach{}
	for _, path := range []string{"hosts/embed", "hosts/mobile"} {
		if all[path] == nil {
			t.Fatalf("there is no %s", path)
		}
		for _, name := range all[path].Types.Scope().Names() {
			if obj := all[path].Types.Scope().Lookup(name); obj.Exported() {
				r.follow(obj.Type())
			}
		}
	}
	seen := map[string]bool{}
	for name := range r {
		path := name.Pkg().Path()
		seen[path] = true
		if strings.HasPrefix(path, module) && all[strings.TrimPrefix(path, module)] == nil {
			t.Errorf("%s.%s is seen by programs that embed, and %s is not promised", name.Pkg().Name(), name.Name(), path)
		}
	}
	for _, want := range []string{module + "hosts/embed", module + "hosts/crash", module + "pdk/go", "log/slog"} {
		if !seen[want] {
			t.Errorf("%s was not reached: only %v", want, slices.Sorted(maps.Keys(seen)))
		}
	}
}

// reach are the named types that were met.
type reach map[*types.TypeName]bool

func (r reach) follow(t types.Type) {
	switch t := t.(type) {
	case *types.Named:
		r.named(t)
	case *types.Alias:
		r.follow(types.Unalias(t))
	case *types.Pointer:
		r.follow(t.Elem())
	case *types.Slice:
		r.follow(t.Elem())
	case *types.Array:
		r.follow(t.Elem())
	case *types.Chan:
		r.follow(t.Elem())
	case *types.Map:
		r.follow(t.Key())
		r.follow(t.Elem())
	case *types.Tuple:
		for v := range t.Variables() {
			r.follow(v.Type())
		}
	case *types.Signature:
		r.follow(t.Params())
		r.follow(t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() {
				r.follow(f.Type())
			}
		}
	}
}

// named follows a type of ours to what can be done with it; those of others are only noted.
func (r reach) named(t *types.Named) {
	name := t.Obj()
	if name.Pkg() == nil || r[name] {
		return
	}
	r[name] = true
	if !strings.HasPrefix(name.Pkg().Path(), module) {
		return
	}
	r.follow(t.Underlying())
	set := types.NewMethodSet(t)
	if !types.IsInterface(t) {
		set = types.NewMethodSet(types.NewPointer(t))
	}
	for m := range set.Methods() {
		if m.Obj().Exported() {
			r.follow(m.Obj().Type())
		}
	}
}
