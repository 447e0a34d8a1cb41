package segment

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// Append stores records, the first of which has the given number. Records that are stored already are accepted again if
// they are the same. It returns the number expected next; on an error nothing new is stored.
func (l *Log) Append(first uint64, records [][]byte) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return l.next, l.broken
	}
	if first == 0 || first > l.next {
		return l.next, &GapError{Next: l.next, First: first}
	}
	fresh, err := l.skipKnown(first, records)
	if err != nil || len(fresh) == 0 {
		return l.next, err
	}
	for i, r := range fresh {
		if len(r) > MaxRecord {
			return l.next, fmt.Errorf("record %d has %d bytes, at most %d are stored", l.next+uint64(i), len(r), MaxRecord)
		}
	}
	if err := l.write(fresh); err != nil {
		return l.next, err
	}
	return l.next, nil
}

// skipKnown compares records with those that are stored and returns the rest.
func (l *Log) skipKnown(first uint64, records [][]byte) ([][]byte, error) {
	known := min(l.next-first, uint64(len(records)))
	for done := uint64(0); done < known; {
		stored, err := l.read(first+done, int(known-done))
		if err != nil {
			return nil, err
		}
		for _, s := range stored {
			if !bytes.Equal(s, records[done]) {
				return nil, &ConflictError{first + done}
			}
			done++
		}
	}
	return records[known:], nil
}

// write writes records to the last segment and syncs, once.
func (l *Log) write(records [][]byte) error {
	if err := l.rotate(); err != nil {
		return err
	}
	s := &l.segments[len(l.segments)-1]
	var buf []byte
	offsets := make([]int64, len(records))
	for i, r := range records {
		offsets[i] = s.size + int64(len(buf))
		buf = appendFrame(buf, l.next+uint64(i), r)
	}
	_, err := l.file.WriteAt(buf, s.size)
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		return l.undo(s, err)
	}
	for i := range records {
		s.mark(l.next+uint64(i), offsets[i])
	}
	s.size += int64(len(buf))
	l.next += uint64(len(records))
	return nil
}

// undo takes a failed write back. If that fails too, or the disk's state is not known, the log takes nothing more.
func (l *Log) undo(s *part, cause error) error {
	err := fmt.Errorf("write log: %w", cause)
	if e := l.file.Truncate(s.size); e == nil {
		e = l.file.Sync()
		if e == nil {
			return err
		}
	}
	l.broken = fmt.Errorf("%w; what is on disk is not known, restart the plugin to find out", err)
	return l.broken
}

// rotate begins a new segment if there is none or the last one is full.
func (l *Log) rotate() error {
	if n := len(l.segments); n > 0 && l.segments[n-1].size < l.size {
		return nil
	}
	s := part{name: fmt.Sprintf("%020d%s", l.next, suffix), first: l.next, size: headerSize}
	f, err := os.OpenFile(filepath.Join(l.dir, s.name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("begin segment: %w", err)
	}
	_, err = f.Write(s.header())
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = syncDir(l.dir)
	}
	if err != nil {
		_ = f.Close()
		_ = os.Remove(filepath.Join(l.dir, s.name))
		return fmt.Errorf("begin segment: %w", err)
	}
	if l.file != nil {
		_ = l.file.Close() // synced already
	}
	l.file, l.segments = f, append(l.segments, s)
	return nil
}
