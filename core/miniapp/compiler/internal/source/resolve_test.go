package source

import (
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, ref, want string }{
		{"pages/a/a.wxml", "./b", "pages/a/b"},
		{"pages/a/a.wxml", "b", "pages/a/b"},
		{"pages/a/a.wxml", "../../../../etc/passwd", "etc/passwd"},
		{"pages/a/a.wxml", "/tpl/../x", "x"},
		{"__plugin__/wx1/c/c.wxml", "/tpl/x", "__plugin__/wx1/tpl/x"},
		{"__plugin__/wx1/c/c.wxml", "../t", "__plugin__/wx1/t"},
		{"__plugin__/wx1/c/c.wxml", "../../../app.js", "__plugin__/wx1/app.js"},
	} {
		if got := Resolve(c.from, c.ref); got != c.want {
			t.Errorf("Resolve(%q, %q) = %q, want %q", c.from, c.ref, got, c.want)
		}
	}
}

func TestFrame(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 500)
	for _, c := range []struct {
		name, text   string
		line, column int
		want         string
	}{
		{"first line", "one\ntwo", 1, 2, "1 | one\n  |  ^"},
		{"lines before", "a\r\nb\r\nc\r\nd", 4, 1, "2 | b\n3 | c\n4 | d\n  | ^"},
		{"wide characters", "{{中文 x", 1, 6, "1 | {{中文 x\n  |   \u3000\u3000 ^"},
		{"tab", "\tx", 1, 2, "1 | \tx\n  | \t^"},
		{"end of file", "ab", 1, 3, "1 | ab\n  |   ^"},
		{"minified", long + "!" + long, 1, 501, "1 | " + strings.Repeat("a", 80) + "!" + strings.Repeat("a", 79) + "\n  | " + strings.Repeat(" ", 80) + "^"},
	} {
		f := New("a", []byte(c.text))
		var d Diagnostics
		offset := f.lines[c.line-1]
		for at := offset; at <= len(f.Text); at++ {
			if _, col := f.Position(at); col == c.column {
				offset = at
				break
			}
		}
		d.Error(f, offset, "id", "", "x")
		if got := d.List[0].Frame; got != c.want {
			t.Errorf("%s: frame\n%q, want\n%q", c.name, got, c.want)
		}
	}
	var d Diagnostics
	d.Error(New("a", nil), 3, "id", "", "x")
	if d.List[0].Frame != "" {
		t.Errorf("a file without text has a frame: %q", d.List[0].Frame)
	}
}
