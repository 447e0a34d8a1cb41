package source

import (
	"fmt"
	"strings"
	"testing"
)

func TestEncoding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, data, want, hint string }{
		{"UTF-8", "a\n中文", "", ""},
		{"UTF-8 with a mark", "\uFEFF中", "", ""},
		{"empty", "", "", ""},
		{"GBK", "a\n<view>\xD6\xD0\xCE\xC4</view>", "2:7 the file is not UTF-8: byte 8 is 0xD6; it looks like GBK (GB18030)", "iconv -f GB18030 -t UTF-8 p/a.wxml >"},
		{"four bytes of GB18030", "\x81\x30\x81\x30", "1:1 the file is not UTF-8: byte 0 is 0x81; it looks like GBK (GB18030)", "iconv"},
		{"UTF-16", "\xFF\xFEa\x00", "1:1 the file is not UTF-8: byte 0 is 0xFF; it looks like UTF-16", "iconv -f UTF-16"},
		{"UTF-16, the high byte first", "\xFE\xFF\x00a", "1:1 the file is not UTF-8: byte 0 is 0xFE; it looks like UTF-16", "iconv -f UTF-16"},
		{"neither", "ab\xE9", "1:3 the file is not UTF-8: byte 2 is 0xE9", "save the file as UTF-8"},
		{"half a character", "\xD6", "1:1 the file is not UTF-8: byte 0 is 0xD6", "save"},
		{"a replacement character that the author wrote", "\uFFFD\xD6\xD0", "1:2 the file is not UTF-8: byte 3 is 0xD6", "save"},
	} {
		var diags Diagnostics
		f := Read("p/a.wxml", []byte(c.data), &diags)
		got := ""
		for _, d := range diags.List {
			got += fmt.Sprintf("%d:%d %s", d.Line, d.Column, d.Message)
			if d.ID != "file-encoding" || d.Severity != Warning || !strings.Contains(d.Hint, c.hint) {
				t.Errorf("%s: %s %s, hint %q", c.name, d.Severity, d.ID, d.Hint)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if strings.Contains(f.Text, "\xD6") {
			t.Errorf("%s: the text is not valid: %q", c.name, f.Text)
		}
	}
}

// FuzzEncoding: whatever the bytes, a text that is not UTF-8 is said to be so, at a byte that is not.
func FuzzEncoding(f *testing.F) {
	f.Add([]byte("\xD6\xD0a"))
	f.Add([]byte("\x81\x30\x81"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var diags Diagnostics
		Read("a", data, &diags)
		if at := firstInvalid(data); at >= 0 != (len(diags.List) == 1) || at >= 0 && data[at] < 0x80 {
			t.Errorf("%q: first invalid byte %d, %d diagnostics", data, at, len(diags.List))
		}
	})
}
