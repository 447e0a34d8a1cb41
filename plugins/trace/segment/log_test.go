package segment_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/plugins/trace/segment"
)

func open(t *testing.T, dir string, size int64) *segment.Log {
	t.Helper()
	l, err := segment.Open(dir, size)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// records makes n records that tell their own numbers.
func records(first, n int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		out[i] = fmt.Appendf(nil, "record %d %s", first+i, strings.Repeat("x", (first+i)%50))
	}
	return out
}

func add(t *testing.T, l *segment.Log, first, n int) {
	t.Helper()
	if next, err := l.Append(uint64(first), records(first, n)); err != nil || next != uint64(first+n) {
		t.Fatalf("append %d records from %d: next %d, %v", n, first, next, err)
	}
}

func expect(t *testing.T, l *segment.Log, from, limit, want int) {
	t.Helper()
	got, err := l.Read(uint64(from), limit)
	if err != nil || len(got) != want {
		t.Fatalf("read %d from %d: %d records, %v; want %d", limit, from, len(got), err, want)
	}
	for i, r := range records(from, want) {
		if !bytes.Equal(got[i], r) {
			t.Fatalf("record %d is %q", from+i, got[i])
		}
	}
}

func files(t *testing.T, dir, pattern string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRotationAndReading(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := open(t, dir, 4000)
	for first := 1; first <= 991; first += 10 {
		add(t, l, first, 10)
	}
	if n := len(files(t, dir, "*.seg")); n < 5 {
		t.Errorf("%d segments, want several", n)
	}
	check := func(l *segment.Log) {
		t.Helper()
		expect(t, l, 1, 5000, 1000)
		expect(t, l, 1, 7, 7)
		expect(t, l, 500, 130, 130)
		expect(t, l, 1000, 10, 1)
		expect(t, l, 1001, 10, 0)
	}
	check(l)
	_ = l.Close()
	again := open(t, dir, 4000)
	check(again)
	if again.Next() != 1001 || again.Torn() != "" {
		t.Errorf("next %d, torn %q", again.Next(), again.Torn())
	}
	add(t, again, 1001, 1)
	if _, err := l.Append(1001, records(1001, 1)); err == nil {
		t.Error("a closed log takes records")
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), 0)
	add(t, l, 1, 5)
	var gap *segment.GapError
	if next, err := l.Append(7, records(7, 1)); !errors.As(err, &gap) || next != 6 {
		t.Errorf("a gap: next %d, %v", next, err)
	}
	if _, err := l.Append(0, records(0, 1)); !errors.As(err, &gap) {
		t.Errorf("number 0: %v", err)
	}
	if next, err := l.Append(3, records(3, 6)); err != nil || next != 9 {
		t.Errorf("overlapping: next %d, %v", next, err)
	}
	if next, err := l.Append(2, records(2, 2)); err != nil || next != 9 {
		t.Errorf("stored already: next %d, %v", next, err)
	}
	var conflict *segment.ConflictError
	if next, err := l.Append(8, [][]byte{[]byte("other"), []byte("new")}); !errors.As(err, &conflict) || conflict.Number != 8 || next != 9 {
		t.Errorf("other content: next %d, %v", next, err)
	}
	expect(t, l, 1, 100, 8)
	if _, err := l.Append(9, [][]byte{make([]byte, segment.MaxRecord+1)}); err == nil {
		t.Error("a record over the limit was taken")
	}
}

