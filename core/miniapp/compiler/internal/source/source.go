// Package source is what all parsers of the compiler share: a file with positions, and the list of what is wrong with it.
//
// It must not know any syntax.
package source

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// File is one source file.
type File struct {
	Path  string
	Text  string
	lines []int // offset of each line's first byte
	units []int // UTF-16 units before every block of unitBlock bytes; nil if the text is ASCII
}

// unitBlock is small enough that counting inside a block costs nothing, even in a megabyte on one line.
const unitBlock = 256

// New returns a file; a byte order mark is dropped and invalid UTF-8 replaced, so that all later output is valid text.
func New(path string, text []byte) *File {
	s := strings.TrimPrefix(string(text), "\uFEFF")
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	f := &File{Path: path, Text: s, lines: []int{0}}
	ascii := true
	for i := range len(s) {
		if s[i] == '\n' {
			f.lines = append(f.lines, i+1)
		}
		ascii = ascii && s[i] < utf8.RuneSelf
	}
	if !ascii {
		f.countUnits()
	}
	return f
}

func (f *File) countUnits() {
	n := 0
	for i := 0; i < len(f.Text); i += unitBlock {
		f.units = append(f.units, n)
		n += units(f.Text[i:min(i+unitBlock, len(f.Text))])
	}
	f.units = append(f.units, n)
}

// units counts UTF-16 units byte by byte, so that it may begin and end inside of a character.
func units(s string) int {
	n := 0
	for i := range len(s) {
		if s[i]&0xC0 != 0x80 {
			n++
		}
		if s[i] >= 0xF0 {
			n++
		}
	}
	return n
}

func (f *File) unitsBefore(offset int) int {
	if f.units == nil {
		return offset
	}
	block := offset / unitBlock
	return f.units[block] + units(f.Text[block*unitBlock:offset])
}

// Position gives line and column of a byte offset, both from 1; the column counts UTF-16 units.
func (f *File) Position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(f.Text))
	line = sort.SearchInts(f.lines, offset+1)
	return line, f.unitsBefore(offset) - f.unitsBefore(f.lines[line-1]) + 1
}

// Offset is the byte offset of a line and a column in bytes, both from 1, as esbuild and encoding/json count them.
func (f *File) Offset(line, column int) int {
	if line < 1 || line > len(f.lines) {
		return len(f.Text)
	}
	return min(f.lines[line-1]+column-1, len(f.Text))
}

// Severities of a diagnostic.
const (
	Error   = "error"
	Warning = "warning"
)

// MaxDiagnostics is how many a list takes: who has more mends the first ones first.
const MaxDiagnostics = 1000

// Diagnostics collects what is wrong, up to MaxDiagnostics. The zero value is ready to use; it is not safe for concurrent
// use.
type Diagnostics struct {
	List []program.Diagnostic
}

// Error adds an error at an offset of a file. The hint says how to mend it and may be empty.
func (d *Diagnostics) Error(f *File, offset int, id, hint, format string, args ...any) {
	d.add(Error, f, offset, id, hint, format, args)
}

// Warn adds a warning.
func (d *Diagnostics) Warn(f *File, offset int, id, hint, format string, args ...any) {
	d.add(Warning, f, offset, id, hint, format, args)
}

func (d *Diagnostics) add(severity string, f *File, offset int, id, hint, format string, args []any) {
	if len(d.List) >= MaxDiagnostics {
		return
	}
	diag := program.Diagnostic{ID: id, Severity: severity, Message: fmt.Sprintf(format, args...), File: f.Path, Hint: hint}
	if offset >= 0 {
		diag.Line, diag.Column = f.Position(offset)
		diag.Frame = f.frame(diag.Line, offset)
	}
	d.List = append(d.List, diag)
}

// HasErrors tells whether anything in the list is an error.
func (d *Diagnostics) HasErrors() bool { return HasErrors(d.List) }

// HasErrors tells whether anything in list is an error.
func HasErrors(list []program.Diagnostic) bool {
	for i := range list {
		if list[i].Severity == Error {
			return true
		}
	}
	return false
}
