package compiler

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/project"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// packageName is the npm package that a bare reference means.
func packageName(ref string) string {
	parts := strings.SplitN(ref, "/", 3)
	if strings.HasPrefix(ref, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// missPackage notes that a reference leads nowhere.
func (b *build) missPackage(ref string) {
	if strings.HasPrefix(ref, ".") || strings.HasPrefix(ref, "/") || ref == "" {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.missed == nil {
		b.missed = map[string]string{}
	}
	if first, again := b.missed[packageName(ref)]; !again || ref < first {
		b.missed[packageName(ref)] = ref
	}
}

// reportMissed says in one place which npm packages have to be installed, and which have not what is asked of them.
func (b *build) reportMissed() {
	declared, file := b.dependencies()
	var known, unknown []string
	for _, name := range sortedKeys(b.missed) {
		if pkg, installed := b.files.Package(name); installed {
			b.reportLacking(name, b.missed[name], pkg)
		} else if declared[name] {
			known = append(known, name)
		} else {
			unknown = append(unknown, name)
		}
	}
	var d source.Diagnostics
	f := source.New(file, nil)
	if len(known) > 0 {
		d.Warn(f, -1, "npm-not-installed", "run npm install in the folder of package.json; it need not be built afterwards",
			"%d npm packages of package.json are not installed: %s", len(known), strings.Join(known, ", "))
	}
	if len(unknown) > 0 && len(known) == 0 {
		d.Warn(f, -1, "npm-not-declared", "run npm install "+strings.Join(unknown, " ")+", or correct the paths: one beside the file begins with ./",
			"no files for %s, which no package.json lists", strings.Join(unknown, ", "))
	}
	b.report(d.List)
}

// reportLacking says that a package is there and a file of it is not.
func (b *build) reportLacking(name, ref string, pkg project.Package) {
	var d source.Diagnostics
	hint := "look into that folder for the file's name: another version of the package may have it elsewhere"
	if share := strings.TrimPrefix(pkg.Content, pkg.Folder+"/"); share != pkg.Content {
		hint = "of this package only the folder " + share + " is the mini-program's share, and the path begins there: " + name + "/…"
	}
	what := strings.TrimPrefix(strings.TrimPrefix(ref, name), "/")
	if what == "" {
		what = "main module"
	}
	d.Warn(source.New(path.Join(pkg.Folder, "package.json"), nil), -1, "npm-path-missing", hint, "%s is installed, but %s has no %s", name, pkg.Content, what)
	b.report(d.List)
}

// dependencies are what the project's package.json files list, and the name of the first of them.
func (b *build) dependencies() (names map[string]bool, file string) {
	names = map[string]bool{}
	for _, dir := range append([]string{b.config.root, b.config.base, "."}, b.config.npm...) {
		name := path.Join(dir, "package.json")
		data, err := fs.ReadFile(b.fsys, name)
		if err != nil || len(data) > MaxSource {
			continue
		}
		var info struct {
			Dependencies    map[string]json.RawMessage `json:"dependencies"`
			DevDependencies map[string]json.RawMessage `json:"devDependencies"`
		}
		if json.Unmarshal(data, &info) != nil {
			continue
		}
		if file == "" {
			file = name
		}
		for _, list := range []map[string]json.RawMessage{info.Dependencies, info.DevDependencies} {
			for dep := range list {
				names[dep] = true
			}
		}
	}
	if file == "" {
		file = "app.json"
	}
	return names, file
}
