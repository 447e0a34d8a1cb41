package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func recipe(t testing.TB, data []byte) *Recipe {
	t.Helper()
	r, err := NewRecipe(bytes.NewReader(data), int64(len(data)), DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	r, err = ParseRecipe(r.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// server gives ranges of an archive and counts them.
type server struct {
	data  []byte
	bytes int64
}

func (s *server) fetch(offset, size int64) (io.ReadCloser, error) {
	s.bytes += size
	return io.NopCloser(bytes.NewReader(s.data[offset : offset+size])), nil
}

func TestDeltaFetchesWhatChanged(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{"manifest.json": []byte(`{}`)}
	for i := range 20 {
		data := make([]byte, 10_000)
		if _, err := rand.Read(data); err != nil {
			t.Fatal(err)
		}
		files[fmt.Sprintf("f%02d.bin", i)] = data
	}
	old := write(t, files)
	next := maps.Clone(files)
	next["f07.bin"] = bytes.Repeat([]byte("new"), 1000)
	next["added.txt"] = []byte("added")
	delete(next, "f03.bin")
	data := write(t, next)
	oldRecipe, newRecipe := recipe(t, old), recipe(t, data)
	s := &server{data: data}
	var out bytes.Buffer
	if err := newRecipe.Assemble(&out, bytes.NewReader(old), oldRecipe, s.fetch); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), data) {
		t.Error("the assembled archive differs")
	}
	if s.bytes > int64(len(data))/20 {
		t.Errorf("%d of %d bytes were fetched for one changed and one new file", s.bytes, len(data))
	}
	missing := int64(0)
	for _, m := range newRecipe.Missing(oldRecipe) {
		missing += m.Size
	}
	if missing != s.bytes {
		t.Errorf("Missing says %d bytes, %d were fetched", missing, s.bytes)
	}
	s.bytes = 0
	out.Reset()
	if err := newRecipe.Assemble(&out, nil, nil, s.fetch); err != nil || !bytes.Equal(out.Bytes(), data) || s.bytes != int64(len(data)) {
		t.Errorf("without an old version: %v, %d bytes fetched", err, s.bytes)
	}
	spoiled := bytes.Clone(old)
	spoiled[len(spoiled)/2] ^= 1
	if err := newRecipe.Assemble(io.Discard, bytes.NewReader(spoiled), oldRecipe, s.fetch); !errors.Is(err, ErrInvalid) {
		t.Errorf("a changed old archive: %v", err)
	}
	evil := &server{data: bytes.Repeat([]byte{0}, len(data))}
	if err := newRecipe.Assemble(io.Discard, bytes.NewReader(old), oldRecipe, evil.fetch); !errors.Is(err, ErrInvalid) {
		t.Errorf("a server that sends something else: %v", err)
	}
}

func TestParseRecipeRefuses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{`: "recipe", `{"size":1,"sha256":"","segments":[]}`: "0 bytes, the archive 1", `{"x":1}`: "unknown field", `{} {}`: "stands after",
		`{"size":3,"sha256":"","segments":[{"offset":1,"size":2,"sha256":""}]}`:                                               "expected it at 0",
		`{"size":0,"sha256":"","segments":[{"offset":0,"size":-1,"sha256":""}]}`:                                              "with -1 bytes",
		`{"size":1,"sha256":"","segments":[{"offset":0,"size":9223372036854775807},{"offset":9223372036854775807,"size":9}]}`: "segment 1",
	} {
		if _, err := ParseRecipe([]byte(in)); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
}

// An archive whose table of contents names one run of bytes many times unpacks to many times its size.
func TestOverlappingFilesAreRefused(t *testing.T) {
	t.Parallel()
	data := write(t, map[string][]byte{"a.bin": bytes.Repeat([]byte("x"), 50_000), "b.bin": bytes.Repeat([]byte("x"), 50_000)})
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(zr.File) != 2 {
		t.Fatal(err)
	}
	second := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[second+42:], 0) // the second entry's local header is the first one's
	if _, err := open(data, DefaultLimits); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "share bytes") {
		t.Errorf("error = %v", err)
	}
}

func TestUnpackStaysInside(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	b, err := open(write(t, sample), DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Unpack(dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range sample {
		if got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if err := b.Unpack(dir); err == nil {
		t.Error("files that are there were written over")
	}
	trap := t.TempDir() // somebody put a link where a folder of the bundle goes
	if err := os.Symlink(outside, filepath.Join(trap, "a")); err != nil {
		t.Fatal(err)
	}
	if err := b.Unpack(trap); err == nil {
		t.Error("a link out of the folder was followed")
	}
	if left, _ := os.ReadDir(outside); len(left) > 0 {
		t.Errorf("%v was written outside", left)
	}
}

func TestMeasureKnowsBothDigests(t *testing.T) {
	t.Parallel()
	b, err := open(write(t, map[string][]byte{"abc": []byte("abc")}), DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	x, err := b.Measure()
	if err != nil || x.Files[0].SM3 != "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" {
		t.Fatalf("%+v, %v", x, err)
	}
	plain, err := b.Index()
	if err != nil || plain.Digest() != x.Digest() || plain.Files[0].SM3 != "" {
		t.Errorf("%+v, %v", plain, err)
	}
	if err := b.Verify(x); err != nil {
		t.Error(err)
	}
	x.Files[0].SM3 = strings.Repeat("0", 64)
	if err := b.Verify(x); !errors.Is(err, ErrInvalid) {
		t.Errorf("another SM3: %v", err)
	}
}

func TestPartsForOnePlatform(t *testing.T) {
	t.Parallel()
	p := Parts{"linux/amd64": {"bin/l"}, "windows/amd64": {"bin/w.exe"}}
	files := map[string][]byte{"bin/l": nil, "bin/w.exe": nil, "plugin.yaml": nil}
	for platform, want := range map[string]string{"linux/amd64": "bin/l", "windows/amd64": "bin/w.exe"} {
		got := p.For(files, platform)
		if _, ok := got[want]; !ok || len(got) != 2 {
			t.Errorf("%s: %v", platform, got)
		}
	}
	if got := p.For(files, "darwin/arm64"); len(got) != 1 {
		t.Errorf("a platform without files of its own: %v", got)
	}
}

func FuzzParseRecipe(f *testing.F) {
	f.Add(recipe(f, write(f, sample)).Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ParseRecipe(data)
		if err != nil {
			return
		}
		sum := int64(0)
		for _, m := range r.Missing(&Recipe{}) {
			sum += m.Size
		}
		if sum != r.Size {
			t.Errorf("%d of %d bytes", sum, r.Size)
		}
	})
}
