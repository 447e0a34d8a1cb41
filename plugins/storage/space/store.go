package space

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"go.etcd.io/bbolt"
)

// Defaults of Limits.
const (
	DefaultTotal = 10 << 20 // as WeChat: 10 MB per mini-program and user
	DefaultItem  = 1 << 20  // as WeChat: 1 MB per key
	DefaultOpen  = 64
)

// Limits bounds what a store takes. Zero fields mean the defaults.
type Limits struct {
	Total int64 // bytes per owner, keys and values
	Item  int64 // bytes per item, key and value
	Open  int   // database files kept open at a time
}

// Store is a folder of spaces. It is safe for concurrent use.
type Store struct {
	dir    string
	limits Limits

	mu     sync.Mutex
	spaces map[string]*file
	tick   uint64
	closed bool
}

// file is one open database. Its fields are the store's to guard, ready aside.
type file struct {
	ready sync.Once
	db    *bbolt.DB
	err   error
	users int
	used  uint64
	bad   bool
}

// Open makes a store of dir, which is created if it is missing.
func Open(dir string, limits Limits) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open storage: %w", err)
	}
	if limits.Total == 0 {
		limits.Total = DefaultTotal
	}
	if limits.Item == 0 {
		limits.Item = DefaultItem
	}
	if limits.Open == 0 {
		limits.Open = DefaultOpen
	}
	return &Store{dir: dir, limits: limits, spaces: map[string]*file{}}, nil
}

// Limits returns the limits in force.
func (s *Store) Limits() Limits { return s.limits }

// Close closes all databases. Calls under way finish first; later ones fail.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	var err error
	for name, f := range s.spaces {
		if f.users == 0 {
			err = errors.Join(err, s.drop(name, f))
		}
	}
	return err
}

// with runs f on the owner's database, opening it first if need be.
func (s *Store) with(owner Owner, f func(db *bbolt.DB) error) error {
	name := owner.fileName()
	file, err := s.acquire(name)
	if err != nil {
		return err
	}
	defer s.release(name, file)
	path := filepath.Join(s.dir, name)
	file.ready.Do(func() { file.db, file.err = openDatabase(path, owner) })
	if file.err != nil {
		return s.discard(file, func() error { return file.err })
	}
	err = guard(func() error { return f(file.db) })
	var damage *damageError
	if errors.As(err, &damage) {
		return s.discard(file, func() error { return moveAside(path, damage) })
	}
	return err
}

func (s *Store) acquire(name string) (*file, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("the storage is closed")
	}
	f := s.spaces[name]
	if f == nil || f.bad {
		s.evict()
		f = &file{}
		s.spaces[name] = f
	}
	s.tick++
	f.users, f.used = f.users+1, s.tick
	return f, nil
}

// discard takes a file out of use: the next call opens anew. The first to do so runs last, before anybody can open the
// file again; what it says is everybody's error.
func (s *Store) discard(f *file, last func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !f.bad {
		f.bad, f.err = true, last()
	}
	return f.err
}

func (s *Store) release(name string, f *file) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.users--
	if f.users == 0 && (f.bad || s.closed) {
		_ = s.drop(name, f)
	}
}

// evict closes the file that was idle longest, if there are too many. Busy ones stay: the limit is a wish, not a wall.
func (s *Store) evict() {
	for len(s.spaces) >= s.limits.Open {
		var oldest string
		for name, f := range s.spaces {
			if f.users == 0 && (oldest == "" || f.used < s.spaces[oldest].used) {
				oldest = name
			}
		}
		if oldest == "" || s.drop(oldest, s.spaces[oldest]) != nil {
			return
		}
	}
}

func (s *Store) drop(name string, f *file) error {
	if s.spaces[name] == f {
		delete(s.spaces, name)
	}
	if f.db == nil {
		return nil
	}
	return guard(f.db.Close)
}
