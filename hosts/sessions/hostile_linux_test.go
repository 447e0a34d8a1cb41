package sessions

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHostileFiles: whatever lies where a state is expected, reading ends soon, says what it is, follows no link, puts it aside
// and leaves everything else as it was.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 4096)
	for i := range noise {
		noise[i] = byte(rand.Uint32()) //nolint:gosec // any bytes will do
	}
	lay := func(data []byte) func(string, string) error {
		return func(name, _ string) error { return os.WriteFile(name, data, 0o600) }
	}
	for name, tt := range map[string]struct {
		lay  func(name, elsewhere string) error
		want string
	}{
		"no bytes":            {lay(nil), "not a saved state"},
		"zero bytes":          {lay(make([]byte, 512)), "not a saved state"},
		"any bytes":           {lay(noise), "not a saved state"},
		"deeper than a stack": {lay(bytes.Repeat([]byte("["), maxFile)), "not a saved state"},
		"a huge file, of nothing": {func(name, _ string) error {
			return errors.Join(os.WriteFile(name, nil, 0o600), os.Truncate(name, 1<<40))
		}, "expected at most"},
		"a link to a file": {func(name, elsewhere string) error { return os.Symlink(elsewhere, name) }, "symbolic link"},
		"a link to itself": {func(name, _ string) error { return os.Symlink(name, name) }, "symbolic link"},
		"a link to zeros":  {func(name, _ string) error { return os.Symlink("/dev/zero", name) }, "symbolic link"},
		"a folder":         {func(name, _ string) error { return os.MkdirAll(filepath.Join(name, "x"), 0o700) }, "folder"},
		"a pipe":           {func(name, _ string) error { return syscall.Mkfifo(name, 0o600) }, "named pipe"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Open(t.TempDir())
			elsewhere := filepath.Join(t.TempDir(), "elsewhere")
			if err := errors.Join(os.WriteFile(elsewhere, []byte("kept"), 0o600), s.Save("bert", sample()), tt.lay(s.name("anna"), elsewhere)); err != nil {
				t.Fatal(err)
			}
			state, err := s.Load("anna")
			var broken *BrokenError
			if !errors.As(err, &broken) || !strings.Contains(err.Error(), tt.want) || len(state.Apps) != 0 || broken.Aside == "" {
				t.Fatalf("Load = %+v, %v; want nothing, %q, and that it was put aside", state, err, tt.want)
			}
			if err := s.Save("anna", sample()); err != nil {
				t.Errorf("save afterwards: %v", err)
			}
			for _, user := range []string{"anna", "bert"} {
				if state, err := s.Load(user); err != nil || state.App("shop") == nil {
					t.Errorf("%s has %+v, %v; want what was saved", user, state, err)
				}
			}
			if text, err := os.ReadFile(elsewhere); err != nil || string(text) != "kept" {
				t.Errorf("elsewhere is now %q, %v", text, err)
			}
		})
	}
}

// disk is a small one, that the test may fill or make read-only.
func disk(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Fatal("only root can mount the small disk that this test fills; run the tests as root, as .ci/test.sh does")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestFullDisk: what does not fit leaves what was kept before as it was, and nothing half written.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := disk(t)
	s := Open(dir)
	if err := s.Save("anna", sample()); err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	later := sample()
	later.Front = "notes"
	if err := s.Save("anna", later); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "save state: ") {
		t.Errorf("got %v, want no space left", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, newFiles)); len(left) != 0 {
		t.Errorf("left behind are %q", left)
	}
	if got, err := s.Load("anna"); err != nil || got.Front != "shop" {
		t.Errorf("kept is %+v, %v; want what was kept before", got, err)
	}
	if err := errors.Join(os.Remove(filler), s.Save("anna", later)); err != nil {
		t.Errorf("once there is room: %v", err)
	}
}

// TestReadOnly: what is there is read, what is damaged cannot be put aside, and that is said.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	dir := disk(t)
	s := Open(dir)
	if err := errors.Join(s.Save("anna", sample()), os.WriteFile(s.name("bert"), []byte("?"), 0o600), syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Load("anna"); err != nil || got.Front != "shop" {
		t.Errorf("kept is %+v, %v", got, err)
	}
	var broken *BrokenError
	if _, err := s.Load("bert"); !errors.As(err, &broken) || broken.Aside != "" || !strings.Contains(err.Error(), "could not be put aside") {
		t.Errorf("got %v, want that it could not be put aside", err)
	}
	if err := s.Save("anna", sample()); !errors.Is(err, syscall.EROFS) {
		t.Errorf("save: %v, want that nothing can be written there", err)
	}
}

// TestLeftBehind: what a host left that was killed while it wrote goes; what is being written stays.
func TestLeftBehind(t *testing.T) {
	t.Parallel()
	s := Open(t.TempDir())
	old, fresh := filepath.Join(s.dir, ".new-1"), filepath.Join(s.dir, ".new-2")
	past := time.Now().Add(-2 * staleAfter)
	if err := errors.Join(os.WriteFile(old, nil, 0o600), os.WriteFile(fresh, nil, 0o600), os.Chtimes(old, past, past)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load("anna"); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(s.dir, newFiles)); len(left) != 1 || left[0] != fresh {
		t.Errorf("left are %q, want %s", left, fresh)
	}
}
