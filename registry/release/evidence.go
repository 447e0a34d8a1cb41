package release

import (
	"context"
	"errors"

	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/store"
)

// Evidence gives all that is said about a release's file for a platform, as bytes that trust.ParseEvidence reads.
func (s *Shelf) Evidence(ctx context.Context, who accounts.Identity, kind store.Kind, id, version, platform string, known []int64) ([]byte, error) {
	if _, err := s.Read(ctx, who, kind, id, version); err != nil {
		return nil, err
	}
	r, err := s.Store.Release(ctx, kind, id, version)
	if errors.Is(err, store.ErrNotFound) {
		return nil, gone(kind, id, version)
	}
	if err != nil {
		return nil, err
	}
	e, err := s.House.Evidence(ctx, r, platform, known)
	if err != nil {
		return nil, err
	}
	return e.Bytes(), nil
}

// TakeDown takes an operator's list of what no host may run in. Who sends it needs an account; that it counts, the operator's
// certificate says.
func (s *Shelf) TakeDown(ctx context.Context, who accounts.Identity, e *envelope.Envelope, carried []*cert.Certificate) (t *envelope.Takedown, err error) {
	if err := errors.Join(who.Need(accounts.ScopePublish), s.House.Refresh(ctx)); err != nil {
		return nil, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.LockLog(ctx); err != nil {
			return err
		}
		t, err = s.House.TakeDown(ctx, tx, who.Name(), e, carried)
		return err
	})
	return t, err
}
