package cli

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/dougong-dev/dougong/pdk/assemblyscript"
	"github.com/dougong-dev/dougong/pdk/c"
	"github.com/dougong-dev/dougong/pdk/node"
	"github.com/dougong-dev/dougong/pdk/python"
	"github.com/dougong-dev/dougong/pdk/rust"
)

// kit is what plugins are written with in one language.
type kit struct {
	lang string
	name string // as people write it
	// template holds the files of a new project: texts with << .Name >>, << .ID >> and so on, see scaffold. The suffix
	// .tmpl is taken off, and __name__ in a file's name is the project's.
	template fs.FS
	// vendored holds the kit's own files, which are copied into the project as they are; nil: none.
	vendored fs.FS
	next     string // what to do first in a new project
}

// kits lists the kits, the first one being the default.
func kits() []kit {
	return []kit{
		{lang: "go", name: "Go", template: below(scaffolds, "scaffold/plugin"), next: "go mod tidy && go test ./..."},
		{lang: "c", name: "C", template: c.Template(), vendored: c.Kit()},
		{lang: "rust", name: "Rust", template: rust.Template(), vendored: rust.Kit()},
		{lang: "assemblyscript", name: "AssemblyScript", template: assemblyscript.Template(), vendored: assemblyscript.Kit()},
		{lang: "python", name: "Python", template: python.Template(), vendored: python.Kit(), next: "/usr/bin/python3 -B -m unittest"},
		{lang: "node", name: "Node.js", template: node.Template(), vendored: node.Kit(), next: "npm ci && node --test"},
	}
}

// below is fs.Sub for embedded folders.
func below(fsys fs.FS, dir string) fs.FS {
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

func languages() string {
	var out []string
	for _, k := range kits() {
		out = append(out, k.lang)
	}
	return strings.Join(out, ", ")
}

func kitOf(lang string) (kit, error) {
	for _, k := range kits() {
		if k.lang == lang {
			return k, nil
		}
	}
	return kit{}, fmt.Errorf("--lang: there is no kit for %q; there are: %s\nnext: choose one, or read docs/wire-protocol.md and write plugin.yaml by hand", lang, languages())
}
