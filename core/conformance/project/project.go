// Package project is a plugin's folder as its vendor has it: what belongs to the plugin, building it, packing it.
//
//	p, err := project.Open("my-plugin")
//	err = p.Build(ctx, os.Stderr)
//	digest, err := p.Pack(w)
//
// It must not know how plugins are run. Hosts never build: that is for the vendor's tools.
package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// ReportFile is the name of the report of a plugin that passed its cases, beside its manifest.
const ReportFile = "conformance-report.json"

// MaxFile is the largest file that a plugin may have, in bytes.
const MaxFile = 256 << 20

// Project is a plugin's folder.
type Project struct {
	Dir      string
	Manifest *manifest.Manifest
}

// Open reads the manifest of the plugin in a folder.
func Open(dir string) (*Project, error) {
	m, err := manifest.Load(dir)
	if err != nil {
		return nil, err
	}
	return &Project{dir, m}, nil
}

// Runnable lists the files that the manifest's runtime names, sorted.
func (p *Project) Runnable() []string {
	var out []string
	if w := p.Manifest.Runtime.Wasm; w != nil {
		return []string{w.Module}
	}
	for _, file := range p.Manifest.Runtime.Process {
		if !slices.Contains(out, file) {
			out = append(out, file)
		}
	}
	slices.Sort(out)
	return out
}

// left out of the files of a script's folder: they are the vendor's own.
var leftOut = []string{"tests", "test", "__pycache__", ReportFile}

// Files lists what belongs to the plugin, sorted, with slashes: manifest, README, icon, contracts, and what its runtime
// names. A script needs more than its own file, so all of its folder belongs to it, except for hidden files, bundles and
// tests. Files that are not there are listed too.
func (p *Project) Files() ([]string, error) {
	out := append([]string{manifest.FileName}, p.Runnable()...)
	for _, name := range []string{p.Manifest.Readme, p.Manifest.Icon} {
		if name != "" {
			out = append(out, name)
		}
	}
	if p.Manifest.Readme == "" && isFile(filepath.Join(p.Dir, "README.md")) {
		out = append(out, "README.md")
	}
	contracts, err := filepath.Glob(filepath.Join(p.Dir, "contracts", "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, c := range contracts {
		out = append(out, "contracts/"+filepath.Base(c))
	}
	if p.Manifest.Runtime.Interpreter != "" {
		scripts, err := p.all()
		if err != nil {
			return nil, err
		}
		out = append(out, scripts...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// all lists the files below the folder that are not left out.
func (p *Project) all() ([]string, error) {
	var out []string
	err := filepath.WalkDir(p.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(p.Dir, path)
		if err != nil || name == "." {
			return err
		}
		name = filepath.ToSlash(name)
		skip := strings.HasPrefix(d.Name(), ".") || slices.Contains(leftOut, name) || d.Name() == "__pycache__" || strings.HasSuffix(name, ".dgp")
		switch {
		case skip && d.IsDir():
			return fs.SkipDir
		case !skip && d.Type().IsRegular():
			out = append(out, name)
		}
		return nil
	})
	return out, err
}

// ReadFiles reads what Files lists. The error names every file that is missing.
func (p *Project) ReadFiles() (map[string][]byte, error) {
	names, err := p.Files()
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	var errs []error
	for _, name := range names {
		data, err := p.read(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out[name] = data
	}
	return out, errors.Join(errs...)
}

// ReadHere is ReadFiles without what is for other systems than this one and is not there: what can be tested here.
func (p *Project) ReadHere() (map[string][]byte, error) {
	names, err := p.Files()
	if err != nil {
		return nil, err
	}
	elsewhere := p.elsewhere()
	out := map[string][]byte{}
	var errs []error
	for _, name := range names {
		data, err := p.read(name)
		switch {
		case err == nil:
			out[name] = data
		case !errors.Is(err, errMissing) || !slices.Contains(elsewhere, name):
			errs = append(errs, err)
		}
	}
	return out, errors.Join(errs...)
}

// elsewhere lists the executables for other systems.
func (p *Project) elsewhere() []string {
	here := p.here()
	return slices.DeleteFunc(p.Runnable(), func(name string) bool { return slices.Contains(here, name) })
}

// errMissing marks a file that is not there.
var errMissing = errors.New("missing file")

func (p *Project) read(name string) ([]byte, error) {
	path := filepath.Join(p.Dir, filepath.FromSlash(name))
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, p.missing(name)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("plugin %q: %s is no file", p.Manifest.ID, name)
	case info.Size() > MaxFile:
		return nil, fmt.Errorf("plugin %q: %s has %d bytes, the limit is %d", p.Manifest.ID, name, info.Size(), MaxFile)
	}
	return os.ReadFile(path)
}

func (p *Project) missing(name string) error {
	next := "add it, or correct " + manifest.FileName
	if slices.Contains(p.Runnable(), name) {
		next = "build it: dougong plugin build " + p.Dir
		if len(p.Manifest.Build) == 0 {
			next = "build it; with the commands under `build` in " + manifest.FileName + ", `dougong plugin build` does"
		}
	}
	return missingError{fmt.Sprintf("plugin %q: %s is not there; %s", p.Manifest.ID, name, next)}
}

// missingError is errMissing with a text of its own.
type missingError struct{ text string }

func (e missingError) Error() string        { return e.text }
func (e missingError) Is(target error) bool { return target == errMissing }

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
