package desktop

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"github.com/dougong-dev/dougong/hosts/desktop/window"
)

// Bounds of a size that is remembered, in CSS pixels: whatever the file says, a window can be seen.
const (
	minSide = 200
	maxSide = 8192
)

// maxRemembered bounds the windows that are remembered.
const maxRemembered = 500

// memory keeps the size that the user gave each window, in a file. A file that cannot be read is forgotten.
type memory struct {
	file  string // "": nothing is kept
	mu    sync.Mutex
	sizes map[string]window.Size // by mini-program; "" is the launcher
}

// folderOf is a folder of the desktop host below a super-app's data.
func folderOf(data, name string) string { return filepath.Join(data, "desktop", name) }

// webDataOf is the folder of a window's page: no user and no mini-program shares one with another. A name may hold anything, so
// the folder has its digest.
func webDataOf(data string, n name) string {
	if data == "" {
		return ""
	}
	data, err := filepath.Abs(data)
	if err != nil {
		return ""
	}
	if n == (name{}) {
		return folderOf(data, filepath.Join("web", "launcher"))
	}
	sum := sha256.Sum256([]byte(n.user + "\x00" + n.app))
	return folderOf(data, filepath.Join("web", hex.EncodeToString(sum[:16])))
}

func remember(data string) *memory {
	m := &memory{sizes: map[string]window.Size{}}
	if data == "" {
		return m
	}
	m.file = folderOf(data, "windows.json")
	text, err := os.ReadFile(m.file)
	if err != nil || json.Unmarshal(text, &m.sizes) != nil || m.sizes == nil {
		m.sizes = map[string]window.Size{}
	}
	return m
}

// size is a window's size: as remembered, or the default.
func (m *memory) size(app string, fallback window.Size) window.Size {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.sizes[app]; ok && sane(s.Width) && sane(s.Height) {
		return s
	}
	return fallback
}

func sane(side int) bool { return side >= minSide && side <= maxSide }

// keep remembers a size. It is written at once: a window is resized seldom, and the host may be killed at any time.
func (m *memory) keep(app string, s window.Size) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.sizes[app]; !known && len(m.sizes) >= maxRemembered {
		return
	}
	m.sizes[app] = s
	if m.file == "" {
		return
	}
	data, err := json.Marshal(m.sizes)
	if err != nil {
		return
	}
	if os.MkdirAll(filepath.Dir(m.file), 0o700) != nil {
		return
	}
	temporary := m.file + ".new"
	if os.WriteFile(temporary, data, 0o600) == nil {
		_ = os.Rename(temporary, m.file)
	}
}
