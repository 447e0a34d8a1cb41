package compiler

import (
	"sync"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/project"
)

// memo keeps the results of compiling files. A result is good for as long as every file that was asked for on the way
// has the content it had, or is still missing: no list of dependencies has to be kept by hand.
type memo struct {
	mu      sync.Mutex
	entries map[string]*memoEntry
}

type memoEntry struct {
	asked map[string]uint64 // file → hash of its content; 0 if it was missing
	value any
	used  bool // in the current build
}

// begin starts a build and end drops what it did not use.
func (m *memo) begin() {
	if m.entries == nil {
		m.entries = map[string]*memoEntry{}
	}
	for _, e := range m.entries {
		e.used = false
	}
}

func (m *memo) end() {
	for key, e := range m.entries {
		if !e.used {
			delete(m.entries, key)
		}
	}
}

// tracker reads files for one computation and remembers what it saw.
type tracker struct {
	files *project.Project
	asked map[string]uint64
}

func (t *tracker) read(name string) ([]byte, bool) {
	f, ok := t.files.Read(name)
	if !ok {
		t.asked[name] = 0
		return nil, false
	}
	t.asked[name] = hashOf(f)
	return f.Data, true
}

func hashOf(f *project.File) uint64 { return f.Hash | 1 } // never 0, which is a missing file

// remember gives the value computed for key, or computes it.
func remember[T any](m *memo, files *project.Project, key string, compute func(t *tracker) T) (v T, fresh bool) {
	m.mu.Lock()
	e := m.entries[key]
	m.mu.Unlock()
	if e != nil && current(e, files) {
		m.mu.Lock()
		e.used = true
		m.mu.Unlock()
		return e.value.(T), false
	}
	t := &tracker{files: files, asked: map[string]uint64{}}
	v = compute(t)
	m.mu.Lock()
	m.entries[key] = &memoEntry{asked: t.asked, value: v, used: true}
	m.mu.Unlock()
	return v, true
}

func current(e *memoEntry, files *project.Project) bool {
	for name, hash := range e.asked {
		f, ok := files.Read(name)
		switch {
		case !ok && hash != 0, ok && hashOf(f) != hash:
			return false
		}
	}
	return true
}
