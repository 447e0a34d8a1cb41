package contract

import (
	"encoding/binary"
	"strings"
	"testing"
)

// TestSpecial puts every ASCII byte at every place of a word, among harmless neighbours of all kinds.
func TestSpecial(t *testing.T) {
	t.Parallel()
	for _, neighbour := range []byte{' ', '!', '#', '[', ']', 'a', 0x7f} {
		for b := range byte(128) {
			for at := range 8 {
				word := []byte(strings.Repeat(string(rune(neighbour)), 8))
				word[at] = b
				want := 8
				if b < ' ' || b == '"' || b == '\\' {
					want = at
				}
				if got := special(binary.LittleEndian.Uint64(word)); got != want {
					t.Fatalf("special(%q) = %d, want %d", word, got, want)
				}
			}
		}
	}
}

// TestScan ends strings of every length around a word's in every way.
func TestScan(t *testing.T) {
	t.Parallel()
	for size := range 20 {
		text := strings.Repeat("x", size)
		for _, c := range []struct {
			src, raw string
			escaped  bool
			fails    string
		}{
			{text + `"`, text, false, ""},
			{text + `\n` + text + `"`, text + `\n` + text, true, ""},
			{text + `豆工` + text + `"`, text + `豆工` + text, false, ""},
			{text, "", false, "a closing quote"},
			{text + "\x01\"", "", false, "control character"},
			{text + "\xff\"", "", false, "is not UTF-8"},
		} {
			k := checker{src: []byte(`"` + c.src)}
			raw, escaped, f := k.scan()
			if c.fails != "" {
				if f == nil || !strings.Contains(f.text, c.fails) {
					t.Errorf("scan of %q: %v, want a failure with %q", c.src, f, c.fails)
				}
				continue
			}
			if f != nil || string(raw) != c.raw || escaped != c.escaped || k.pos != len(k.src) {
				t.Errorf("scan of %q = %q, escaped %t, at %d, %v", c.src, raw, escaped, k.pos, f)
			}
		}
	}
}
