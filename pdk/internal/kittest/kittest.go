// Package kittest makes plugin projects of a kit's files in a test, and runs what the kit's language brings to test them.
// It must not know any one kit.
//
//	dir := kittest.Project(t, python.Template(), python.Kit())
//	kittest.Run(t, dir, "/usr/bin/python3", "-B", "-m", "unittest")
package kittest

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// ID and Name are those of the projects that are made.
const (
	ID   = "com.acme.face"
	Name = "acme-face"
)

// Project fills in a template as `dougong new plugin` does, and puts the kit's files beside it. Manifest and contract
// have to belong together.
func Project(t *testing.T, files, kit fs.FS) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, files, fill)
	write(t, dir, kit, nil)
	check(t, dir)
	return dir
}

// Copy puts a plugin's folder and the kit's files into a new folder, where they may be changed.
func Copy(t *testing.T, files, kit fs.FS) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, files, nil)
	write(t, dir, kit, nil)
	check(t, dir)
	return dir
}

// Run runs a program that has to succeed.
func Run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// Same checks that a file that is kept in two places is the same in both.
func Same(t *testing.T, got, want string) {
	t.Helper()
	a, err := os.ReadFile(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("%s is out of date: run make generate", got)
	}
}

func check(t *testing.T, dir string) {
	t.Helper()
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load(os.DirFS(filepath.Join(dir, "contracts")))
	if err != nil || len(c) != 1 || c[0].Capability != m.Provides[0] {
		t.Fatalf("%s provides %v, its contracts are %+v, %v", m.ID, m.Provides, c, err)
	}
}

func write(t *testing.T, dir string, files fs.FS, change func(path string, text []byte) (string, []byte, error)) {
	t.Helper()
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if entry != nil && entry.IsDir() && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		if err == nil && change != nil {
			path, text, err = change(path, text)
		}
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func fill(path string, text []byte) (string, []byte, error) {
	tmpl, err := template.New(path).Delims("<<", ">>").Parse(string(text))
	if err != nil {
		return "", nil, err
	}
	var out bytes.Buffer
	err = tmpl.Execute(&out, struct{ Name, ID string }{Name, ID})
	return strings.ReplaceAll(strings.TrimSuffix(path, ".tmpl"), "__name__", Name), out.Bytes(), err
}

// Manual writes the files of a README's five-minute plugin into a new folder beside the kit: the first block of each of the
// languages named, such as {"js": "main.js"}. Its manifest has to be right.
func Manual(t *testing.T, readme string, kit fs.FS, files map[string]string) string {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, kit, nil)
	for language, name := range files {
		_, block, ok := strings.Cut(string(text), "\n```"+language+"\n")
		if !ok {
			t.Fatalf("%s has no block of %s", readme, language)
		}
		block, _, _ = strings.Cut(block, "```")
		if err := os.WriteFile(filepath.Join(dir, name), []byte(block), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := manifest.Load(dir); err != nil {
		t.Fatalf("%s: %v", readme, err)
	}
	return dir
}
