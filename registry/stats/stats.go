// Package stats counts downloads: in memory, written to the store now and then. What was not written when a server is killed
// is lost; a count is no evidence.
package stats

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/registry/store"
)

// maxPending is how many different releases are counted before counts are written early.
const maxPending = 10_000

type release struct {
	pkg     int64
	version string
}

// Counter counts. Safe for concurrent use.
type Counter struct {
	store store.Store
	log   *slog.Logger
	now   func() time.Time

	mu      sync.Mutex
	pending map[release]int64
	full    chan struct{}
}

// New makes a counter; Run writes what it counts.
func New(s store.Store, log *slog.Logger, now func() time.Time) *Counter {
	return &Counter{store: s, log: log, now: now, pending: map[release]int64{}, full: make(chan struct{}, 1)}
}

// Add counts a download.
func (c *Counter) Add(pkg int64, version string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pending[release{pkg, version}]++
	if len(c.pending) >= maxPending {
		select {
		case c.full <- struct{}{}:
		default: // it has been told
		}
	}
}

// Run writes counts at every tick, until the context ends, and then once more.
func (c *Counter) Run(ctx context.Context, tick <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			c.flush(last)
			return
		case <-tick:
		case <-c.full:
		}
		c.flush(ctx)
	}
}

// flush writes what is pending; after an error it is counted again.
func (c *Counter) flush(ctx context.Context) {
	c.mu.Lock()
	pending := c.pending
	c.pending = map[release]int64{}
	c.mu.Unlock()
	if len(pending) == 0 {
		return
	}
	day := c.now()
	err := c.store.Update(ctx, func(tx store.Tx) error {
		for r, n := range pending {
			if err := tx.AddDownloads(ctx, r.pkg, r.version, day, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return
	}
	c.log.Warn("download counts not written yet", "error", err)
	c.mu.Lock()
	defer c.mu.Unlock()
	for r, n := range pending {
		c.pending[r] += n
	}
}
