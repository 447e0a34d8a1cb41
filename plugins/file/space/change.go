package space

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"
	"time"
)

// Write writes a file. Its directory must be there.
func (s *Space) Write(op string, p Path, data []byte, mode Mode) error {
	_, err := s.WriteFrom(op, p, bytes.NewReader(data), int64(len(data)), mode)
	return err
}

// WriteFrom writes a file of at most size bytes from a reader and returns how many there were. What fails leaves the file
// as it was.
func (s *Space) WriteFrom(op string, p Path, r io.Reader, size int64, mode Mode) (n int64, err error) {
	err = s.change(op, p, func(root *os.Root) error {
		old, entries, err := before(root, op, p)
		if err != nil {
			return err
		}
		replaced := old
		if mode == Append {
			replaced = 0
		}
		u, err := s.room(root, op, p, size-replaced, entries)
		if err != nil {
			return err
		}
		if mode == Append {
			n, err = appendTo(root, p.Name(), r, size, old)
		} else {
			n, err = replace(root, p, r, size)
		}
		if err != nil {
			s.forget(p.Part)
			return err
		}
		u.bytes += n - replaced
		u.entries += entries
		return nil
	})
	return n, err
}

// before tells how large the file is, and how many entries writing it adds.
func before(root *os.Root, op string, p Path) (size int64, entries int, err error) {
	info, err := root.Lstat(p.Name())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, 1, nil
	case err != nil:
		return 0, 0, err
	case info.IsDir():
		return 0, 0, Fail(op, p, IsDirectory)
	}
	return info.Size(), 0, nil
}

func appendTo(root *os.Root, name string, r io.Reader, size, old int64) (int64, error) {
	f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(f, io.LimitReader(r, size))
	if err != nil {
		err = errors.Join(err, f.Truncate(old))
	}
	return n, errors.Join(err, f.Close())
}

// replace writes beside the file and puts it in its place.
func replace(root *os.Root, p Path, r io.Reader, size int64) (int64, error) {
	beside := path.Join(path.Dir(p.Name()), partial+NewTemp(Temp, "").Rest)
	f, err := root.OpenFile(beside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(f, io.LimitReader(r, size))
	if err = errors.Join(err, f.Close()); err == nil {
		err = root.Rename(beside, p.Name())
	}
	if err != nil {
		_ = root.Remove(beside)
	}
	return n, err
}

// Mkdir makes a directory, with all above it if recursive.
func (s *Space) Mkdir(op string, p Path, recursive bool) error {
	return s.change(op, p, func(root *os.Root) error {
		depth := 1
		if recursive {
			depth = strings.Count(p.Rest, "/") + 1
		}
		if _, err := s.room(root, op, p, 0, depth); err != nil {
			return err
		}
		s.forget(p.Part)
		if recursive {
			return root.MkdirAll(p.Name(), 0o700)
		}
		return root.Mkdir(p.Name(), 0o700)
	})
}

// Rmdir removes a directory, with all in it if recursive.
func (s *Space) Rmdir(op string, p Path, recursive bool) error {
	return s.change(op, p, func(root *os.Root) error {
		info, err := root.Lstat(p.Name())
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return Fail(op, p, NotDirectory)
		}
		s.forget(p.Part)
		if recursive {
			return root.RemoveAll(p.Name())
		}
		return root.Remove(p.Name())
	})
}

// Remove removes a file.
func (s *Space) Remove(op string, p Path) error {
	return s.change(op, p, func(root *os.Root) error {
		info, err := root.Lstat(p.Name())
		if err != nil {
			return err
		}
		if info.IsDir() {
			return Fail(op, p, NotPermitted)
		}
		s.forget(p.Part)
		return root.Remove(p.Name())
	})
}

// Rename moves a file or directory; the room is checked if it changes the account.
func (s *Space) Rename(op string, from, to Path) error {
	if strings.HasPrefix(to.Name()+"/", from.Name()+"/") && to.Name() != from.Name() {
		return Fail(op, to, Invalid)
	}
	return s.change(op, from, func(root *os.Root) error {
		info, err := root.Lstat(from.Name())
		if err != nil {
			return err
		}
		if existing, err := root.Lstat(to.Name()); err == nil && existing.IsDir() != info.IsDir() {
			return Fail(op, to, Exists)
		}
		if quotaOf(from.Part) != quotaOf(to.Part) {
			if _, err := s.room(root, op, to, info.Size(), 1); err != nil {
				return err
			}
		}
		s.forget(from.Part, to.Part)
		return wrap(op, to, root.Rename(from.Name(), to.Name()))
	})
}

// Truncate cuts a file, or fills it with zeros, to a length.
func (s *Space) Truncate(op string, p Path, length int64) error {
	return s.change(op, p, func(root *os.Root) error {
		old, missing, err := before(root, op, p)
		if err != nil {
			return err
		}
		if missing > 0 {
			return fs.ErrNotExist
		}
		u, err := s.room(root, op, p, length-old, 0)
		if err != nil {
			return err
		}
		f, err := root.OpenFile(p.Name(), os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		u.bytes += length - old
		return errors.Join(f.Truncate(length), f.Close())
	})
}

// minAge is how old a temporary file is at least before it has to make room: somebody may just be about to use it.
const minAge = 10 * time.Minute

// trim removes the oldest temporary files until they take at most keep bytes, or no old one is left. The lock is held.
func (s *Space) trim(root *os.Root, u *use, keep int64) {
	entries, err := fs.ReadDir(root.FS(), Temp)
	if err != nil {
		return
	}
	var old []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > minAge {
			old = append(old, info)
		}
	}
	sort.Slice(old, func(i, j int) bool { return old[i].ModTime().Before(old[j].ModTime()) })
	for _, info := range old {
		if u.bytes <= keep && u.entries < s.limits.Entries/2 {
			return
		}
		if root.Remove(path.Join(Temp, info.Name())) == nil {
			u.bytes -= info.Size()
			u.entries--
		}
	}
}
