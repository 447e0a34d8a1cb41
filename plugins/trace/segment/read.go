package segment

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
)

// MaxRead is how many bytes of records one Read returns at most, unless a single record is larger.
const MaxRead = 32 << 20

// Read returns records from a number on, at most limit of them and about MaxRead bytes. It returns none if the number is
// past the last.
func (l *Log) Read(from uint64, limit int) ([][]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if from == 0 {
		return nil, fmt.Errorf("records are numbered from 1")
	}
	return l.read(from, limit)
}

func (l *Log) read(from uint64, limit int) ([][]byte, error) {
	records, total := [][]byte{}, 0
	for from < l.next && len(records) < limit {
		i := sort.Search(len(l.segments), func(i int) bool { return l.segments[i].first > from }) - 1
		got, err := l.segments[i].read(l.dir, from, limit-len(records), MaxRead-total)
		if err != nil {
			return nil, err
		}
		for _, r := range got {
			total += len(r)
		}
		records, from = append(records, got...), from+uint64(len(got))
		if total >= MaxRead {
			break
		}
	}
	return records, nil
}

// read returns records of one segment, at least one.
func (s *part) read(dir string, from uint64, limit, budget int) ([][]byte, error) {
	f, err := os.Open(filepath.Join(dir, s.name))
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	defer func() { _ = f.Close() }()
	start := s.marks[sort.Search(len(s.marks), func(i int) bool { return s.marks[i].number > from })-1]
	number, at := start.number, start.offset
	var records [][]byte
	for at < s.size && len(records) < limit && (budget > 0 || len(records) == 0) {
		frame, err := s.frameAt(f, number, at)
		if err != nil {
			return nil, err
		}
		if number >= from {
			records = append(records, frame.data)
			budget -= len(frame.data)
		}
		number, at = number+1, at+frame.size
	}
	return records, nil
}

func (s *part) frameAt(f io.ReaderAt, number uint64, at int64) (frame, error) {
	head := make([]byte, frameSize)
	if _, err := f.ReadAt(head, at); err != nil {
		return frame{}, &CorruptError{s.name, at, "it is shorter than it was"}
	}
	size := int64(head[0])<<24 | int64(head[1])<<16 | int64(head[2])<<8 | int64(head[3])
	if size > MaxRecord || at+frameSize+size > s.size {
		return frame{}, &CorruptError{s.name, at, "the frame's length is impossible"}
	}
	whole := make([]byte, frameSize+size)
	if _, err := f.ReadAt(whole, at); err != nil {
		return frame{}, &CorruptError{s.name, at, "it is shorter than it was"}
	}
	got, bad := readFrame(whole, number)
	if bad != nil {
		return frame{}, &CorruptError{s.name, at, bad.reason}
	}
	return got, nil
}
