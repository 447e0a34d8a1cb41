package sessions

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// maxAside is how many unreadable files of a user are kept.
const maxAside = 3

// Store keeps the states of all users in a folder. Its methods are safe for concurrent use, for one user one at a time.
type Store struct {
	dir string
	now func() time.Time
}

// Open makes a store of a folder, which need not be there.
func Open(dir string) *Store { return &Store{dir: dir, now: time.Now} }

// BrokenError says that what was kept for a user could not be read. It has been put aside.
type BrokenError struct {
	File  string // where it was
	Aside string // where it is now; "" if it could not be moved
	Err   error
}

// Error implements error.
func (e *BrokenError) Error() string {
	where := "it could not be put aside"
	if e.Aside != "" {
		where = "it was kept as " + e.Aside
	}
	return fmt.Sprintf("saved state %s: %v; %s, and mini-programs begin anew", e.File, e.Err, where)
}

// Unwrap is why it could not be read.
func (e *BrokenError) Unwrap() error { return e.Err }

// name is a user's file. Names of users may hold anything, and are nobody's business who lists the folder.
func (s *Store) name(user string) string {
	sum := sha256.Sum256([]byte(user))
	return filepath.Join(s.dir, hex.EncodeToString(sum[:16])+".json")
}

// Load reads what a user had open. What cannot be read is put aside: the error is a *BrokenError, the state empty.
func (s *Store) Load(user string) (State, error) {
	s.sweep()
	name := s.name(user)
	data, err := read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, nil
	}
	var state State
	if err == nil {
		state, err = Parse(data)
	}
	if err != nil {
		return State{}, s.putAside(name, err)
	}
	return state, nil
}

// read reads a file that this package wrote: never through a link, nor what never ends or waits for a writer.
func read(name string) ([]byte, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("it is a %s, expected a file", kind(info.Mode()))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	return data, errors.Join(err, f.Close())
}

func kind(m fs.FileMode) string {
	switch {
	case m&fs.ModeSymlink != 0:
		return "symbolic link"
	case m.IsDir():
		return "folder"
	case m&fs.ModeNamedPipe != 0:
		return "named pipe"
	}
	return "special file (" + m.Type().String() + ")"
}

// newFiles are those that are being written, and staleAfter when one was left behind by a host that was killed.
const (
	newFiles   = ".new-*"
	staleAfter = time.Hour
)

// sweep removes what a host left behind that was killed while it wrote.
func (s *Store) sweep() {
	left, _ := filepath.Glob(filepath.Join(s.dir, newFiles))
	for _, name := range left {
		if info, err := os.Lstat(name); err == nil && s.now().Sub(info.ModTime()) > staleAfter {
			_ = os.Remove(name) // it is tried again next time
		}
	}
}

// putAside moves an unreadable file out of the way, and removes the oldest of those that were moved before.
func (s *Store) putAside(name string, cause error) *BrokenError {
	broken := &BrokenError{File: name, Err: cause}
	aside := strings.TrimSuffix(name, ".json") + ".broken-" + s.now().UTC().Format("20060102T150405.000000000")
	if os.Rename(name, aside) == nil {
		broken.Aside = aside
	}
	old, _ := filepath.Glob(strings.TrimSuffix(name, ".json") + ".broken-*")
	slices.Sort(old)
	for len(old) > maxAside {
		_ = os.Remove(old[0]) // it is tried again next time
		old = old[1:]
	}
	return broken
}

// Save keeps what a user has open, in place of what was kept before.
func (s *Store) Save(user string, state State) error {
	data, err := encode(state)
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	tmp, err := os.CreateTemp(s.dir, newFiles) // 0600
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), s.name(user))
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("save state: %w", err)
	}
	return nil
}
