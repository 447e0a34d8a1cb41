package script

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/script/verbatim"
)

// keep is the result for a source that needs no translation, with itself for a map; nil if it needs one, or if what it
// requires cannot be told without a parser.
func keep(src string) *Result {
	if strings.HasPrefix(src, Sloppy) || strings.Contains(src, environment) {
		return nil
	}
	list, ok := written(src)
	if !ok || !verbatim.Fits(src) {
		return nil
	}
	return &Result{Code: src, Requires: list}
}

// isModule tells ECMAScript modules, which are strict whatever the project says.
func isModule(src string) bool {
	for line := range strings.Lines(src) {
		line = strings.TrimLeft(line, " \t\f\v\r")
		for _, word := range [...]string{"import", "export"} {
			if rest, ok := strings.CutPrefix(line, word); ok && (rest == "" || !isWord(rest[0]) || rest[0] == '.' || rest[0] == '$') {
				return true
			}
		}
	}
	return false
}

// written lists the requires in a source as its author wrote it. It gives up at a form that the printer would write in
// another way, and where the word may stand in a comment.
func written(src string) (list []Require, ok bool) {
	seen := map[string]int{}
	for at := 0; ; {
		i := strings.Index(src[at:], "require")
		if i < 0 {
			return list, true
		}
		start := at + i
		at = start + len("require")
		if start > 0 && isWord(src[start-1]) || at < len(src) && isWord(src[at]) && src[at] != '.' {
			continue
		}
		r, call, ok := literal(src[at:])
		if !ok || call && mayBeComment(src, start) {
			return nil, false
		}
		if !call {
			continue
		}
		if first, again := seen[r.Spec]; again {
			list[first].Sync = list[first].Sync || r.Sync
			continue
		}
		seen[r.Spec] = len(list)
		list = append(list, r)
	}
}

// literal reads what follows the name: ("a"), ('a', …), .async("a"), and what is no call.
func literal(rest string) (r Require, call, ok bool) {
	rest, async := strings.CutPrefix(rest, ".async")
	if behind := strings.TrimLeft(rest, " \t\r\n"); behind == "" || strings.IndexByte(",;:)]}=&|!\"'", behind[0]) >= 0 {
		return r, false, true
	}
	if len(rest) < 2 || rest[0] != '(' || rest[1] != '"' && rest[1] != '\'' {
		return r, false, false
	}
	end := strings.IndexByte(rest[2:], rest[1])
	if end < 1 {
		return r, false, false
	}
	spec, behind := rest[2:2+end], rest[end+3:]
	plain := !strings.ContainsAny(spec, "\\\"'`$\n") && behind != "" && (behind[0] == ')' || behind[0] == ',')
	return Require{Spec: spec, Sync: !async && plain && behind[0] == ')'}, true, plain
}

// mayBeComment tells whether a comment may have begun before at and not ended: for certain, no.
func mayBeComment(src string, at int) bool {
	before := src[:at]
	if strings.Contains(before[strings.LastIndexByte(before, '\n')+1:], "//") {
		return true
	}
	open := strings.LastIndex(before, "/*")
	return open >= 0 && !strings.Contains(before[open+2:], "*/")
}

// Redirected is a kept source with requires of other names, by the author's, and the map of what that moved: only the lines
// with a change are in it.
func Redirected(f *source.File, to map[string]string) Result {
	edits := editsOf(f.Text, to)
	var code strings.Builder
	at := 0
	for _, e := range edits {
		code.WriteString(f.Text[at:e.start] + e.text)
		at = e.end
	}
	code.WriteString(f.Text[at:])
	return Result{Code: code.String(), Map: editsMap(f, edits)}
}

// edit puts text in the place of a part of one line.
type edit struct {
	start, end int
	text       string
}

func editsOf(src string, to map[string]string) (edits []edit) {
	for at := 0; ; {
		i := strings.Index(src[at:], "require")
		if i < 0 {
			return edits
		}
		at += i + len("require")
		rest := strings.TrimPrefix(src[at:], ".async")
		r, call, ok := literal(rest)
		if target, wanted := to[r.Spec]; ok && call && wanted {
			start := len(src) - len(rest) + len("(")
			edits = append(edits, edit{start, start + len(r.Spec) + 2, `"` + target + `"`})
		}
	}
}
