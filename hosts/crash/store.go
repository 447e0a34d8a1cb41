package crash

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Bounds of a store.
const (
	MaxReports = 50
	MaxAge     = 30 * 24 * time.Hour
	maxSize    = 16 << 10
	maxBurst   = 10 // reports a minute; a plugin that ends again and again says nothing new
)

// Store is a folder of reports. Its methods are safe for concurrent use.
type Store struct {
	dir string
	now func() time.Time

	mu     sync.Mutex
	recent []time.Time
}

// Open makes a store of a folder, which need not be there.
func Open(dir string) *Store { return &Store{dir: dir, now: time.Now} }

// stamp orders reports by their files' names.
const stamp = "20060102T150405.000000000Z"

// Add keeps a report, and drops those that are too old or too many.
func (s *Store) Add(r Report) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.recent = slices.DeleteFunc(s.recent, func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	if len(s.recent) >= maxBurst {
		return nil
	}
	s.recent = append(s.recent, now)
	data, err := json.MarshalIndent(r.completed(now), "", "  ")
	if err == nil {
		err = os.MkdirAll(s.dir, 0o700)
	}
	if err == nil {
		err = write(filepath.Join(s.dir, now.UTC().Format(stamp)+".json"), append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("keep a crash report: %w", err)
	}
	s.prune(now)
	return nil
}

// write makes a file that is there whole or not at all.
func write(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".new-*") // 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	return err
}

// names lists the reports' files, the oldest first.
func (s *Store) names() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasSuffix(e.Name(), ".json") {
			out = append(out, e.Name())
		}
	}
	return out, err
}

func (s *Store) prune(now time.Time) {
	names, _ := s.names() // it is tried again next time
	for i, n := range names {
		at, err := time.Parse(stamp, strings.TrimSuffix(n, ".json"))
		if len(names)-i > MaxReports || err == nil && now.Sub(at) > MaxAge {
			_ = os.Remove(filepath.Join(s.dir, n))
		}
	}
}

// List reads the reports, the newest first; damaged are the files that are none.
func (s *Store) List() (reports []Report, damaged []string, err error) {
	names, err := s.names()
	if err != nil {
		return nil, nil, fmt.Errorf("crash reports: %w", err)
	}
	for _, n := range slices.Backward(names) {
		file := filepath.Join(s.dir, n)
		r, err := read(file)
		if err != nil {
			damaged = append(damaged, fmt.Sprintf("%s: %v", file, err))
			continue
		}
		reports = append(reports, r)
	}
	return reports, damaged, nil
}

func read(file string) (Report, error) {
	f, err := os.Open(file)
	if err != nil {
		return Report{}, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return Report{}, err
	}
	return Parse(data)
}

// Parse reads a report.
func Parse(data []byte) (Report, error) {
	if len(data) > maxSize {
		return Report{}, fmt.Errorf("larger than the %d bytes that a report has at most", maxSize)
	}
	var r Report
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Report{}, fmt.Errorf("not a crash report: %w (at byte %d)", err, d.InputOffset())
	}
	if r.Format != 1 {
		return Report{}, fmt.Errorf("format %d, expected 1", r.Format)
	}
	return r, nil
}

// Clear removes all reports and says how many they were.
func (s *Store) Clear() (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	names, err := s.names()
	for i, n := range names {
		if e := os.Remove(filepath.Join(s.dir, n)); e != nil {
			return i, e
		}
	}
	return len(names), err
}
