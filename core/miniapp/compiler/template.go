package compiler

import (
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/wxml"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// CompileTemplate compiles one WXML file on its own, for tests and tools. files holds what it imports and includes, by
// path from the project's root; its keys are all that exists. The expressions of the result are linked.
func CompileTemplate(path, text string, files map[string]string) (*template.File, []program.Diagnostic) {
	var diags source.Diagnostics
	res := wxml.Compile(path, []byte(text), mapReader(files), &diags)
	if err := res.File.Link(); err != nil {
		diags.Error(source.New(path, []byte(text)), 0, "wxml-internal", "please report this with the file", "%v", err)
	}
	return res.File, diags.List
}

type mapReader map[string]string

// Read implements wxml.Reader.
func (m mapReader) Read(path string) ([]byte, bool) {
	t, ok := m[path]
	return []byte(t), ok
}

// Exists implements wxml.Reader.
func (m mapReader) Exists(path string) bool {
	_, ok := m[path]
	return ok
}
