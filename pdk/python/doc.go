// Package python is the kit for process plugins in Python as `dougong new plugin --lang python` needs it: the files that
// every project gets and the template of a new one. The kit itself is the Python package dougong beside this file; its
// manual is README.md. The package knows nothing of the command line, and runs no Python.
//
//	kit := python.Kit() // dougong/__init__.py, …: to be copied into the project as they are
package python

import (
	"embed"
	"io/fs"
)

//go:generate go run ./internal/descriptors dougong/_descriptors.py

//go:embed dougong/*.py dougong_frames.py
var kit embed.FS

//go:embed all:template
var project embed.FS

// Kit returns the files that a project holds as they are: the Python package dougong and
// dougong_frames.py.
func Kit() fs.FS { return kit }

// Template returns the files of a new project, with << >> to be filled in.
func Template() fs.FS {
	files, err := fs.Sub(project, "template")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return files
}
