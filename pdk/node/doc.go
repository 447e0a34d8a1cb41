// Package node is the kit for process plugins in Node.js as `dougong new plugin --lang node` needs it: the files that every
// project gets and the template of a new one. The kit itself is the JavaScript in the folder dougong beside this file; its
// manual is README.md. The package knows nothing of the command line, and runs no Node.js.
//
//	kit := node.Kit() // dougong/index.js, …: to be copied into the project as they are
package node

import (
	"embed"
	"io/fs"
)

//go:generate cp ../proto/dougong/plugin/v1/plugin.proto dougong/proto/plugin.proto

//go:embed dougong
var kit embed.FS

//go:embed all:template
var project embed.FS

// Kit returns the files that a project holds as they are: the folder dougong.
func Kit() fs.FS { return kit }

// Template returns the files of a new project, with << >> to be filled in.
func Template() fs.FS {
	files, err := fs.Sub(project, "template")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return files
}
