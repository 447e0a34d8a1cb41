// Package space keeps the files of mini-programs: one folder per owner, that is app and user, so that a path means nothing to
// anybody else. What WeChat calls user files, saved files and temporary files are its parts.
//
//	store, err := space.Open(dir, space.Limits{})
//	err = store.Of(space.Owner{App: "shop", User: "ann"}).Write(path, data, space.Replace)
//
// It must not know the plugin kit, nor what the files are.
package space

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Defaults of Limits, as WeChat documents them.
const (
	DefaultUser    = 10 << 20  // user files and saved files together
	DefaultTemp    = 200 << 20 // temporary files
	DefaultEntries = 20_000    // files and directories
)

// Lifetime is how long a temporary file is kept at least.
const Lifetime = 24 * time.Hour

// Limits bounds what an owner may keep. Zero fields mean the defaults.
type Limits struct {
	User, Temp int64 // bytes
	Entries    int
}

// Owner is whose files they are.
type Owner struct{ App, User string }

// Store is a folder of spaces. It is safe for concurrent use.
type Store struct {
	dir    string
	limits Limits

	mu     sync.Mutex
	spaces map[Owner]*Space
}

// Open makes a store of dir and sweeps temporary files that are past their lifetime.
func Open(dir string, limits Limits) (*Store, error) {
	if dir == "" {
		return nil, errors.New("the file plugin has no folder for its files; its plugin.yaml needs requires: {files: true}")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the folder for files: %w", err)
	}
	if limits.User == 0 {
		limits.User = DefaultUser
	}
	if limits.Temp == 0 {
		limits.Temp = DefaultTemp
	}
	if limits.Entries == 0 {
		limits.Entries = DefaultEntries
	}
	s := &Store{dir: dir, limits: limits, spaces: map[Owner]*Space{}}
	return s, s.sweep(time.Now().Add(-Lifetime))
}

// Limits returns the limits in force.
func (s *Store) Limits() Limits { return s.limits }

// Of returns the space of an owner.
func (s *Store) Of(o Owner) *Space {
	s.mu.Lock()
	defer s.mu.Unlock()
	sp := s.spaces[o]
	if sp == nil {
		sp = &Space{dir: filepath.Join(s.dir, o.folder()), limits: s.limits}
		s.spaces[o] = sp
	}
	return sp
}

func (s *Store) sweep(before time.Time) error {
	old, err := filepath.Glob(filepath.Join(s.dir, "*", Temp, "*"))
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

// folder is the owner's folder: a digest, because names may hold anything.
func (o Owner) folder() string {
	h := sha256.New()
	for _, part := range []string{o.App, o.User} {
		_ = binary.Write(h, binary.BigEndian, uint64(len(part)))
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil)[:20])
}
