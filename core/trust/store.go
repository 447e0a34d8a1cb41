package trust

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/filelock"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// State is what a host remembers, so that nothing older than it can be put in its place.
type State struct {
	// Pinned is the digest of the root that was pinned when this was written. With another, Root does not count.
	Pinned string `json:"pinned,omitempty"`
	// Versions are those of Root, Timestamp and Snapshot.
	Versions map[string]int64 `json:"versions,omitempty"`
	// Root, Timestamp and Snapshot are the newest metadata that were verified.
	Root      envelope.Base64 `json:"root,omitempty"`
	Timestamp envelope.Base64 `json:"timestamp,omitempty"`
	Snapshot  envelope.Base64 `json:"snapshot,omitempty"`
	// Heads are the largest trees seen, by the log's origin.
	Heads map[string]translog.Tree `json:"heads,omitempty"`
	// Past are smaller trees that were shown to be beginnings of those, the newest last: evidence under them is no fork.
	Past map[string][]translog.Tree `json:"past,omitempty"`
	// Lists are the newest revocation lists (DER), by the issuer's key id.
	Lists map[string]envelope.Base64 `json:"lists,omitempty"`
	// Takedown is the takedown list with the highest serial, with its proof. It is obeyed without a network.
	Takedown *envelope.Takedown `json:"takedown,omitempty"`
	// Installed are the artifacts that were verified for Install, by SHA-256, and when (seconds since 1970).
	Installed map[string]int64 `json:"installed,omitempty"`
	// Floors are the lowest versions allowed, by id.
	Floors map[string]string `json:"floors,omitempty"`
}

// Store keeps a host's State. Update calls change with the newest state and keeps what it leaves, all or nothing; if change
// tells that nothing changed, nothing is written. Safe for concurrent use.
type Store interface {
	Load() (*State, error)
	Update(change func(*State) (changed bool, err error)) error
}

// FileStore is a Store in one file, which is replaced as a whole.
type FileStore struct {
	Path string
	// Seed is a file with what was seen before the host's first start, by whoever composed it; "" or absent: nothing.
	Seed string

	mu    sync.Mutex
	seed  *State
	ready bool // seed was read
}

const maxState = 64 << 20

// lockWait is how long another process may hold the state: it writes one file.
const lockWait = 30 * time.Second

// Load implements Store. A file that is not there is an empty state; one that cannot be read is an error, never forgotten.
func (f *FileStore) Load() (*State, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, _, err := f.load()
	return s, err
}

// load tells as well whether the seed has brought something that is not kept yet.
func (f *FileStore) load() (s *State, news bool, err error) {
	if s, err = readState(f.Path); err != nil {
		return nil, false, err
	}
	if !f.ready && f.Seed != "" {
		if f.seed, err = readState(f.Seed); err != nil {
			return nil, false, err
		}
	}
	f.ready = true
	s, news = s.sown(f.seed)
	return s, news, nil
}

func readState(name string) (*State, error) {
	s := &State{}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return s.ready(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("trust state: %w", err)
	}
	if err := strict.Decode(data, maxState, s); err != nil {
		return nil, fmt.Errorf("trust state %s: %w; put back a copy, or delete it and lose what protects from old versions", name, err)
	}
	return s.ready(), nil
}

func (s *State) ready() *State {
	if s.Versions == nil {
		s.Versions = map[string]int64{}
	}
	if s.Heads == nil {
		s.Heads = map[string]translog.Tree{}
	}
	if s.Past == nil {
		s.Past = map[string][]translog.Tree{}
	}
	if s.Lists == nil {
		s.Lists = map[string]envelope.Base64{}
	}
	if s.Installed == nil {
		s.Installed = map[string]int64{}
	}
	if s.Floors == nil {
		s.Floors = map[string]string{}
	}
	return s
}

// Update implements Store.
func (f *FileStore) Update(change func(*State) (bool, error)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	// A host and a command may share the data folder: what one of them learns must not be lost to the other's older copy.
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	unlock, err := filelock.Lock(ctx, f.Path+".lock")
	if err != nil {
		return fmt.Errorf("trust state: %w", err)
	}
	defer unlock()
	s, news, err := f.load()
	if err != nil {
		return err
	}
	changed, err := change(s)
	if err != nil || !changed && !news {
		return err
	}
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("trust state: %w", err)
	}
	if err := Replace(f.Path, data); err != nil {
		return fmt.Errorf("trust state: %w", err)
	}
	return nil
}

// Replace writes a file so that after a crash either the old or the new one is there, complete.
func Replace(name string, data []byte) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = folder.Sync() // not every system can
	return folder.Close()
}

// MemoryStore is a Store in memory.
type MemoryStore struct {
	mu    sync.Mutex
	state []byte
}

// Load implements Store.
func (m *MemoryStore) Load() (*State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.load()
}

func (m *MemoryStore) load() (*State, error) {
	s := &State{}
	if len(m.state) > 0 {
		if err := json.Unmarshal(m.state, s); err != nil {
			return nil, err
		}
	}
	return s.ready(), nil
}

// Update implements Store.
func (m *MemoryStore) Update(change func(*State) (bool, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.load()
	if err != nil {
		return err
	}
	if changed, err := change(s); err != nil || !changed {
		return err
	}
	m.state, err = json.Marshal(s)
	return err
}

var (
	_ Store = (*FileStore)(nil)
	_ Store = (*MemoryStore)(nil)
)
