// Package filelock keeps two processes from changing the same files at once: a lock on a file, which the system gives back
// when its holder ends, however it ends.
//
//	unlock, err := filelock.Lock(ctx, "data/installed/lock")
//	defer unlock()
//
// It is a leaf: it must not know what the lock is for.
package filelock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// poll is how often a lock that another holds is tried again: the system tells nobody when it is given back.
const poll = 20 * time.Millisecond

// Lock takes the lock, and waits until ctx ends if another process, or another part of this one, holds it. The file is made
// if need be, and stays. Give it back by calling unlock, once or more.
func Lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	for {
		held, err := try(f)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", name, err), f.Close())
		}
		if held {
			var once sync.Once
			return func() { once.Do(func() { _ = f.Close() }) }, nil // closing gives it back
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("lock %s: another process holds it: %w", name, context.Cause(ctx)), f.Close())
		case <-time.After(poll):
		}
	}
}