// A crash may leave any part of the last write: every such tail is cut off, no earlier record is lost.
func TestTornTail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := open(t, dir, 0)
	add(t, l, 1, 3)
	name := files(t, dir, "*.seg")[0]
	before, _ := os.ReadFile(name)
	add(t, l, 4, 1)
	_ = l.Close()
	after, _ := os.ReadFile(name)
	for end := len(before) + 1; end < len(after); end++ {
		for fill, tail := range map[string][]byte{"short": nil, "zeros": make([]byte, len(after)-end)} {
			torn := t.TempDir()
			_ = os.WriteFile(filepath.Join(torn, filepath.Base(name)), append(bytes.Clone(after[:end]), tail...), 0o600)
			l := open(t, torn, 0)
			if l.Next() != 4 || l.Torn() == "" || len(files(t, torn, "*.torn-*")) != 1 {
				t.Fatalf("cut at byte %d, %s: next %d, torn %q", end-len(before), fill, l.Next(), l.Torn())
			}
			expect(t, l, 1, 10, 3)
			add(t, l, 4, 2)
			expect(t, l, 1, 10, 5)
			_ = l.Close()
		}
	}
}

func TestTornNewSegment(t *testing.T) {
	t.Parallel()
	for size := range 16 {
		dir := t.TempDir()
		l := open(t, dir, 1)
		add(t, l, 1, 1)
		_ = l.Close()
		_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%020d.seg", 2)), []byte("DGTRACE1\x00\x00\x00\x00\x00\x00\x00\x02")[:size], 0o600)
		l = open(t, dir, 1)
		add(t, l, 2, 1)
		expect(t, l, 1, 5, 2)
		_ = l.Close()
	}
}

// What a crash does not explain is not repaired.
func TestDamage(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(dir string, segs []string){
		"a byte in the middle":       func(_ string, segs []string) { flip(segs[0], 40) },
		"a byte of the last segment": func(_ string, segs []string) { flip(segs[len(segs)-1], 40) },
		"a length":                   func(_ string, segs []string) { flip(segs[len(segs)-1], 16) },
		"a header":                   func(_ string, segs []string) { flip(segs[0], 3) },
		"a segment is missing":       func(_ string, segs []string) { _ = os.Remove(segs[1]) },
		"the first is missing":       func(_ string, segs []string) { _ = os.Remove(segs[0]) },
		"an earlier one is cut":      func(_ string, segs []string) { _ = os.Truncate(segs[0], 100) },
		"a segment is renamed": func(dir string, segs []string) {
			_ = os.Rename(segs[1], filepath.Join(dir, "00000000000000000002.seg"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			l := open(t, dir, 400)
			for i := 1; i < 40; i++ {
				add(t, l, i, 1)
			}
			_ = l.Close()
			segs := files(t, dir, "*.seg")
			spoil(dir, segs)
			var corrupt *segment.CorruptError
			if _, err := segment.Open(dir, 400); !errors.As(err, &corrupt) {
				t.Errorf("open: %v, want a CorruptError", err)
			}
		})
	}
}

func flip(name string, at int) {
	b, _ := os.ReadFile(name)
	b[at] ^= 0x80
	_ = os.WriteFile(name, b, 0o600)
}

func TestDamageWhileOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := open(t, dir, 0)
	add(t, l, 1, 5)
	flip(files(t, dir, "*.seg")[0], 40)
	var corrupt *segment.CorruptError
	if _, err := l.Read(1, 5); !errors.As(err, &corrupt) {
		t.Errorf("read: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	l, err := segment.Open(dir, 0)
	if err != nil {
		f.Fatal(err)
	}
	_, _ = l.Append(1, records(1, 3))
	_ = l.Close()
	name := "00000000000000000001.seg"
	good, _ := os.ReadFile(filepath.Join(dir, name))
	f.Add(good)
	f.Add(good[:len(good)-3])
	f.Add([]byte("DGTRACE1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		_ = os.WriteFile(filepath.Join(dir, name), b, 0o600)
		l, err := segment.Open(dir, 0)
		if err != nil {
			return
		}
		defer l.Close()
		n := l.Next()
		if got, err := l.Read(1, 1<<20); err != nil || uint64(len(got)) != n-1 {
			t.Errorf("%q opens with %d records and reads %d: %v", b, n-1, len(got), err)
		}
		if _, err := l.Append(n, [][]byte{[]byte("more")}); err != nil {
			t.Errorf("%q opens but takes no record: %v", b, err)
		}
	})
}
