package script

import (
	"encoding/json"
	"strings"
	"unicode/utf16"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// editsMap is the source map of a file with edits, which come in order. On lines without any everything is where it was,
// which is what the realm takes for granted if a map is silent.
func editsMap(f *source.File, edits []edit) string {
	var w mapWriter
	for len(edits) > 0 {
		line, _ := f.Position(edits[0].start)
		n := 1
		for n < len(edits) && edits[n].start < f.Offset(line+1, 1) {
			n++
		}
		w.line(f, line, edits[:n])
		edits = edits[n:]
	}
	data, err := json.Marshal(map[string]any{"version": 3, "sources": []string{f.Path}, "names": []string{}, "mappings": w.String()})
	if err != nil {
		return ""
	}
	return string(data)
}

// units is how columns are counted.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// mapWriter writes mappings, each as the difference to the one before.
type mapWriter struct {
	strings.Builder
	lines, sourceLine, sourceColumn int
}

// line maps every place of a line where something may begin: a word, or any other character.
func (w *mapWriter) line(f *source.File, line int, edits []edit) {
	for ; w.lines < line-1; w.lines++ {
		w.WriteByte(';')
	}
	moved, written, word := 0, -1, false
	for i := f.Offset(line, 1); i < f.Offset(line+1, 1); i++ {
		for len(edits) > 0 && edits[0].end <= i {
			moved += units(edits[0].text) - units(f.Text[edits[0].start:edits[0].end])
			edits = edits[1:]
		}
		c := f.Text[i]
		inner := word && isWord(c) && c != '.' || c&0xC0 == 0x80
		word = isWord(c) && c != '.'
		if inner || len(edits) > 0 && i > edits[0].start {
			continue
		}
		_, column := f.Position(i)
		w.segment(&written, column-1+moved, line-1, column-1)
	}
}

func (w *mapWriter) segment(written *int, column, line, sourceColumn int) {
	if *written >= 0 {
		w.WriteByte(',')
	}
	w.vlq(column - max(*written, 0))
	w.vlq(0) // the source, the only one
	w.vlq(line - w.sourceLine)
	w.vlq(sourceColumn - w.sourceColumn)
	*written, w.sourceLine, w.sourceColumn = column, line, sourceColumn
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// vlq writes a number of any length: five bits a digit, the lowest first, the sign in the lowest bit.
func (w *mapWriter) vlq(n int) {
	v := uint(n) << 1
	if n < 0 {
		v = uint(-n)<<1 | 1
	}
	for ; v > 31; v >>= 5 {
		w.WriteByte(base64Digits[v&31|32])
	}
	w.WriteByte(base64Digits[v])
}
