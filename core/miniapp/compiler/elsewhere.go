package compiler

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// searchDepth is how many folders down a project is looked for in a repository that holds other things as well.
const searchDepth = 3

// elsewhere looks for the mini-program below a folder that has none itself. One is taken, several are listed.
func (b *build) elsewhere() {
	found := b.projects(".", 0)
	configured := b.config.root
	b.config.root = "."
	var d source.Diagnostics
	f := source.New("app.json", nil)
	switch {
	case len(found) == 1:
		b.config.base = found[0]
		b.readConfigs()
		b.config.root = b.findRoot()
		d.Warn(f, -1, "app-elsewhere", "name that folder", "the mini-program is in %s", b.config.root)
	case len(found) > 1:
		b.fatal = true
		d.Error(f, -1, "app-missing", "name one of them: "+strings.Join(found, ", "), "there is no app.json in %s, but %d mini-programs below", b.where(), len(found))
	case configured != "" && configured != ".":
		b.fatal = true
		d.Error(f, -1, "app-missing", "if that is the output of a build, run the build first (npm install, then npm run build or npm run build:weapp)", "there is no app.json in %s, which the project's configuration names as miniprogramRoot", path.Join(b.where(), configured))
	}
	b.report(d.List)
}

// projects lists the folders that have a mini-program, without those inside of one another.
func (b *build) projects(dir string, depth int) (found []string) {
	if depth > 0 && b.isProject(dir) {
		return []string{dir}
	}
	if depth == searchDepth {
		return nil
	}
	entries, err := fs.ReadDir(b.fsys, dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "node_modules" {
			found = append(found, b.projects(path.Join(dir, e.Name()), depth+1)...)
		}
	}
	return found
}

// isProject tells whether a folder is that of a mini-program; other platforms have an app.json of their own.
func (b *build) isProject(dir string) bool {
	for _, root := range []string{"", "miniprogram", "src"} {
		data, err := fs.ReadFile(b.fsys, path.Join(dir, root, "app.json"))
		var app struct {
			Pages json.RawMessage `json:"pages"`
		}
		if err == nil && (json.Unmarshal(data, &app) != nil || len(app.Pages) > 0) && (root == "" || b.hasConfig(dir)) {
			return true
		}
	}
	return false
}

func (b *build) hasConfig(dir string) bool {
	for _, name := range configFiles {
		if exists(b.fsys, path.Join(dir, name)) {
			return true
		}
	}
	return false
}
