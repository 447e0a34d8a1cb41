package translog_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/trust/translog"
)

func TestEntries(t *testing.T) {
	t.Parallel()
	for path, c := range map[string]struct {
		size, first, count int64
		whole, good        bool
	}{
		"tile/entries/000":                {256, 0, 256, true, true},
		"tile/entries/001.p/3":            {300, 256, 3, false, true},
		"tile/entries/x001/234":           {1 << 20, 1234 << 8, 256, true, true},
		"tile/entries/000.p/256":          {300, 0, 0, false, false},
		"tile/entries/001":                {300, 0, 0, false, false},
		"tile/entries/001.p/45":           {300, 0, 0, false, false},
		"tile/entries/1":                  {1000, 0, 0, false, false},
		"tile/entries/":                   {1000, 0, 0, false, false},
		"tile/0/000":                      {1000, 0, 0, false, false},
		"tile/entries/x999/x999/x999/999": {1 << 40, 0, 0, false, false},
		"tile/entries/" + strings.Repeat("x999/", 5) + "999": {1 << 62, 0, 0, false, false},
	} {
		first, count, whole, err := translog.Entries(path, c.size)
		if (err == nil) != c.good || first != c.first || count != c.count || whole != c.whole {
			t.Errorf("%s of %d leaves: %d, %d, %v, %v", path, c.size, first, count, whole, err)
		}
	}
}

func TestBundle(t *testing.T) {
	t.Parallel()
	in := [][]byte{[]byte("one"), {}, bytes.Repeat([]byte("x"), 1<<16-1)}
	data, err := translog.Bundle(in)
	check(t, err)
	out, err := translog.ParseBundle(data)
	if err != nil || len(out) != 3 || !bytes.Equal(out[2], in[2]) || string(out[0]) != "one" || len(out[1]) != 0 {
		t.Errorf("%d leaves, %v", len(out), err)
	}
	if _, err := translog.Bundle([][]byte{make([]byte, 1<<16)}); err == nil {
		t.Error("a leaf that is too long is written")
	}
	for name, bad := range map[string][]byte{"half a length": {0}, "cut": {0, 2, 'x'}, "too many": make([]byte, 2*257)} {
		if got, err := translog.ParseBundle(bad); err == nil {
			t.Errorf("%s: read as %d leaves", name, len(got))
		}
	}
}

func FuzzParseBundle(f *testing.F) {
	f.Add([]byte{0, 1, 'x', 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		leaves, err := translog.ParseBundle(data)
		if err != nil {
			return
		}
		if again, err := translog.Bundle(leaves); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%x is written again as %x (%v)", data, again, err)
		}
	})
}
