package authority

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/dougong-dev/dougong/core/filelock"
)

// Exclusive does something while no other process changes the house's folder: a certificate is revoked on the command line
// while a registry renews the revocation list, and both write the ledger. What others have logged meanwhile is read first.
// It does not nest. What the log is owed since a crash is logged after it, if that is possible here and now; Owed tells what is not.
func (a *Authority) Exclusive(ctx context.Context, do func() error) error {
	return a.exclusive(ctx, func() error {
		err := do()
		if a.canSettle() { // afterwards: a log that hangs must not keep a certificate from being revoked
			ctx, cancel := context.WithTimeout(ctx, settleTimeout)
			defer cancel()
			_, _ = a.settle(ctx)
		}
		return err
	})
}

// settleTimeout is how long what is done waits for what was not logged before it.
const settleTimeout = 5 * time.Second

func (a *Authority) exclusive(ctx context.Context, do func() error) error {
	unlock, err := filelock.Lock(ctx, filepath.Join(a.dir, lockFile))
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	defer unlock()
	if a.log == nil {
		return do()
	}
	if place, err := MovedTo(a.dir); err != nil || place != nil {
		if err == nil {
			err = ErrMoved
		}
		return fmt.Errorf("authority: %w", err)
	}
	if err := a.log.catchUp(true); err != nil {
		return err
	}
	return do()
}
