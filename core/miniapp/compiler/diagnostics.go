package compiler

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// sortDiagnostics orders by place and drops repeats: a file that two others include says everything twice.
func sortDiagnostics(list []program.Diagnostic) []program.Diagnostic {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b program.Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(out)
}

// Frame shows a place of a source file, as Diagnostic.Frame does: for failures that show up only when the program runs. It
// is "" if the project has no such place.
func (r *Result) Frame(file string, line, column int) string {
	if r.sources == nil {
		return ""
	}
	f, ok := r.sources.Read(file)
	if !ok || f.TooBig {
		return ""
	}
	return source.New(file, f.Data).Frame(line, column)
}

// Format prints a diagnostic on one line: "file:line:column: error: message (hint) [id]".
func Format(d program.Diagnostic) string {
	place := d.File
	if d.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", d.File, d.Line, d.Column)
	}
	hint := ""
	if d.Hint != "" {
		hint = " (" + d.Hint + ")"
	}
	return fmt.Sprintf("%s: %s: %s%s [%s]", place, d.Severity, d.Message, hint, d.ID)
}
