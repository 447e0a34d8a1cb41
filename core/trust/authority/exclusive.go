package authority

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/filelock"
)

// Exclusive does something while no other process changes the house's folder: a certificate is revoked on the command line
// while a registry renews the revocation list, and both write the ledger. What others have logged meanwhile is read first.
// It does not nest. What the log is owed since a crash is logged first, if that is possible here and now; InstallIssuer says why if not.
func (a *Authority) Exclusive(ctx context.Context, do func() error) error {
	return a.exclusive(ctx, func() error {
		if a.canSettle() {
			_, _ = a.settle(ctx) // it stays owed, and must not keep a certificate from being revoked
		}
		return do()
	})
}

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
