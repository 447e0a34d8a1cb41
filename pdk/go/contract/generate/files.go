package generate

import (
	"fmt"
	"go/token"
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Lang is a target.
type Lang string

// The targets.
const (
	Go             Lang = "go"
	TypeScript     Lang = "typescript"
	C              Lang = "c"
	AssemblyScript Lang = "assemblyscript"
	Rust           Lang = "rust"
	Python         Lang = "python"
	Markdown       Lang = "markdown"
	HTML           Lang = "html"
)

// Langs lists the targets.
func Langs() []Lang {
	return []Lang{Go, TypeScript, C, AssemblyScript, Rust, Python, Markdown, HTML}
}

// ParseLang finds a target by its name.
func ParseLang(name string) (Lang, error) {
	var known []string
	for _, l := range Langs() {
		if name == string(l) {
			return l, nil
		}
		known = append(known, string(l))
	}
	return "", fmt.Errorf("unknown language %q%s; known are %s", name, strict.NearMiss(name, known), strings.Join(known, ", "))
}

// Options say how to write.
type Options struct {
	// Package is the name of the Go package and of the C prefix; empty: the last word of the capability's name.
	Package string
	// Kit writes conversions between the types of C, Rust and AssemblyScript and the values of this repository's kits; the
	// code then needs the kit. Without it there are types and constants only.
	Kit bool
}

// File is a generated file.
type File struct {
	Name string
	Data []byte
}

var packageForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// One writes a contract for one target.
func One(lang Lang, c *contract.Contract, o Options) (File, error) {
	if o.Package != "" && (!packageForm.MatchString(o.Package) || token.IsKeyword(o.Package)) {
		return File{}, fmt.Errorf("%q is no name for a package: use small letters, digits and underscores, and no keyword of Go", o.Package)
	}
	m := newModel(c)
	pkg := o.Package
	if pkg == "" {
		pkg = packageName(m.base)
	}
	name := snake(m.base)
	switch lang {
	case Go:
		return goFile(m, name+".gen.go", pkg)
	case TypeScript:
		return File{name + ".d.ts", Types([]*contract.Contract{c})}, nil
	case C:
		return File{name + ".h", cHeader(m, pkg, o.Kit)}, nil
	case AssemblyScript:
		return File{name + ".ts", assemblyScript(m, o.Kit)}, nil
	case Rust:
		return File{name + ".rs", rustModule(m, o.Kit)}, nil
	case Python:
		return File{newNamer(pythonWords).pick(name) + ".py", pythonModule(m)}, nil
	case Markdown:
		return File{name + ".md", markdownPage(m)}, nil
	case HTML:
		return htmlPage(m, name+".html")
	}
	_, err := ParseLang(string(lang))
	return File{}, err
}

// packageName makes a Go package's name of a capability's last word.
func packageName(base string) string {
	name := strings.ReplaceAll(base, "_", "")
	if token.IsKeyword(name) || name == "pdk" {
		name += "api"
	}
	return name
}
