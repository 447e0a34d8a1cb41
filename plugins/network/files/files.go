// Package files keeps what the network plugin downloads, one folder per owner, so that a path that one mini-program or
// user was given means nothing to another.
//
// Paths look like WeChat's: "wxfile://tmp/NAME" for temporary files, which are swept after a day, and "wxfile://usr/NAME"
// for those that a mini-program names itself. It must not know HTTP nor the plugin kit.
package files

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"
)

// The two roots of paths.
const (
	TempPrefix = "wxfile://tmp/"
	UserPrefix = "wxfile://usr/"
)

// Lifetime is how long a temporary file is kept at least.
const Lifetime = 24 * time.Hour

// Owner is whose files they are.
type Owner struct{ Caller, App, User string }

// Store is a folder of files. Safe for concurrent use.
type Store struct{ dir string }

// Open makes a store of dir and sweeps temporary files that are past their lifetime.
func Open(dir string) (*Store, error) {
	if dir == "" {
		return nil, errors.New("the network plugin has no folder for its files; its plugin.yaml needs requires: {files: true}")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the folder for downloads: %w", err)
	}
	s := &Store{dir: dir}
	return s, s.sweep(time.Now().Add(-Lifetime))
}

func (s *Store) sweep(before time.Time) error {
	old, err := filepath.Glob(filepath.Join(s.dir, "*", "tmp", "*"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if info, err := os.Lstat(name); err == nil && info.ModTime().Before(before) {
			_ = os.Remove(name)
		}
	}
	return nil
}

var extension = regexp.MustCompile(`^\.[A-Za-z0-9]{1,10}$`)

// NewTemp chooses a fresh temporary path. ext is kept if it looks like a file's extension.
func (s *Store) NewTemp(ext string) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	if !extension.MatchString(ext) {
		ext = ""
	}
	return TempPrefix + hex.EncodeToString(b[:]) + strings.ToLower(ext)
}

// Create opens a file for writing, beside its final place; Commit puts it there.
func (s *Store) Create(o Owner, name string) (*Writer, error) {
	target, err := s.resolve(o, name)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return nil, fmt.Errorf("save %s: %w", name, err)
	}
	f, err := os.CreateTemp(filepath.Dir(target), ".partial-*")
	if err != nil {
		return nil, fmt.Errorf("save %s: %w", name, err)
	}
	return &Writer{File: f, target: target}, nil
}

// Open opens a file for reading; fs.ErrNotExist says that the owner has no such file.
func (s *Store) Open(o Owner, name string) (*os.File, error) {
	target, err := s.resolve(o, name)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(target)
	if err != nil {
		return nil, fmt.Errorf("file %s: %w", name, errors.Unwrap(err))
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		_ = f.Close()
		return nil, fmt.Errorf("file %s: %w", name, fs.ErrNotExist)
	}
	return f, nil
}

// Size is how many bytes the owner's files take.
func (s *Store) Size(o Owner) (int64, error) {
	var total int64
	err := filepath.WalkDir(s.folder(o), func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			total += info.Size()
		}
		return nil
	})
	return total, err
}

// minAge is how old a temporary file is at least before Trim takes it: somebody may just be about to use it.
const minAge = 10 * time.Minute

// Trim removes the owner's oldest temporary files until all files together take at most keep bytes, or no old one is left.
func (s *Store) Trim(o Owner, keep int64) error {
	total, err := s.Size(o)
	if err != nil || total <= keep {
		return err
	}
	entries, err := os.ReadDir(filepath.Join(s.folder(o), "tmp"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var old []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > minAge {
			old = append(old, info)
		}
	}
	sort.Slice(old, func(i, j int) bool { return old[i].ModTime().Before(old[j].ModTime()) })
	for _, info := range old {
		if total <= keep {
			break
		}
		if os.Remove(filepath.Join(s.folder(o), "tmp", info.Name())) == nil {
			total -= info.Size()
		}
	}
	return nil
}

func (s *Store) folder(o Owner) string {
	h := sha256.New()
	for _, part := range []string{o.Caller, o.App, o.User} {
		_ = binary.Write(h, binary.BigEndian, uint64(len(part)))
		h.Write([]byte(part))
	}
	return filepath.Join(s.dir, hex.EncodeToString(h.Sum(nil)[:20]))
}

// resolve turns a path into a file name inside the owner's folder.
func (s *Store) resolve(o Owner, name string) (string, error) {
	for prefix, root := range map[string]string{TempPrefix: "tmp", UserPrefix: "usr"} {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		if !fs.ValidPath(rest) || rest == "." || strings.ContainsAny(rest, "\\:\x00") || strings.HasPrefix(path.Base(rest), ".partial-") {
			return "", fmt.Errorf("file path %q is not valid", name)
		}
		return filepath.Join(s.folder(o), root, filepath.FromSlash(rest)), nil
	}
	return "", ErrPath(name)
}

// Names tells whether a path is one of this store's.
func Names(name string) bool {
	return strings.HasPrefix(name, TempPrefix) || strings.HasPrefix(name, UserPrefix)
}

// ErrPath is the error of a path that no store has.
func ErrPath(name string) error {
	return fmt.Errorf("file path %q begins neither with %s nor with %s", name, TempPrefix, UserPrefix)
}

// Writer is a file that is being written.
type Writer struct {
	*os.File
	target string
}

// Commit puts the file in its place.
func (w *Writer) Commit() error {
	if err := w.Close(); err != nil {
		return err
	}
	return os.Rename(w.Name(), w.target)
}

// Discard removes what was written; after Commit it does nothing.
func (w *Writer) Discard() {
	_ = w.Close()
	_ = os.Remove(w.Name())
}
