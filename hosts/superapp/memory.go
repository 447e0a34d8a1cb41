package superapp

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/hosts/web"
)

// memoryFile is where what the launcher remembers of a user is kept. Users' names are no file names.
func (a *App) memoryFile(user string) string {
	sum := sha256.Sum256([]byte(user))
	return filepath.Join(a.config.DataDir(), "shell", hex.EncodeToString(sum[:16])+".json")
}

// Memory is what the launcher remembers of a user: recent and favourite mini-programs, and what was agreed to.
func (a *App) Memory(user string) (web.Memory, error) {
	a.memoryLock.Lock()
	defer a.memoryLock.Unlock()
	return readMemory(a.memoryFile(user))
}

func readMemory(file string) (m web.Memory, err error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return web.Memory{}, fmt.Errorf("%s: %w: %w; mend it, or it is put aside (.broken-TIME) when something new is to be kept", file, web.ErrMemoryDamaged, err)
	}
	return m, nil
}

// maxAside is how many damaged files of a user are kept.
const maxAside = 3

// putAside keeps a damaged file under another name, and removes the oldest of those that were put aside before.
func putAside(file string) error {
	aside := strings.TrimSuffix(file, ".json") + ".broken-"
	if err := os.Rename(file, aside+time.Now().UTC().Format("20060102T150405.000000000")); err != nil {
		return err
	}
	old, _ := filepath.Glob(aside + "*")
	slices.Sort(old)
	for len(old) > maxAside {
		_ = os.Remove(old[0]) // it is tried again next time
		old = old[1:]
	}
	return nil
}

// SetMemory keeps what the launcher remembers, whole or not at all. It writes over nothing that it cannot read.
func (a *App) SetMemory(user string, m web.Memory) error {
	a.memoryLock.Lock()
	defer a.memoryLock.Unlock()
	file := a.memoryFile(user)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = readMemory(file)
	if errors.Is(err, web.ErrMemoryDamaged) {
		err = putAside(file)
	}
	if err != nil {
		return err
	}
	fresh, err := os.CreateTemp(filepath.Dir(file), ".memory-*")
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name()) //nolint:errcheck // it is gone once it was renamed
	if _, err := fresh.Write(data); err != nil {
		return errors.Join(err, fresh.Close())
	}
	if err := fresh.Close(); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), file)
}

var _ web.Memories = (*App)(nil)
