package space

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// Flags of OpenFile, as Node writes them.
var flags = map[string]int{
	"a": os.O_APPEND | os.O_CREATE | os.O_WRONLY, "ax": os.O_APPEND | os.O_CREATE | os.O_WRONLY | os.O_EXCL,
	"a+": os.O_APPEND | os.O_CREATE | os.O_RDWR, "ax+": os.O_APPEND | os.O_CREATE | os.O_RDWR | os.O_EXCL,
	"as": os.O_APPEND | os.O_CREATE | os.O_WRONLY | os.O_SYNC, "as+": os.O_APPEND | os.O_CREATE | os.O_RDWR | os.O_SYNC,
	"r": os.O_RDONLY, "r+": os.O_RDWR,
	"w": os.O_TRUNC | os.O_CREATE | os.O_WRONLY, "wx": os.O_TRUNC | os.O_CREATE | os.O_WRONLY | os.O_EXCL,
	"w+": os.O_TRUNC | os.O_CREATE | os.O_RDWR, "wx+": os.O_TRUNC | os.O_CREATE | os.O_RDWR | os.O_EXCL,
}

// Handle is an open file. Its methods are safe for concurrent use.
type Handle struct {
	space       *Space
	path        Path
	file        *os.File
	at          int64
	read, write bool
	append      bool
}

// farthest is the last position that is looked at: no quota is as large.
const farthest = 1 << 40

// Writes tells whether a flag of OpenFile changes files.
func Writes(flag string) bool { return flag != "r" }

// OpenFile opens a file by one of Node's flags.
func (s *Space) OpenFile(p Path, flag string) (*Handle, error) {
	bits, ok := flags[flag]
	if !ok {
		return nil, Fail("open", p, Invalid)
	}
	h := &Handle{
		space: s, path: p, append: bits&os.O_APPEND != 0, read: bits&os.O_WRONLY == 0, write: bits&(os.O_WRONLY|os.O_RDWR) != 0,
	}
	err := s.change("open", p, func(root *os.Root) error {
		_, entries, err := before(root, "open", p)
		if err != nil {
			return err
		}
		if h.write {
			if _, err := s.room(root, "open", p, 0, entries); err != nil {
				return err
			}
			s.forget(p.Part)
		}
		h.file, err = root.OpenFile(p.Name(), bits, 0o600)
		return err
	})
	if err != nil {
		return nil, err
	}
	return h, nil
}

// Close closes the file.
func (h *Handle) Close() error { return h.file.Close() }

// Stat tells what the file is.
func (h *Handle) Stat() (fs.FileInfo, error) {
	info, err := h.file.Stat()
	return info, wrap("fstat", h.path, err)
}

// Read reads up to n bytes: from a position, or from where the last read or write ended if it is negative.
func (h *Handle) Read(n int, position int64) ([]byte, error) {
	if !h.read {
		return nil, Fail("read", h.path, FlagDenied)
	}
	h.space.mu.Lock()
	defer h.space.mu.Unlock()
	info, err := h.file.Stat()
	if err != nil {
		return nil, wrap("read", h.path, err)
	}
	from := position
	if position < 0 {
		from = h.at
	}
	buf := make([]byte, max(0, min(int64(n), info.Size()-from)))
	got, err := h.file.ReadAt(buf, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, wrap("read", h.path, err)
	}
	if position < 0 {
		h.at += int64(got)
	}
	return buf[:got], nil
}

// Write writes at a position, or where the last read or write ended if it is negative, or at the end if the file was
// opened for appending.
func (h *Handle) Write(data []byte, position int64) error {
	if !h.write {
		return Fail("write", h.path, FlagDenied)
	}
	to := position
	if position < 0 {
		to = h.at
	}
	if to > farthest {
		return Fail("write", h.path, Full)
	}
	return h.grow("write", func(size int64) int64 {
		if h.append {
			to = size
		}
		return max(size, to+int64(len(data)))
	}, func() error {
		var err error
		if h.append {
			_, err = h.file.Write(data)
		} else {
			_, err = h.file.WriteAt(data, to)
		}
		if position < 0 || h.append {
			h.at = to + int64(len(data))
		}
		return err
	})
}

// Truncate cuts the file to a length.
func (h *Handle) Truncate(length int64) error {
	if !h.write {
		return Fail("ftruncate", h.path, FlagDenied)
	}
	return h.grow("ftruncate", func(int64) int64 { return length }, func() error { return h.file.Truncate(length) })
}

// grow runs f if there is room for the file at the size that follows from its present one.
func (h *Handle) grow(op string, to func(size int64) int64, f func() error) error {
	return h.space.change(op, h.path, func(root *os.Root) error {
		info, err := h.file.Stat()
		if err != nil {
			return err
		}
		// A file that was removed is on nobody's account any more.
		if now, err := root.Lstat(h.path.Name()); err != nil || !os.SameFile(now, info) {
			return Fail(op, h.path, BadDescriptor)
		}
		size := to(info.Size())
		u, err := h.space.room(root, op, h.path, size-info.Size(), 0)
		if err != nil {
			return err
		}
		u.bytes += size - info.Size()
		return f()
	})
}
