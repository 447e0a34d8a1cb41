package compiler

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/sheets"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// wasVolatile marks a result that is computed anew in each build: it depends on more than the project's files.
const wasVolatile uint64 = 4

// preprocess compiles the style sheet of a preprocessor to CSS, if the project is a folder and has the compiler.
func (b *build) preprocess(u *unit, t *tracker, diags *source.Diagnostics) ([]byte, bool) {
	f := source.New(u.path, nil)
	if b.sheets == nil {
		b.uncompiled(u.path, "the project is no folder of this machine")
		return nil, false
	}
	dir := b.dir
	sheet, err := b.sheets.Compile(b.ctx, filepath.Join(dir, filepath.FromSlash(b.files.Physical(u.path))))
	var mistake *sheets.Mistake
	switch {
	case errors.As(err, &mistake):
		if name, ok := b.logical(mistake.File); ok {
			if text, ok := t.Read(name); ok {
				f = source.New(name, text)
			}
		} else if text, ok := t.Read(u.path); ok {
			f = source.New(u.path, text)
		}
		offset := -1
		if mistake.Line > 0 {
			offset = f.Offset(mistake.Line, max(1, mistake.Column))
		}
		diags.Error(f, offset, "style-syntax", "", "%s", mistake.Message)
		t.asked[u.path] = wasVolatile // what it imports is not known
		return nil, false
	case err != nil:
		t.asked[u.path] = wasVolatile
		b.uncompiled(u.path, err.Error())
		return nil, false
	}
	for _, file := range sheet.Files {
		if name, ok := b.logical(file); ok {
			t.Read(name)
		}
	}
	return []byte(sheet.CSS), true
}

// logical gives the path in the project of a file that the compiler of style sheets names.
func (b *build) logical(file string) (string, bool) {
	rel, err := filepath.Rel(b.dir, file)
	if err != nil || file == "" || strings.HasPrefix(rel, "..") {
		return "", false
	}
	return b.files.Logical(filepath.ToSlash(rel))
}

// openSheets makes ready for the style sheets of preprocessors.
func (b *build) openSheets() {
	if b.builder.o.Dir == "" || !b.builder.folder {
		return
	}
	dir, err := filepath.Abs(b.builder.o.Dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir) // as the compilers name files
	}
	if err != nil {
		return
	}
	b.dir = dir
	folders := []string{dir}
	for _, npm := range b.config.npm {
		folders = append(folders, filepath.Join(dir, filepath.FromSlash(npm)))
	}
	b.sheets = sheets.New(filepath.Join(dir, filepath.FromSlash(b.config.root)), folders...)
}

// uncompiled notes a style sheet that nothing here compiles.
func (b *build) uncompiled(file, why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.unstyled == nil {
		b.unstyled = map[string][]string{}
	}
	b.unstyled[why] = append(b.unstyled[why], file)
}

// reportUncompiled says once for each reason which style sheets are left out, and what to do about it.
func (b *build) reportUncompiled() {
	var d source.Diagnostics
	for _, why := range sortedKeys(b.unstyled) {
		files := b.unstyled[why]
		slices.Sort(files)
		pkg := sheets.Packages[path.Ext(files[0])]
		hint := "run npm install --save-dev " + pkg + " in the project, or npm install --prefix " + filepath.ToSlash(sheets.Tools()) + " " + pkg + " for all projects"
		if strings.Contains(why, "Node.js") {
			hint = "install Node.js (18 or later), or compile them to .wxss beforehand"
		}
		d.Warn(source.New(files[0], nil), -1, "style-preprocessor", hint, "%d style sheets are left out, the first is this one: %s", len(files), why)
	}
	b.report(d.List)
}
