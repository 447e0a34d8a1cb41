package contract

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
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

// TestPlainRun puts every byte at places around those where the steps of plainRun meet.
func TestPlainRun(t *testing.T) {
	t.Parallel()
	for b := range 256 {
		for _, at := range []int{0, 1, 7, 8, 30, 31, 32, 33, 63, 64, 1000} {
			text := []byte(strings.Repeat("x~ ", 400))
			text[at] = byte(b)
			want := len(text) / 32 * 32
			if !plain[byte(b)] || b >= 0x80 {
				want = at / 32 * 32
			}
			if got := plainRun(text); got != want {
				t.Fatalf("plainRun with %#x at %d = %d, want %d", b, at, got, want)
			}
		}
	}
}

// TestLongText checks long texts with something in them that is not plain, by the fast way and by the checker.
func TestLongText(t *testing.T) {
	t.Parallel()
	c, err := Parse("c.yaml", []byte("capability: a.b/v1\nsummary: {en: x, zh: x}\nmethods:\n  m:\n    mode: async\n    summary: {en: x, zh: x}\n"+
		"    params: {type: object, required: [t], properties: {t: {type: string}, n: {type: integer}}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for size := longText - 40; size < longText+40; size++ {
		for _, x := range []struct {
			in string
			ok bool
		}{{"", true}, {`\n`, true}, {`\"`, true}, {"斗拱", true}, {"\x7f", true}, {"\x01", false}, {"\n", false}, {"\xff", false}, {`\x`, false}, {`"`, false}} {
			for _, front := range []int{0, 5, size / 2, size} {
				json := `{"t":"` + strings.Repeat("x", front) + x.in + strings.Repeat("y", size-front) + `","n":1}`
				in := pdk.Payload{JSON: []byte(json)}
				if err := c.Method("m").CheckParams(in); (err == nil) != x.ok {
					t.Fatalf("%q after %d of %d bytes: %v", x.in, front, size, err)
				}
				if c.Method("m").AcceptsParams(&in) && !x.ok {
					t.Fatalf("%q after %d of %d bytes is accepted", x.in, front, size)
				}
			}
		}
	}
}
