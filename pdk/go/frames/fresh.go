package frames

import (
	"strings"
	"sync"
	"unsafe"
)

// fresh makes memory that is about to be filled. Other than make it does not clear it first, which for a large body costs
// as much as reading it: a strings.Builder grows so. Nobody else sees the builder or a string of it.
func fresh(n int) []byte {
	var b strings.Builder
	b.Grow(n)
	b.WriteByte(0)
	return unsafe.Slice(unsafe.StringData(b.String()), n)
}

// shelf is how much memory small bodies share, and mostShared the largest that does: making memory for each costs more than
// copying it there. Who keeps one of them keeps at most a shelf with it.
const (
	shelf      = 4 << 10
	mostShared = 256
)

// keep copies a body to memory of its own, which nobody else is given.
func (r *reader) keep(b []byte) []byte {
	if len(b) > mostShared {
		return append([]byte(nil), b...) // does not clear the memory first, as make does
	}
	if len(b) > len(r.shelf) {
		r.shelf = make([]byte, shelf)
	}
	out := r.shelf[:len(b):len(b)]
	r.shelf = r.shelf[len(b):]
	copy(out, b)
	return out
}

// spares keeps the bodies of requests that have been answered, for others of like size: it is much faster to read into
// memory that is in the processor's cache already than into fresh memory. Safe for concurrent use.
type spares struct {
	mu   sync.Mutex
	list [][]byte
}

// mostSpares bounds what is kept.
const mostSpares = 8

// get returns memory for a large body: one that has been used, or fresh.
func (s *spares) get(n int) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.list) - 1; last >= 0 {
		b := s.list[last]
		s.list[last] = nil
		s.list = s.list[:last]
		if n <= cap(b) && cap(b) <= 4*n {
			return b[:n]
		}
	}
	return fresh(n)
}

// put takes a body of which nothing is needed any more.
func (s *spares) put(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) < mostSpares {
		s.list = append(s.list, b)
	}
}
