package segment

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// DefaultSize is the size past which a new segment is begun.
const DefaultSize = 16 << 20

const suffix = ".seg"

// Log is one log. It is safe for concurrent use by one process.
type Log struct {
	dir  string
	size int64

	mu       sync.Mutex
	segments []part // in order
	file     *os.File
	next     uint64
	torn     string // where a cut-off tail was kept when the log was opened
	broken   error  // a failed write that could not be undone
}

// part is one segment.
type part struct {
	name  string
	first uint64
	size  int64
	marks []mark // every so many records; filled in as they are passed
}

// mark is where a record is in its segment.
type mark struct {
	number uint64
	offset int64
}

// markEvery is how many records lie between two marks.
const markEvery = 128

// Open opens the log in dir, which is made if it is missing. size is that of a segment; 0 is DefaultSize.
func Open(dir string, size int64) (*Log, error) {
	if size <= 0 {
		size = DefaultSize
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	l := &Log{dir: dir, size: size, next: 1}
	if err := l.list(); err != nil {
		return nil, err
	}
	for i := range l.segments {
		if err := l.check(i); err != nil {
			return nil, err
		}
	}
	return l, l.open()
}

// list finds the segments by their names.
func (l *Log) list() error {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	for _, e := range entries {
		base, ok := strings.CutSuffix(e.Name(), suffix)
		first, err := strconv.ParseUint(base, 10, 64)
		if ok && err == nil {
			l.segments = append(l.segments, part{name: e.Name(), first: first})
		}
	}
	sort.Slice(l.segments, func(i, j int) bool { return l.segments[i].first < l.segments[j].first })
	return nil
}

// check reads a segment through, and cuts the last one's tail off if it is torn.
func (l *Log) check(i int) error {
	s := &l.segments[i]
	b, err := os.ReadFile(filepath.Join(l.dir, s.name))
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	last := i == len(l.segments)-1
	if s.first != l.next {
		return &CorruptError{s.name, 0, fmt.Sprintf("records %d to %d before it are missing", l.next, s.first-1)}
	}
	if !bytes.HasPrefix(b, appendHeader(nil, s.first)) {
		if last && (int64(len(b)) < headerSize || blank(b)) {
			return l.cut(s, b, 0)
		}
		return &CorruptError{s.name, 0, "it does not begin with the header that its name calls for"}
	}
	at := headerSize
	for at < int64(len(b)) {
		f, bad := readFrame(b[at:], l.next)
		if bad != nil && last && bad.torn {
			return l.cut(s, b, at)
		}
		if bad != nil {
			return &CorruptError{s.name, at, bad.reason}
		}
		s.mark(f.number, at)
		at += f.size
		l.next++
	}
	s.size = at
	return nil
}

// cut shortens the last segment to size and keeps what was behind it.
func (l *Log) cut(s *part, b []byte, size int64) error {
	l.torn = fmt.Sprintf("%s.torn-%s", s.name, time.Now().UTC().Format("20060102T150405.000000000"))
	if err := os.WriteFile(filepath.Join(l.dir, l.torn), b[size:], 0o600); err != nil {
		return fmt.Errorf("keep the torn tail of %s: %w", s.name, err)
	}
	path := filepath.Join(l.dir, s.name)
	if size == 0 {
		// Not even the header was written: the segment never held a record.
		l.segments = l.segments[:len(l.segments)-1]
		return os.Remove(path)
	}
	s.size = size
	return os.Truncate(path, size)
}

// Torn names the file that holds a tail that was cut off when the log was opened, or is empty.
func (l *Log) Torn() string { return l.torn }

// open opens the last segment for appending.
func (l *Log) open() error {
	if len(l.segments) == 0 {
		return nil
	}
	f, err := os.OpenFile(filepath.Join(l.dir, l.segments[len(l.segments)-1].name), os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	l.file = f
	return nil
}

// Next is the number of the record that is expected next.
func (l *Log) Next() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next
}

// Close closes the log.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = errors.New("the log is closed")
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

func (s *part) mark(number uint64, offset int64) {
	if (number-s.first)%markEvery == 0 && (len(s.marks) == 0 || s.marks[len(s.marks)-1].number < number) {
		s.marks = append(s.marks, mark{number, offset})
	}
}

func (s *part) header() []byte { return appendHeader(make([]byte, 0, headerSize), s.first) }
