package space

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// Space is the files of one owner. It is safe for concurrent use; what changes files comes one after the other.
type Space struct {
	dir    string
	limits Limits

	mu    sync.Mutex
	usage map[string]*use // by part; nil: not counted yet
}

// use is what a part takes.
type use struct {
	bytes   int64
	entries int
}

// Mode says what Write does with a file that is there.
type Mode int

// Modes of Write.
const (
	Replace Mode = iota
	Append
)

// root opens the owner's folder; nothing outside of it can be named through it.
func (s *Space) root() (*os.Root, error) {
	for _, part := range []string{User, Temp, Saved} {
		if err := os.MkdirAll(filepath.Join(s.dir, part), 0o700); err != nil {
			return nil, err
		}
	}
	return os.OpenRoot(s.dir)
}

// at opens the owner's folder and makes sure that no part of the path is a symbolic link: a mini-program cannot make one,
// so one that is there is somebody's trick.
func (s *Space) at(op string, p Path) (*os.Root, error) {
	root, err := s.root()
	if err != nil {
		return nil, wrap(op, p, err)
	}
	name := ""
	for part := range strings.SplitSeq(p.Name(), "/") {
		name = path.Join(name, part)
		info, err := root.Lstat(name)
		if err != nil {
			break
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			_ = root.Close()
			return nil, Fail(op, p, Denied)
		}
	}
	return root, nil
}

// Stat tells what is at a path.
func (s *Space) Stat(op string, p Path) (fs.FileInfo, error) {
	root, err := s.at(op, p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	info, err := root.Lstat(p.Name())
	if err == nil && p.Part == Temp && p.Rest != "." && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	return info, wrap(op, p, err)
}

// Open opens a file for reading.
func (s *Space) Open(op string, p Path) (*os.File, error) {
	root, err := s.at(op, p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(p.Name())
	if err != nil {
		return nil, wrap(op, p, err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = Fail(op, p, IsDirectory)
	case !info.Mode().IsRegular():
		err = Fail(op, p, Denied)
	default:
		return f, nil
	}
	_ = f.Close()
	return nil, wrap(op, p, err)
}

// ReadDir lists the names in a directory, in order.
func (s *Space) ReadDir(op string, p Path) ([]string, error) {
	root, err := s.at(op, p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	entries, err := fs.ReadDir(root.FS(), p.Name())
	if err != nil {
		return nil, wrap(op, p, err)
	}
	names := []string{}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), partial) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

var ending = regexp.MustCompile(`^\.[A-Za-z0-9]{1,10}$`)

// NewTemp chooses a fresh path of a part. ext is kept if it looks like a file's extension.
func NewTemp(part, ext string) Path {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	if !ending.MatchString(ext) {
		ext = ""
	}
	p := Path{Part: part, Rest: hex.EncodeToString(b[:]) + strings.ToLower(ext)}
	p.Text = p.String()
	return p
}

// change runs f on the owner's folder while nobody else changes it. What f did to the sizes is counted anew when next
// asked for, unless f keeps account itself.
func (s *Space) change(op string, p Path, f func(root *os.Root) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	root, err := s.at(op, p)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return wrap(op, p, f(root))
}

// room makes sure that a part may grow by so many bytes and entries. Temporary files make room by themselves: the oldest
// go. The lock is held.
func (s *Space) room(root *os.Root, op string, p Path, bytes int64, entries int) (*use, error) {
	u, err := s.count(root, quotaOf(p.Part))
	if err != nil {
		return nil, err
	}
	limit := s.limits.User
	if p.Part == Temp {
		limit = s.limits.Temp
		if u.bytes+bytes > limit || u.entries+entries > s.limits.Entries {
			s.trim(root, u, min(limit/2, limit-bytes))
		}
	}
	if bytes > 0 && u.bytes+bytes > limit || entries > 0 && u.entries+entries > s.limits.Entries {
		return nil, Fail(op, p, Full)
	}
	return u, nil
}

// quotaOf is the part on whose account a part's files are: saved files count as user files.
func quotaOf(part string) string {
	if part == Temp {
		return Temp
	}
	return User
}

// count finds out what an account takes. The lock is held.
func (s *Space) count(root *os.Root, account string) (*use, error) {
	if u := s.usage[account]; u != nil {
		return u, nil
	}
	u := &use{}
	for _, part := range []string{User, Temp, Saved} {
		if quotaOf(part) != account {
			continue
		}
		err := fs.WalkDir(root.FS(), part, func(name string, d fs.DirEntry, err error) error {
			if err != nil || name == part {
				return err
			}
			u.entries++
			if info, err := d.Info(); err == nil && !d.IsDir() {
				u.bytes += info.Size()
			}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	if s.usage == nil {
		s.usage = map[string]*use{}
	}
	s.usage[account] = u
	return u, nil
}

// forget has an account counted anew. The lock is held.
func (s *Space) forget(parts ...string) {
	for _, part := range parts {
		delete(s.usage, quotaOf(part))
	}
}
