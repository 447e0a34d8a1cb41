package cli

import (
	"flag"
	"fmt"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updatePackages = flag.Bool("update-packages", false, "write docs/packages.md")

// packageParts are the parts of the repository whose packages docs/packages.md lists.
var packageParts = []string{"core", "hosts", "registry", "pdk", "plugins", "examples", "internal"}

// listPackages is docs/packages.md: every package that is not internal to one of its neighbours, with the first sentence of its comment.
func listPackages(t *testing.T) string {
	t.Helper()
	const root = "../.."
	var b strings.Builder
	b.WriteString("<!-- Written by go test ./hosts/cli -run TestPackageList -update-packages; DO NOT EDIT. -->\n# Packages\n\n" +
		"Every package and what it is, in the words of its own comment. How they work together is in [architecture.md](architecture.md). Packages that are\n`internal` to one of these are left out: their neighbours say what they are for.\n")
	for _, part := range packageParts {
		fmt.Fprintf(&b, "\n## %s\n| package | |\n|---|---|\n", part)
		err := filepath.WalkDir(filepath.Join(root, part), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			rel, _ := filepath.Rel(root, path)
			if name := d.Name(); name == "testdata" || name == "node_modules" || name == "internal" && rel != "internal" || strings.HasPrefix(name, ".") {
				return fs.SkipDir
			}
			if says := synopsis(t, path); says != "" {
				fmt.Fprintf(&b, "| [`%s`](../%[1]s) | %s |\n", filepath.ToSlash(rel), strings.ReplaceAll(says, "|", `\|`))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// synopsis is the first sentence of a package's comment; "" if there is no package, or it is made for new projects.
func synopsis(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			continue // a template
		}
		if parsed.Doc != nil {
			return new(doc.Package).Synopsis(parsed.Doc.Text())
		}
	}
	return ""
}

// TestPackageList: docs/packages.md names the packages that there are.
func TestPackageList(t *testing.T) {
	t.Parallel()
	const file = "../../docs/packages.md"
	want := listPackages(t)
	if *updatePackages {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("docs/packages.md is not what the packages say (%v): go test ./hosts/cli -run TestPackageList -update-packages", err)
	}
}

var pathForm = regexp.MustCompile("`((?:core|hosts|registry|pdk|plugins|examples)/[A-Za-z0-9_./-]*[A-Za-z0-9])`")

// TestArchitecture: what docs/architecture.md names is there, and it names every package that stands by itself in core, hosts and registry.
func TestArchitecture(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range pathForm.FindAllStringSubmatch(string(text), -1) {
		if matches, err := filepath.Glob(filepath.Join("../..", found[1])); err != nil || len(matches) == 0 {
			t.Errorf("it names %s, which is not there", found[1])
		}
	}
	for _, part := range []string{"core", "hosts", "registry"} {
		dirs, err := filepath.Glob(filepath.Join("../..", part, "*", "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range dirs {
			dir := filepath.Base(filepath.Dir(file))
			if !regexp.MustCompile(`\b` + dir + `\b`).Match(text) {
				t.Errorf("it does not name %s/%s", part, dir)
			}
		}
	}
}
