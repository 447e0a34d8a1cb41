package files_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/plugins/network/files"
)

var alice = files.Owner{App: "shop", User: "alice"}

func save(t *testing.T, s *files.Store, o files.Owner, name, content string) {
	t.Helper()
	w, err := s.Create(o, name)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	if _, err := w.WriteString(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
}

func TestFilesBelongToTheirOwner(t *testing.T) {
	t.Parallel()
	s, err := files.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	name := s.NewTemp(".PNG")
	if !strings.HasPrefix(name, files.TempPrefix) || !strings.HasSuffix(name, ".png") {
		t.Errorf("temporary path %q", name)
	}
	for _, name := range []string{name, "wxfile://usr/sub/file.txt"} {
		save(t, s, alice, name, "hello")
		f, err := s.Open(alice, name)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(f)
		_ = f.Close()
		if string(b) != "hello" {
			t.Errorf("%s holds %q", name, b)
		}
		for _, other := range []files.Owner{{App: "shop", User: "bob"}, {App: "notes", User: "alice"}, {Caller: "p", App: "shop", User: "alice"}} {
			if _, err := s.Open(other, name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%+v opens alice's %s: %v", other, name, err)
			}
		}
	}
	if n, err := s.Size(alice); err != nil || n != 10 {
		t.Errorf("size %d, %v; want 10", n, err)
	}
}

func TestPathsCannotLeave(t *testing.T) {
	t.Parallel()
	s, _ := files.Open(t.TempDir())
	for _, bad := range []string{
		"", "/etc/passwd", "wxfile://tmp/", "wxfile://tmp/.", "wxfile://tmp/../../x", "wxfile://usr/a/../../../x", "wxfile://usr//x",
		"wxfile://usr/a\\..\\x", "wxfile://usr/c:x", "wxfile://usr/\x00", "file:///etc/passwd", "wxfile://tmp/.partial-1", "wxfile://etc/x",
	} {
		if _, err := s.Open(alice, bad); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("open %q: %v, want refused", bad, err)
		}
		if _, err := s.Create(alice, bad); err == nil {
			t.Errorf("create %q succeeded", bad)
		}
	}
}

func TestOldTemporaryFilesAreSwept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, _ := files.Open(dir)
	names := []string{"wxfile://tmp/old", "wxfile://tmp/new", "wxfile://usr/old"}
	for _, name := range names {
		save(t, s, alice, name, "x")
	}
	old, _ := filepath.Glob(filepath.Join(dir, "*", "*", "old"))
	for _, name := range old {
		past := time.Now().Add(-files.Lifetime - time.Hour)
		if err := os.Chtimes(name, past, past); err != nil {
			t.Fatal(err)
		}
	}
	s, _ = files.Open(dir)
	for name, want := range map[string]bool{names[0]: false, names[1]: true, names[2]: true} {
		if f, err := s.Open(alice, name); (err == nil) != want {
			t.Errorf("%s after the sweep: %v, want there=%v", name, err, want)
		} else if err == nil {
			_ = f.Close()
		}
	}
}

func TestTrimTakesTheOldestFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, _ := files.Open(dir)
	for i, name := range []string{"wxfile://tmp/a", "wxfile://tmp/b", "wxfile://tmp/c", "wxfile://usr/d"} {
		save(t, s, alice, name, "0123456789")
		path, _ := filepath.Glob(filepath.Join(dir, "*", "*", name[len(name)-1:]))
		past := time.Now().Add(-time.Hour * time.Duration(4-i))
		if name == "wxfile://tmp/c" {
			past = time.Now()
		}
		if err := os.Chtimes(path[0], past, past); err != nil {
			t.Fatal(err)
		}
	}
	left := func() (names string) {
		for _, name := range []string{"wxfile://tmp/a", "wxfile://tmp/b", "wxfile://tmp/c", "wxfile://usr/d"} {
			if f, err := s.Open(alice, name); err == nil {
				_ = f.Close()
				names += name[len(name)-1:]
			}
		}
		return names
	}
	for _, c := range []struct {
		keep int64
		want string
	}{{40, "abcd"}, {35, "bcd"}, {0, "cd"}} {
		if err := s.Trim(alice, c.keep); err != nil || left() != c.want {
			t.Errorf("Trim(%d): %v, left %s, want %s", c.keep, err, left(), c.want)
		}
	}
	if err := s.Trim(files.Owner{App: "none"}, 0); err != nil {
		t.Errorf("an owner without files: %v", err)
	}
}

func FuzzPath(f *testing.F) {
	f.Add("wxfile://usr/../x")
	f.Add("wxfile://tmp/abc.png")
	dir := f.TempDir()
	s, _ := files.Open(filepath.Join(dir, "store"))
	f.Fuzz(func(t *testing.T, name string) {
		w, err := s.Create(alice, name)
		if err != nil {
			return
		}
		defer w.Discard()
		if rel, err := filepath.Rel(filepath.Join(dir, "store"), w.Name()); err != nil || strings.HasPrefix(rel, "..") {
			t.Errorf("%q is written to %s", name, w.Name())
		}
	})
}
