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
	asked map[string]uint64 // file → hash of its content, or one of the marks below
	value any
	age   int // builds since it was used
}

// What a computation saw of a file, if not its content. Hashes of contents are odd.
const (
	wasMissing uint64 = 0
	wasThere   uint64 = 2
)

// maxAge is how many builds a result is kept unused: a mistake that hides a file for a while does not cost its result.
const maxAge = 8

// begin starts a build and end drops what was not used for long.
func (m *memo) begin() {
	if m.entries == nil {
		m.entries = map[string]*memoEntry{}
	}
	for _, e := range m.entries {
		e.age++
	}
}

func (m *memo) end() {
	for key, e := range m.entries {
		if e.age > maxAge {
			delete(m.entries, key)
		}
	}
}

// tracker reads files for one computation and remembers what it saw.
type tracker struct {
	files *project.Project
	asked map[string]uint64
}

// Read implements wxml.Reader.
func (t *tracker) Read(name string) ([]byte, bool) {
	f, ok := t.files.Read(name)
	if !ok {
		t.asked[name] = wasMissing
		return nil, false
	}
	t.asked[name] = hashOf(f)
	return f.Data, true
}

// Exists implements wxml.Reader.
func (t *tracker) Exists(name string) bool {
	ok := t.files.Exists(name)
	if _, known := t.asked[name]; !known {
		t.asked[name] = wasMissing
		if ok {
			t.asked[name] = wasThere
		}
	}
	return ok
}

func hashOf(f *project.File) uint64 { return f.Hash | 1 }

// remember gives the value computed for key, or computes it.
func remember[T any](m *memo, files *project.Project, key string, compute func(t *tracker) T) (v T, fresh bool) {
	m.mu.Lock()
	e := m.entries[key]
	m.mu.Unlock()
	if e != nil && current(e, files) {
		m.mu.Lock()
		e.age = 0
		m.mu.Unlock()
		return e.value.(T), false
	}
	t := &tracker{files: files, asked: map[string]uint64{}}
	v = compute(t)
	m.mu.Lock()
	m.entries[key] = &memoEntry{asked: t.asked, value: v}
	m.mu.Unlock()
	return v, true
}

func current(e *memoEntry, files *project.Project) bool {
	for name, saw := range e.asked {
		if saw == wasThere || saw == wasMissing {
			if files.Exists(name) != (saw == wasThere) {
				return false
			}
			continue
		}
		if f, ok := files.Read(name); !ok || hashOf(f) != saw {
			return false
		}
	}
	return true
}
