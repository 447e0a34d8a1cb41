package space_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/plugins/file/space"
)

var ann = space.Owner{App: "shop", User: "ann"}

func open(t *testing.T, l space.Limits) (*space.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := space.Open(dir, l)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func at(t *testing.T, text string) space.Path {
	t.Helper()
	p, err := space.Parse("test", text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func is(err error, k space.Kind) bool {
	var e *space.Error
	return errors.As(err, &e) && e.Kind == k
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"wxfile://usr":              "wxfile://usr",
		"wxfile://usr/":             "wxfile://usr",
		"wxfile://usr/a//b/./c/":    "wxfile://usr/a/b/c",
		"wxfile://usr/a/../b":       "wxfile://usr/b",
		"http://usr/a":              "wxfile://usr/a",
		"http://tmp/x.png":          "wxfile://tmp/x.png",
		"wxfile://store/s":          "wxfile://store/s",
		"/images/a.png":             "/images/a.png",
		"images/a.png":              "/images/a.png",
		"./a":                       "/a",
		"wxfile://usr/../x":         "",
		"wxfile://usr/a/../../x":    "",
		"../x":                      "",
		"wxfile://etc/x":            "",
		"http://usrx/a":             "",
		"https://example.com/a":     "",
		"file:///etc/passwd":        "",
		"wxfile://usr/a\\..\\..\\b": "",
		"wxfile://usr/c:x":          "",
		"wxfile://usr/a\x00":        "",
		"wxfile://usr/.partial-1":   "",
		"wxfile://usr/" + strings.Repeat("n", 256): "",
	} {
		p, err := space.Parse("open", text)
		if got := p.String(); want != "" && (err != nil || got != want) || want == "" && err == nil {
			t.Errorf("Parse(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestOwnersAreApart(t *testing.T) {
	t.Parallel()
	s, _ := open(t, space.Limits{})
	p := at(t, "wxfile://usr/a")
	if err := s.Of(ann).Write("open", p, []byte("x"), space.Replace); err != nil {
		t.Fatal(err)
	}
	for _, other := range []space.Owner{{App: "shop", User: "bob"}, {App: "notes", User: "ann"}, {App: "shopa", User: "nn"}} {
		if _, err := s.Of(other).Open("open", p); !is(err, space.NotFound) {
			t.Errorf("%+v opens ann's file: %v", other, err)
		}
	}
}

func TestSymbolicLinksAreRefused(t *testing.T) {
	t.Parallel()
	s, dir := open(t, space.Limits{})
	own := s.Of(ann)
	if err := own.Mkdir("mkdir", at(t, "wxfile://usr/d"), false); err != nil {
		t.Fatal(err)
	}
	folder, err := filepath.Glob(filepath.Join(dir, "*", "usr"))
	if err != nil || len(folder) != 1 {
		t.Fatal(folder, err)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"out": secret, "dir": filepath.Dir(secret), "in": "d"} {
		if err := os.Symlink(to, filepath.Join(folder[0], link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"wxfile://usr/out", "wxfile://usr/dir/secret", "wxfile://usr/in/x"} {
		p := at(t, name)
		if _, err := own.Open("open", p); !is(err, space.Denied) {
			t.Errorf("open %s: %v", name, err)
		}
		if err := own.Write("open", p, nil, space.Append); !is(err, space.Denied) {
			t.Errorf("write %s: %v", name, err)
		}
		if _, err := own.OpenFile(p, "r"); !is(err, space.Denied) {
			t.Errorf("open %s by a flag: %v", name, err)
		}
	}
}

func TestQuota(t *testing.T) {
	t.Parallel()
	s, _ := open(t, space.Limits{User: 100, Temp: 100, Entries: 5})
	own := s.Of(ann)
	a, b := at(t, "wxfile://usr/a"), at(t, "wxfile://usr/b")
	write := func(p space.Path, n int, mode space.Mode) error {
		return own.Write("open", p, make([]byte, n), mode)
	}
	steps := []struct {
		name string
		do   func() error
		full bool
	}{
		{"as much as fits", func() error { return write(a, 100, space.Replace) }, false},
		{"one more file", func() error { return write(b, 1, space.Replace) }, true},
		{"the same again in its place", func() error { return write(a, 100, space.Replace) }, false},
		{"a byte more", func() error { return write(a, 1, space.Append) }, true},
		{"longer", func() error { return own.Truncate("truncate", a, 101) }, true},
		{"shorter", func() error { return own.Truncate("truncate", a, 40) }, false},
		{"what was set free", func() error { return write(b, 60, space.Replace) }, false},
		{"from a temporary file", func() error {
			from := space.NewTemp(space.Temp, "")
			return errors.Join(write(from, 10, space.Replace), own.Rename("saveFile", from, at(t, "wxfile://store/s")))
		}, true},
		{"after removing", func() error { return errors.Join(own.Remove("unlink", b), write(a, 60, space.Append)) }, false},
		{"too many entries", func() error { return own.Mkdir("mkdir", at(t, "wxfile://usr/1/2/3/4/5/6"), true) }, true},
	}
	for _, step := range steps {
		if err := step.do(); is(err, space.Full) != step.full || !step.full && err != nil {
			t.Errorf("%s: %v, want full=%v", step.name, err, step.full)
		}
	}
}

func TestHandlesKeepTheQuota(t *testing.T) {
	t.Parallel()
	s, _ := open(t, space.Limits{User: 100})
	own := s.Of(ann)
	p := at(t, "wxfile://usr/f")
	h, err := own.OpenFile(p, "w+")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	for name, c := range map[string]struct {
		err  error
		want space.Kind
	}{
		"far away":     {h.Write([]byte("x"), 1<<50), space.Full},
		"behind it":    {h.Write([]byte("x"), 100), space.Full},
		"longer":       {h.Truncate(101), space.Full},
		"a wrong flag": {func() error { _, err := own.OpenFile(p, "rw"); return err }(), space.Invalid},
		"exclusively":  {func() error { _, err := own.OpenFile(p, "wx"); return err }(), space.Exists},
	} {
		if !is(c.err, c.want) {
			t.Errorf("%s: %v, want %s", name, c.err, c.want.Text)
		}
	}
	if err := h.Write([]byte("hello"), 95); err != nil {
		t.Error(err)
	}
	if b, err := h.Read(10, 95); err != nil || string(b) != "hello" {
		t.Errorf("read %q, %v", b, err)
	}
	if err := own.Remove("unlink", p); err != nil {
		t.Fatal(err)
	}
	if err := h.Write([]byte("x"), 0); !is(err, space.BadDescriptor) {
		t.Errorf("writing to a file that was removed: %v", err)
	}
}

func TestTemporaryFilesMakeRoom(t *testing.T) {
	t.Parallel()
	s, dir := open(t, space.Limits{Temp: 100})
	own := s.Of(ann)
	old, fresh := space.NewTemp(space.Temp, ".PNG"), space.NewTemp(space.Temp, "")
	if !strings.HasSuffix(old.Rest, ".png") || strings.Contains(space.NewTemp(space.Temp, "/../x").Rest, "/") {
		t.Errorf("temporary paths %s", old)
	}
	for _, p := range []space.Path{old, fresh} {
		if err := own.Write("open", p, make([]byte, 40), space.Replace); err != nil {
			t.Fatal(err)
		}
	}
	hours := func(p space.Path, h int) {
		name, _ := filepath.Glob(filepath.Join(dir, "*", "tmp", p.Rest))
		past := time.Now().Add(-time.Duration(h) * time.Hour)
		if err := os.Chtimes(name[0], past, past); err != nil {
			t.Fatal(err)
		}
	}
	hours(old, 1)
	if err := own.Write("open", space.NewTemp(space.Temp, ""), make([]byte, 50), space.Replace); err != nil {
		t.Errorf("no room was made: %v", err)
	}
	if _, err := own.Stat("stat", old); !is(err, space.NotFound) {
		t.Errorf("the oldest is still there: %v", err)
	}
	if _, err := own.Stat("stat", fresh); err != nil {
		t.Errorf("a fresh one is gone: %v", err)
	}
	hours(fresh, 25)
	if _, err := space.Open(dir, space.Limits{}); err != nil {
		t.Fatal(err)
	}
	if _, err := own.Stat("stat", fresh); !is(err, space.NotFound) {
		t.Errorf("after a day it is still there: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"wxfile://usr/../x", "http://tmp/a.png", "a/../../b", "wxfile://usr/\xff"} {
		f.Add(s)
	}
	dir := f.TempDir()
	s, err := space.Open(filepath.Join(dir, "store"), space.Limits{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := space.Parse("open", text)
		if err != nil || !p.Writable() {
			return
		}
		_ = s.Of(ann).Write("open", p, []byte("x"), space.Replace)
		if again, err := space.Parse("open", p.String()); err != nil || again.String() != p.String() {
			t.Errorf("%q is read as %q, and that as %q, %v", text, p, again, err)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Fatalf("%q was written outside", text)
		}
	})
}
