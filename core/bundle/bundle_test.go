package bundle

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var sample = map[string][]byte{
	"manifest.json": []byte(`{"app_id":"a"}`), "a/b.txt": bytes.Repeat([]byte("hello "), 100), "a/c.png": []byte("png"), "中文.txt": nil, "Z.txt": []byte("z"),
}

func write(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(&buf, files); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func open(data []byte, limits Limits) (*Bundle, error) {
	return Open(bytes.NewReader(data), int64(len(data)), limits)
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	data := write(t, sample)
	if !bytes.Equal(data, write(t, sample)) {
		t.Fatal("the same files gave different bytes")
	}
	b, err := open(data, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.All()
	if err != nil || len(got) != len(sample) {
		t.Fatalf("All = %d files, %v", len(got), err)
	}
	for name, want := range sample {
		if !bytes.Equal(got[name], want) {
			t.Errorf("%s = %q, want %q", name, got[name], want)
		}
	}
	idx, err := b.Index()
	if err != nil || idx.Digest() != NewIndex(sample).Digest() {
		t.Errorf("index of the archive differs from that of the files: %v", err)
	}
	zr, _ := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if zr.File[0].Name != First {
		t.Errorf("first file = %q, want %q", zr.File[0].Name, First)
	}
	f, err := b.Open("a/b.txt")
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(f); !bytes.Equal(text, sample["a/b.txt"]) {
		t.Errorf("fs file = %q", text)
	}
	if _, err := b.ReadFile("nope"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v, want fs.ErrNotExist", err)
	}
}

// raw writes an archive without our checks.
func raw(t testing.TB, entries ...zip.FileHeader) []byte {
	t.Helper()
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for _, h := range entries {
		w, err := zw.CreateHeader(&h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(h.Comment)); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func named(names ...string) []zip.FileHeader {
	var out []zip.FileHeader
	for _, n := range names {
		out = append(out, zip.FileHeader{Name: n})
	}
	return out
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	link := zip.FileHeader{Name: "link", Comment: "/etc/passwd"}
	link.SetMode(fs.ModeSymlink | 0o777)
	bomb := zip.FileHeader{Name: "bomb", Method: zip.Deflate, Comment: strings.Repeat("\x00", 4<<20)}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"parent":         {raw(t, named("../x")...), `path "../x" is absolute, leaves the bundle`},
		"inner parent":   {raw(t, named("a/../../x")...), "leaves the bundle or is not clean"},
		"absolute":       {raw(t, named("/etc/x")...), "is absolute"},
		"drive":          {raw(t, named("C:x")...), "a character that not every system allows"},
		"backslash":      {raw(t, named(`..\x`)...), "a character that not every system allows"},
		"empty part":     {raw(t, named("a//b")...), "not clean"},
		"device":         {raw(t, named("a/nul.txt")...), "not allowed on every system"},
		"trailing dot":   {raw(t, named("a./b")...), "not allowed on every system"},
		"control":        {raw(t, named("a\nb")...), "control character"},
		"duplicate":      {raw(t, named("a", "a")...), `"a" and "a" are one file`},
		"case duplicate": {raw(t, named("a/B", "a/b")...), "where case does not count"},
		"file and dir":   {raw(t, named("a", "a/b")...), `"a" is a file and a folder`},
		"symlink":        {raw(t, link), `"link" is not a plain file`},
		"ratio":          {raw(t, bomb), "unpacks to"},
		"no zip":         {[]byte("hello"), "not a valid zip file"},
		"long name":      {raw(t, named(strings.Repeat("a", 600))...), "a path of 600 bytes"},
	} {
		_, err := open(c.data, DefaultLimits)
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error = %v, want %q", name, err, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	data := write(t, sample)
	for want, limits := range map[string]Limits{
		"5 files, the limit is 2":         {Files: 2, File: 1 << 20, Total: 1 << 20, Ratio: 100},
		"has 600 bytes, the limit is 100": {Files: 9, File: 100, Total: 1 << 20, Ratio: 100},
		"add up to more than 0 MiB":       {Files: 9, File: 1 << 20, Total: 610, Ratio: 100},
	} {
		if _, err := open(data, limits); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want %q", err, want)
		}
	}
}

func TestChangedContentIsFound(t *testing.T) {
	t.Parallel()
	data := write(t, map[string][]byte{"a.png": []byte("0123456789")})
	at := bytes.Index(data, []byte("0123456789"))
	data[at] = 'X'
	b, err := open(data, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.ReadFile("a.png"); !errors.Is(err, ErrInvalid) {
		t.Errorf("error = %v, want ErrInvalid", err)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	b, err := open(write(t, sample), DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	idx, err := ParseIndex(NewIndex(sample).Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Verify(idx); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Index){
		`"Z.txt" is not in the index`:    func(x *Index) { x.Files = x.Files[1:] },
		`"Z.txt" differs from the index`: func(x *Index) { x.Files[0].SHA256 = "00" },
		`"zz" of the index is missing`:   func(x *Index) { x.Files = append(x.Files, Entry{Name: "zz"}) },
	} {
		x, _ := ParseIndex(idx.Bytes())
		change(x)
		if err := b.Verify(x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Verify = %v, want %q", err, want)
		}
	}
	for _, bad := range []string{`{`, `{"files":[{"name":"../x"}]}`, `{"files":[{"name":"b"},{"name":"a"}]}`} {
		if _, err := ParseIndex([]byte(bad)); !errors.Is(err, ErrInvalid) {
			t.Errorf("ParseIndex(%s) = %v, want ErrInvalid", bad, err)
		}
	}
}

func TestWriteRefusesBadNames(t *testing.T) {
	t.Parallel()
	if err := Write(io.Discard, map[string][]byte{"../x": nil}); !errors.Is(err, ErrInvalid) {
		t.Errorf("error = %v, want ErrInvalid", err)
	}
}

func TestOpenFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a.dgm")
	if err := os.WriteFile(name, write(t, sample), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := OpenFile(name, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenFile(name+"x", DefaultLimits); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error = %v, want fs.ErrNotExist", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(write(f, sample))
	f.Add(raw(f, named("../x", "a", "A")...))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	limits := Limits{Files: 100, File: 1 << 20, Total: 4 << 20, Ratio: 50}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := open(data, limits)
		if err != nil {
			return
		}
		for _, name := range b.Names() {
			if CheckName(name) != nil {
				t.Fatalf("opened with the bad name %q", name)
			}
			if text, err := b.ReadFile(name); err == nil && int64(len(text)) > limits.File {
				t.Fatalf("%q has %d bytes", name, len(text))
			}
		}
	})
}
