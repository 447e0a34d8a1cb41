package conformance

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
)

// Capability is what the conformance plugin of every kit provides; contracts/conformance.yaml describes it.
const Capability = "dougong.conformance/v1"

//go:embed cases contracts
var files embed.FS

// Contracts holds the contract of Capability.
func Contracts() fs.FS {
	sub, err := fs.Sub(files, "contracts")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// Protocol reads the cases for plugins that provide Capability.
func Protocol() ([]*File, error) { return loadDir(files, "cases/protocol") }

// Contract reads the cases for the standard contracts.
func Contract() ([]*File, error) { return loadDir(files, "cases/contract") }

func loadDir(fsys fs.FS, dir string) ([]*File, error) {
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		return nil, err
	}
	return Load(sub, path.Base(dir))
}

// Load reads every *.yaml file at the top of fsys, in the order of their names. group is put before the ids of their
// cases, so that ids are unique: "protocol/unicode/emoji". The settings file is left out.
func Load(fsys fs.FS, group string) ([]*File, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	sort.Strings(names)
	var out []*File
	var errs []error
	for _, name := range names {
		if name == SettingsFile {
			continue
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("read cases: %w", err))
			continue
		}
		f, err := Parse(path.Join(group, name), data)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		f.Name = path.Join(group, strings.TrimSuffix(name, ".yaml"))
		out = append(out, f)
	}
	return out, errors.Join(errs...)
}
