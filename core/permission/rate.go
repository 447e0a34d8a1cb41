package permission

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// burst is how many seconds' worth of calls may come at once.
const burst = 1

// rates limits the calls of each mini-program and user, and of each plugin for them, by the generic cell rate algorithm: one number each, the time up
// to which the allowance is used.
//
// An allowance that is whole again says nothing, and is dropped: what is kept is in proportion to who has called in the last
// second, not to who has ever called.
type rates struct {
	perCall time.Duration
	clock   func() int64              // nanoseconds; nil: the calls' own
	recent  [256]atomic.Pointer[cell] // of those who have called last: found without a lock
	parts   [16]part
}

// part holds the cells of some owners: those of others do not wait for it.
type part struct {
	mu    sync.Mutex
	cells map[owner]*cell
	full  int // how many cells there may be before those are dropped that say nothing
}

// leastFull is the least that a part holds before it is looked through.
const leastFull = 64

// owner is whose allowance it is: a mini-program's and user's, or a plugin's while it works for them.
type owner struct{ plugin, app, user string }

// cell is the allowance of one owner.
type cell struct {
	owner owner
	used  atomic.Int64 // the time up to which it is used, or dropped
}

// dropped is the value of a cell that is no longer kept: its owner has another by now, or will have.
const dropped = math.MinInt64

// stale tells whether the cell has been dropped.
func (c *cell) stale() bool { return c != nil && c.used.Load() == dropped }

// newRates counts by the given clock, or by the times at which calls entered the chain, which costs nothing to read.
func newRates(perSecond int, clock func() time.Time) *rates {
	if perSecond <= 0 {
		return nil
	}
	r := &rates{perCall: time.Second / time.Duration(perSecond)}
	if clock != nil {
		r.clock = func() int64 { return clock().UnixNano() }
	}
	for i := range r.parts {
		r.parts[i] = part{cells: map[owner]*cell{}, full: leastFull}
	}
	return r
}

func (r *rates) now(started time.Duration) int64 {
	if r.clock != nil {
		return r.clock()
	}
	return int64(started)
}

// allow takes one call out of the allowance of a cell. started is when it entered the chain.
func (r *rates) allow(c *cell, started time.Duration) bool {
	if r == nil {
		return true
	}
	now := r.now(started)
	for {
		used := c.used.Load()
		if used == dropped {
			c = r.cell(c.owner, started)
			continue
		}
		next := max(used, now) + int64(r.perCall)
		if next-now > int64(burst*time.Second) {
			return false
		}
		if c.used.CompareAndSwap(used, next) {
			return true
		}
	}
}

// cell is the one of an owner, who calls now; nil if there is no limit.
func (r *rates) cell(o owner, started time.Duration) *cell {
	if r == nil {
		return nil
	}
	place := placeOf(o.plugin, o.app, o.user)
	if c := r.recent[place].Load(); c != nil && c.owner == o && !c.stale() {
		return c
	}
	c := r.parts[int(place)%len(r.parts)].cell(o, r.now(started))
	r.recent[place].Store(c)
	return c
}

// cell finds the cell of an owner, or adds it.
func (p *part) cell(o owner, now int64) *cell {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.cells[o]; c != nil {
		return c
	}
	if len(p.cells) >= p.full {
		p.prune(now)
	}
	c := &cell{owner: o}
	c.used.Store(math.MinInt64 + 1) // never used; 0 may lie ahead of a clock
	p.cells[o] = c
	return c
}

// prune drops the cells whose allowance is whole. Half of the room is free afterwards, so that a cell is looked at no more
// than a few times for each that is added.
func (p *part) prune(now int64) {
	for o, c := range p.cells {
		if used := c.used.Load(); used <= now && c.used.CompareAndSwap(used, dropped) {
			delete(p.cells, o)
		}
	}
	p.full = max(leastFull, 2*len(p.cells))
}
