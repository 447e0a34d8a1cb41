package source

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// slow counts as the definition says.
func slow(text string, offset int) (line, column int) {
	line, column = 1, 1
	for i, r := range text {
		if i >= offset {
			break
		}
		if column += max(1, utf16.RuneLen(r)); r == '\n' {
			line, column = line+1, 1
		}
	}
	return line, column
}

func TestPosition(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "abc", "a\nb\n\nc", "中文\n😀x\r\ny", strings.Repeat("a中😀", 200) + "\n" + strings.Repeat("é", 700) + "\nend", strings.Repeat("x", 1000) + "中",
	} {
		f := New("a", []byte(text))
		for offset := range len(text) + 1 {
			if offset < len(text) && !utf8.RuneStart(text[offset]) {
				continue
			}
			line, column := f.Position(offset)
			if wantLine, wantColumn := slow(text, offset); line != wantLine || column != wantColumn {
				t.Fatalf("%.20q… offset %d: %d:%d, want %d:%d", text, offset, line, column, wantLine, wantColumn)
			}
		}
		if line, column := f.Position(1 << 30); line < 1 || column < 1 {
			t.Errorf("an offset behind the end gives %d:%d", line, column)
		}
	}
}

func TestNewCleansText(t *testing.T) {
	t.Parallel()
	if f := New("a", []byte("\ufeffa\xffb")); f.Text != "a\ufffdb" {
		t.Errorf("text = %q", f.Text)
	}
	f := New("a", []byte("ab\ncd"))
	for _, c := range [][3]int{{1, 1, 0}, {2, 2, 4}, {2, 99, 5}, {9, 1, 5}, {0, 1, 5}} {
		if got := f.Offset(c[0], c[1]); got != c[2] {
			t.Errorf("Offset(%d, %d) = %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

func TestDiagnosticsEnd(t *testing.T) {
	t.Parallel()
	var d Diagnostics
	f := New("a.x", []byte("one\ntwo"))
	d.Warn(f, 4, "id", "hint", "say %d", 1)
	if d.HasErrors() {
		t.Error("a warning is no error")
	}
	for range 2 * MaxDiagnostics {
		d.Error(f, -1, "id", "", "x")
	}
	if !d.HasErrors() || len(d.List) != MaxDiagnostics {
		t.Errorf("%d diagnostics, want %d", len(d.List), MaxDiagnostics)
	}
	if got := fmt.Sprint(d.List[0]); got != "{id warning say 1 a.x 2 1 hint 1 | one\n2 | two\n  | ^}" {
		t.Errorf("first = %s", got)
	}
}

func TestFrameOfPlace(t *testing.T) {
	t.Parallel()
	f := New("a.js", []byte("one\n\ttwo\n\U0001F600 three four\nfive"))
	for _, c := range []struct {
		name         string
		line, column int
		want         string
	}{
		{"first line", 1, 1, "1 | one\n  | ^"},
		{"tab before the place", 2, 2, "1 | one\n2 | \ttwo\n  | \t^"},
		{"column in UTF-16 units", 3, 4, "1 | one\n2 | \ttwo\n3 | \U0001F600 three four\n  | \u3000 ^"},
		{"two lines before", 4, 3, "2 | \ttwo\n3 | \U0001F600 three four\n4 | five\n  |   ^"},
		{"column beyond the line", 1, 99, "1 | one\n  |    ^"},
		{"column that is none", 1, -4, "1 | one\n  | ^"},
		{"line beyond the file", 5, 1, ""},
		{"line that is none", 0, 1, ""},
	} {
		if got := f.Frame(c.line, c.column); got != c.want {
			t.Errorf("%s: Frame(%d, %d) is\n%q, want\n%q", c.name, c.line, c.column, got, c.want)
		}
	}
}
