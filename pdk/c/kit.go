// Package c holds the C kit for plugin vendors: the files that go into a new project, and a template of one. The kit itself is
// the folder dougong; README.md is its manual.
//
// It is data only: it must not know who copies it.
package c

import (
	"embed"
	"io/fs"
)

//go:embed all:dougong
var kit embed.FS

//go:embed all:template
var files embed.FS

// Kit returns the files that a project has a copy of, below "dougong".
func Kit() fs.FS { return kit }

// Template returns the files of a new project, to be filled in by text/template with the delimiters << and >>.
func Template() fs.FS {
	sub, err := fs.Sub(files, "template")
	if err != nil {
		panic(err) // the name is a constant of this file
	}
	return sub
}
