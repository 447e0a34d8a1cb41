package web

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

// Bounds of what waits for a slow browser.
const (
	maxQueued      = 4096
	maxQueuedBytes = 32 << 20
)

// outbox is a bounded queue of encoded messages. Whoever puts never waits; when a reader is too slow the queue is
// emptied and marked stale, and the owner makes up for it by sending everything again.
type outbox struct {
	mu    sync.Mutex
	items [][]byte
	bytes int
	stale bool
	wake  chan struct{}
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

// put queues a message; it reports false if the queue was or became stale.
func (o *outbox) put(v any) (bool, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return true, fmt.Errorf("encode a message for the browser: %w", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stale {
		return false, nil
	}
	if len(o.items) >= maxQueued || o.bytes+len(data) > maxQueuedBytes {
		o.drop()
		o.signal()
		return false, nil
	}
	o.items = append(o.items, data)
	o.bytes += len(data)
	o.signal()
	return true, nil
}

// drop empties the queue and marks it stale. The caller holds mu.
func (o *outbox) drop() {
	o.items, o.bytes, o.stale = nil, 0, true
}

// discard empties the queue and marks it stale.
func (o *outbox) discard() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.drop()
}

// restart takes messages again; it reports whether the queue was stale.
func (o *outbox) restart() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	stale := o.stale
	o.stale = false
	return stale
}

func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take waits for messages; stale is true if some were lost.
func (o *outbox) take(ctx context.Context) (items [][]byte, stale bool, err error) {
	for {
		o.mu.Lock()
		items, stale = o.items, o.stale
		o.items, o.bytes = nil, 0
		o.mu.Unlock()
		if len(items) > 0 || stale {
			return items, stale, nil
		}
		select {
		case <-o.wake:
		case <-ctx.Done():
			return nil, false, context.Cause(ctx)
		}
	}
}
