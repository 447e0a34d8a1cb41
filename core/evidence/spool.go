package evidence

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// spool is a row of files with records, oldest first. It is used under the recorder's lock.
type spool struct {
	dir      string
	limit    int64 // of all files together
	segment  int64 // a file is closed when it has grown past this
	segments []segment
	size     int64
	current  *os.File // the last segment
	dirty    bool     // written since the last sync
}

type segment struct {
	first uint64 // number of its first record
	size  int64
	path  string
}

const segmentSuffix = ".rec"

// openSpool opens the folder. last is called for every record in it, in order. A record that a loss of power tore at the
// end is cut off: it was never acknowledged.
func openSpool(dir string, limit int64, last func(record []byte) error) (*spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open trace spool: %w", err)
	}
	s := &spool{dir: dir, limit: limit, segment: min(max(limit/8, 4*MaxRecord), 8<<20)}
	names, err := filepath.Glob(filepath.Join(dir, "*"+segmentSuffix))
	if err != nil {
		return nil, fmt.Errorf("open trace spool: %w", err)
	}
	sort.Strings(names)
	for i, path := range names {
		seg := segment{path: path}
		if seg.first, err = strconv.ParseUint(strings.TrimSuffix(filepath.Base(path), segmentSuffix), 10, 64); err != nil {
			return nil, fmt.Errorf("open trace spool: %s is not a spool file; move it away", path)
		}
		if seg.size, err = scan(path, i == len(names)-1, last); err != nil {
			return nil, fmt.Errorf("open trace spool: %s: %w", path, err)
		}
		s.segments = append(s.segments, seg)
		s.size += seg.size
	}
	if n := len(s.segments); n > 0 {
		if s.current, err = os.OpenFile(s.segments[n-1].path, os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
			return nil, fmt.Errorf("open trace spool: %w", err)
		}
	}
	return s, nil
}

// scan reads a segment and returns its size.
func scan(path string, mayBeTorn bool, each func([]byte) error) (size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }() // only read
	for record, err := range Frames(f) {
		if errors.Is(err, ErrTorn) && mayBeTorn {
			return size, os.Truncate(path, size)
		}
		if err != nil {
			return 0, err
		}
		if err := each(record); err != nil {
			return 0, err
		}
		size += int64(len(record)) + 4
	}
	return size, nil
}

// room tells whether n more bytes fit.
func (s *spool) room(n int64) bool { return s.size+n <= s.limit }

// append writes a record. It is in the operating system's hands then; sync puts it on disk.
func (s *spool) append(number uint64, record []byte) error {
	if n := len(s.segments); n == 0 || s.segments[n-1].size >= s.segment {
		if err := s.rotate(number); err != nil {
			return err
		}
	}
	frame := appendFrame(make([]byte, 0, len(record)+4), record)
	seg := &s.segments[len(s.segments)-1]
	if n, err := s.current.Write(frame); err != nil {
		if n > 0 { // do not leave half a record in front of the next one
			err = errors.Join(err, s.current.Truncate(seg.size))
		}
		return err
	}
	seg.size += int64(len(frame))
	s.size += int64(len(frame))
	s.dirty = true
	return nil
}

func (s *spool) rotate(first uint64) error {
	if s.current != nil {
		if err := errors.Join(s.sync(), s.current.Close()); err != nil {
			return err
		}
		s.current = nil
	}
	path := filepath.Join(s.dir, fmt.Sprintf("%020d%s", first, segmentSuffix))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	s.current = f
	s.segments = append(s.segments, segment{first: first, path: path})
	return nil
}

func (s *spool) sync() error {
	if s.current == nil || !s.dirty {
		return nil
	}
	s.dirty = false
	return s.current.Sync()
}

// drop removes the files whose records are all below next. The newest file stays: it tells where the log is.
func (s *spool) drop(next uint64) error {
	for len(s.segments) > 1 && s.segments[1].first <= next {
		if err := os.Remove(s.segments[0].path); err != nil {
			return err
		}
		s.size -= s.segments[0].size
		s.segments = s.segments[1:]
	}
	return nil
}

// files lists the segments' paths from the one that holds record number on, with the first number of each.
func (s *spool) files(number uint64) []segment {
	i := len(s.segments)
	for i > 0 && (i == len(s.segments) || s.segments[i].first > number) {
		i--
	}
	return append([]segment(nil), s.segments[i:]...)
}

// read returns records from number on, at most limit, out of segments (as files gave them).
func read(segments []segment, number uint64, limit int) (out [][]byte, err error) {
	for _, seg := range segments {
		f, err := os.Open(seg.path)
		if err != nil {
			return out, err
		}
		n := seg.first
		for record, err := range Frames(io.LimitReader(f, seg.size)) {
			if err != nil || len(out) == limit {
				_ = f.Close() // only read
				return out, err
			}
			if n >= number {
				out = append(out, record)
			}
			n++
		}
		_ = f.Close() // only read
	}
	return out, nil
}

func (s *spool) close() error {
	if s.current == nil {
		return nil
	}
	return errors.Join(s.sync(), s.current.Close())
}
