package web

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/dougong-dev/dougong/hosts/sessions"
)

// lines keeps what is logged.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) count(part string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), part)
}

// TestNotesThatCannotBeKept: on a disk that cannot be written, what is damaged is not said to be kept aside, mini-programs open
// all the same, and the log says it once until it works again.
func TestNotesThatCannotBeKept(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Fatal("only root can mount the disk that this test makes read-only; run the tests as root, as .ci/test.sh does")
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
	store, log := sessions.Open(dir), &lines{}
	if err := store.Save("local", sessions.State{}); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if err := errors.Join(os.WriteFile(files[0], []byte("?"), 0o600), syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")); err != nil {
		t.Fatal(err)
	}
	d := newTable(t, func(c *Config) { c.Sessions, c.Log = store, slog.New(slog.NewTextHandler(log, nil)) })
	if r := d.server.recall("local"); r == nil || *r != (Restore{Failed: RestoreStuck}) {
		t.Errorf("recalled %+v, want that it is stuck", r)
	}
	for _, app := range []string{"a0", "a1", "a2"} {
		d.look(app)
		d.server.noteDown("local")
		d.server.writeNotes()
	}
	const lost, found = "what is open could not be noted", "what is open is noted again"
	if got := d.open(); got != "a0 a1 a2" || log.count(lost) != 1 || log.count(found) != 0 {
		t.Errorf("open are %q; the log says %d times that it is lost; want once", got, log.count(lost))
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	d.server.noteDown("local")
	d.server.writeNotes()
	if log.count(lost) != 1 || log.count(found) != 1 {
		t.Errorf("the log says %d times that it is lost and %d that it is noted; want once each", log.count(lost), log.count(found))
	}
	if state, err := store.Load("local"); err != nil || state.App("a2") == nil {
		t.Errorf("noted is %+v, %v", state, err)
	}
}

// TestNotesOfOneUser: a user whose notes cannot be written is said once, whatever becomes of the notes of others, and nobody
// else's are said to be written again.
func TestNotesOfOneUser(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, log := sessions.Open(dir), &lines{}
	if err := store.Save("local", sessions.State{}); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	block := func() error { // a folder that is not empty is in the file's place
		return errors.Join(os.Remove(files[0]), os.MkdirAll(filepath.Join(files[0], "x"), 0o700))
	}
	if err := block(); err != nil {
		t.Fatal(err)
	}
	d := newTable(t, func(c *Config) { c.Sessions, c.Log = store, slog.New(slog.NewTextHandler(log, nil)) })
	const lost, found = "what is open could not be noted", "what is open is noted again"
	says := func(when string, users []string, wantLost, wantFound int) {
		t.Helper()
		for _, user := range users {
			d.server.save(user, sessions.State{})
		}
		if log.count(lost) != wantLost || log.count(found) != wantFound {
			t.Errorf("%s: the log says %d times that notes are lost and %d that they are written again; want %d and %d",
				when, log.count(lost), log.count(found), wantLost, wantFound)
		}
	}
	says("one user's fail among others'", []string{"local", "guest", "local", "bert", "local"}, 1, 0)
	if err := os.RemoveAll(files[0]); err != nil {
		t.Fatal(err)
	}
	says("they can be written", []string{"guest", "local", "local"}, 1, 1)
	if err := block(); err != nil {
		t.Fatal(err)
	}
	says("they fail again", []string{"guest", "local", "guest", "local"}, 2, 1)
}
