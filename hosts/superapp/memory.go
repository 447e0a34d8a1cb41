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
	var m web.Memory
	file := a.memoryFile(user)
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return web.Memory{}, fmt.Errorf("%s: %w; remove it to begin anew", file, err)
	}
	return m, nil
}

// SetMemory keeps what the launcher remembers, whole or not at all.
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
