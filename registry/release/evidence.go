package release

import (
	"context"
	"errors"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/store"
)

// Evidence gives all that is said about a release, as bytes that trust.ParseEvidence reads.
func (s *Shelf) Evidence(ctx context.Context, who accounts.Identity, kind store.Kind, id, version string, known []int64) ([]byte, error) {
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
	e, err := s.House.Evidence(ctx, r, known)
	if err != nil {
		return nil, err
	}
	return e.Bytes(), nil
}
