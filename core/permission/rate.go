package permission

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// burst is how many seconds' worth of calls may come at once.
const burst = 1

// rates limits the calls of each mini-program and user, and of each plugin for them, by the generic cell rate algorithm: one number each, the time up
// to which the allowance is used.
type rates struct {
	perCall time.Duration
	clock   func() int64 // nanoseconds; nil: the calls' own
	mu      sync.Mutex   // while a cell is added
	// cells is replaced as a whole and never changed: calls read it without a lock.
	cells atomic.Pointer[map[owner]*atomic.Int64]
}

// owner is whose allowance it is: a mini-program's and user's, or a plugin's while it works for them.
type owner struct{ plugin, app, user string }

// newRates counts by the given clock, or by the times at which calls entered the chain, which costs nothing to read.
func newRates(perSecond int, clock func() time.Time) *rates {
	if perSecond <= 0 {
		return nil
	}
	r := &rates{perCall: time.Second / time.Duration(perSecond)}
	if clock != nil {
		r.clock = func() int64 { return clock().UnixNano() }
	}
	r.cells.Store(&map[owner]*atomic.Int64{})
	return r
}

// allow takes one call out of the allowance of a cell. started is when it entered the chain.
func (r *rates) allow(cell *atomic.Int64, started time.Duration) bool {
	if r == nil {
		return true
	}
	now := int64(started)
	if r.clock != nil {
		now = r.clock()
	}
	for {
		used := cell.Load()
		next := max(used, now) + int64(r.perCall)
		if next-now > int64(burst*time.Second) {
			return false
		}
		if cell.CompareAndSwap(used, next) {
			return true
		}
	}
}

// cell is the one of an owner; nil if there is no limit.
func (r *rates) cell(o owner) *atomic.Int64 {
	if r == nil {
		return nil
	}
	if c := (*r.cells.Load())[o]; c != nil {
		return c
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := (*r.cells.Load())[o]; c != nil {
		return c
	}
	cells := maps.Clone(*r.cells.Load())
	c := new(atomic.Int64)
	cells[o] = c
	r.cells.Store(&cells)
	return c
}
