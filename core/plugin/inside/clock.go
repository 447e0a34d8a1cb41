package inside

import (
	"sync"
	"time"
)

// clock ends calls whose time is over. All calls of a plugin have the same time, so they end in the order in which they began, and
// one timer that looks at the first in line does for all: a call starts none, and stops none.
type clock struct {
	limit time.Duration // of a call; 0: none but the caller's

	mu          sync.Mutex
	first, last *job
	timer       *time.Timer // nil before the first call
	runs        bool
}

// begin puts j in line and says when its time is over.
func (c *clock) begin(j *job) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	j.until, j.lined = time.Now().Add(c.limit), true
	j.prev = c.last
	if c.last == nil {
		c.first = j
	} else {
		c.last.next = j
	}
	c.last = j
	switch {
	case c.timer == nil:
		c.timer = time.AfterFunc(c.limit, c.rings)
	case !c.runs:
		c.timer.Reset(c.limit)
	}
	c.runs = true
	return j.until
}

// end takes j out of the line. The timer keeps running: it is due once in a call's time at most.
func (c *clock) end(j *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unline(j)
}

// unline takes j out of the line, if it is in it. The lock is held.
func (c *clock) unline(j *job) {
	if !j.lined {
		return
	}
	if j.prev == nil {
		c.first = j.next
	} else {
		j.prev.next = j.next
	}
	if j.next == nil {
		c.last = j.prev
	} else {
		j.next.prev = j.prev
	}
	j.prev, j.next, j.lined = nil, nil, false
}

// rings ends the calls whose time is over, and waits for the next one's.
func (c *clock) rings() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	for c.first != nil && !c.first.until.After(now) {
		j := c.first
		c.unline(j)
		j.settle(given, outcome{err: j.instance.late(j.method)})
	}
	c.runs = c.first != nil
	if c.runs {
		c.timer.Reset(c.first.until.Sub(now))
	}
}

// stop stops the timer: nobody's time matters any more.
func (c *clock) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
		c.runs = false
	}
}
