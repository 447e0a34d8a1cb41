package lock_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/compose/lock"
)

func d(c string) string { return strings.Repeat(c, 64) }

func sample() *lock.Lock {
	return &lock.Lock{Root: d("a"), Entries: []lock.Entry{
		{Kind: lock.MiniProgram, ID: "shop", Version: "2.0.0", Source: lock.Source{Kind: lock.Path, Where: "mini apps/shop.dgm"},
			Files: []lock.File{{Platform: lock.Any, Size: 7, SHA256: d("1"), SM3: d("2"), Content: d("3")}}},
		{Kind: lock.Plugin, ID: "com.acme.pay", Version: "1.2.0-rc.1", As: "pay.next", Want: ">=1.2, <2", Yanked: true, Source: lock.Source{Kind: lock.Registry, Where: "https://r.example"},
			Files: []lock.File{
				{Platform: "windows/arm64", Size: 9, SHA256: d("4"), SM3: d("5"), Content: d("6"), Evidence: d("7")},
				{Platform: "linux/amd64", Size: 8, SHA256: d("8"), SM3: d("9"), Content: d("b"), Evidence: d("c")},
			}},
		{Kind: lock.Plugin, ID: "com.acme.base", Version: "1.0.0", Want: "^1", By: "com.acme.pay", Source: lock.Source{Kind: lock.Mirror, Where: "mirror"},
			Files: []lock.File{{Platform: lock.Any, Size: 1 << 40, SHA256: d("d"), SM3: d("e"), Content: d("f"), Evidence: d("0")}}},
	}}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), lock.FileName)
	if _, err := lock.Read(file); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("a file that is not there: %v", err)
	}
	want := sample()
	if err := lock.Write(file, want); err != nil {
		t.Fatal(err)
	}
	got, err := lock.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	want.Sort()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read\n%+v\nwrote\n%+v", got, want)
	}
	if got.Entries[0].ID != "com.acme.base" || got.Entries[2].Kind != lock.MiniProgram {
		t.Errorf("order: %v", got.Entries)
	}
	if e := got.Find(lock.Plugin, "pay.next"); e == nil || e.For("linux/amd64").Size != 8 || e.For("darwin/arm64") != nil {
		t.Errorf("pay.next: %+v", e)
	}
	if e := got.Find(lock.Plugin, "com.acme.pay"); e != nil {
		t.Errorf("a plugin with another name was found by its id: %+v", e)
	}
	if f := got.Find(lock.MiniProgram, "shop").For("darwin/arm64"); f == nil || f.Size != 7 {
		t.Errorf("shop: %+v", f)
	}
}

func TestSameBytes(t *testing.T) {
	t.Parallel()
	a, b := sample(), sample()
	b.Entries[0], b.Entries[2] = b.Entries[2], b.Entries[0]
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the order of entries shows in the file")
	}
	if a.Entries[0].ID != "shop" {
		t.Error("Bytes has sorted the lock itself")
	}
	crlf := bytes.ReplaceAll(a.Bytes(), []byte("\n"), []byte("\r\n"))
	l, err := lock.Parse("f", crlf)
	if err != nil || !bytes.Equal(l.Bytes(), a.Bytes()) {
		t.Errorf("line ends of another system: %v", err)
	}
}

func TestUnchangedIsNotWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), lock.FileName)
	if err := errors.Join(lock.Write(file, sample()), os.Chmod(file, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := lock.Write(file, sample()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file was replaced: %v, %v", info.Mode(), err)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	file := "  file any 5\n    sha256 " + d("1") + "\n    sm3 " + d("2") + "\n    content " + d("3") + "\n"
	good := "dougong-lock 1\nplugin a 1.0.0\n  source path x\n" + file
	if _, err := lock.Parse("f", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":            {"", `f:1:1: the file is empty`},
		"other version":    {"dougong-lock 2\n", `f:1:1: expected "dougong-lock 1", found "dougong-lock 2"`},
		"merge":            {"dougong-lock 1\n<<<<<<< HEAD\n", `f:2:1: a merge was left unfinished`},
		"unknown key":      {"dougong-lock 1\nplugim a 1\n", `f:2:1: unknown key "plugim"; known are root, plugin, miniprogram`},
		"id":               {"dougong-lock 1\nplugin ../a 1\n", `f:2:8: expected an id`},
		"version":          {"dougong-lock 1\nplugin a 1/2\n", `f:2:10: expected a version`},
		"outside an entry": {"dougong-lock 1\n  want ^1\n", `f:2:3: "want" belongs to an entry`},
		"outside a file":   {"dougong-lock 1\nplugin a 1\n    sm3 x\n", `f:3:5: "sm3" belongs to a file`},
		"indent":           {"dougong-lock 1\nplugin a 1\n   want x\n", `f:3:1: expected 0, 2 or 4 spaces`},
		"tab":              {"dougong-lock 1\nplugin a 1\n\twant x\n", `f:3:1: a control character`},
		"twice":            {"dougong-lock 1\nplugin a 1\n  want 1\n  want 1\n", `f:4:3: "want" is given twice`},
		"root late":        {good + "root " + d("1") + "\n", `f:8:1: "root" stands before the entries`},
		"digest":           {"dougong-lock 1\nroot " + d("A") + "\n", `f:2:6: expected 64 small hexadecimal digits`},
		"source":           {"dougong-lock 1\nplugin a 1\n  source ftp x\n", `f:3:10: expected registry, mirror or path, found "ftp"`},
		"source of none":   {"dougong-lock 1\nplugin a 1\n  source path\n", `f:3:15: expected an address or a path`},
		"no source":        {"dougong-lock 1\nplugin a 1\n" + file, `f:7:1: plugin a, which ends here, has no "source"`},
		"no file":          {"dougong-lock 1\nplugin a 1\n  source path x\n", `f:4:1: plugin a, which ends here, has no "file"`},
		"no digest":        {"dougong-lock 1\nplugin a 1\n  source path x\n  file any 5\n    sm3 " + d("2") + "\n", `f:6:1: the file for any of a, which ends here, has no "sha256"`},
		"platform":         {"dougong-lock 1\nplugin a 1\n  file Linux 5\n", `f:3:8: expected a platform`},
		"size":             {"dougong-lock 1\nplugin a 1\n  file any 05\n", `f:3:12: expected a size`},
		"same platform":    {"dougong-lock 1\nplugin a 1\n  source path x\n" + file + file, `f:8:8: a second file for any`},
		"same entry":       {good + strings.TrimPrefix(good, "dougong-lock 1\n"), `f:14:1: a second plugin a ends here; the first ended at line 8`},
		"yanked":           {"dougong-lock 1\nplugin a 1\n  yanked yes\n", `f:3:10: expected nothing behind "yanked"`},
		"not text":         {"dougong-lock 1\n\xff", `f:1:1: the file is not UTF-8`},
		"long line":        {"dougong-lock 1\nplugin " + strings.Repeat("a", 5000), `f:2:4097: a line of 5007 bytes`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := lock.Parse("f", []byte(c.text))
			var place *lock.Error
			if !errors.As(err, &place) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Parse(%q) = %v, %v; want %s", c.text, l, err, c.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample().Bytes())
	f.Add([]byte("dougong-lock 1\nplugin a 1\n  source path x\n  file any 5\n"))
	f.Add([]byte("dougong-lock 1\nroot " + d("1")))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := lock.Parse("f", data)
		if err != nil {
			var place *lock.Error
			if !errors.As(err, &place) || place.Line < 1 || place.Column < 1 {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		again, err := lock.Parse("f", l.Bytes())
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, l.Bytes())
		}
		if !reflect.DeepEqual(l, again) {
			t.Fatalf("%+v became %+v", l, again)
		}
	})
}
