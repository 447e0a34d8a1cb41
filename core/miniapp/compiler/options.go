package compiler

import (
	"errors"
	"io/fs"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/project"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// Options say what to build.
type Options struct {
	// Dir is the project's folder: the one with project.config.json, or with app.json; or a W3C MiniApp package, as a folder or
	// file (.ma). FS takes its place if set; then Dir
	// only gives the mini-program its name where nothing else does.
	Dir string
	FS  fs.FS
	// Strict makes any error in any file fail the build, as for publishing.
	Strict bool
	// Progress is told how far a build is; it may be called by several goroutines.
	Progress func(Progress)
}

// Progress is how far a build is. Total grows while files are being found.
type Progress struct {
	File        string
	Done, Total int
}

// Result is a built mini-program.
type Result struct {
	// Files are the bundle's files; program.Load reads them.
	Files program.MapFiles
	// Diagnostics are in the order of files and lines.
	Diagnostics []program.Diagnostic
	Stats       Stats

	sources *project.Project // nil if the build came to nothing
}

// Stats of a build.
type Stats struct {
	Pages, Components, Scripts, Assets int
	Compiled, Reused                   int // files
	SourceBytes, OutputBytes           int64
	Time                               time.Duration
}

// ErrFailed is wrapped by the error of a build that gave nothing to run. The Result's diagnostics say why.
var ErrFailed = errors.New("the mini-program does not build")
