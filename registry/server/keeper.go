package server

import (
	"context"
	"errors"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/store"
)

// Keeper writes the log of a house that a registry keeps, for whoever runs the signing service in the house's folder, also
// while the registry runs. The database is open only while something is asked of it.
type Keeper struct {
	Suite *gm.Suite
	Place authority.Place
	Now   func() time.Time
}

func (k Keeper) with(ctx context.Context, do func(*logbook.Book) error) (err error) {
	s, err := openStore(ctx, Config{Data: k.Place.Data, Database: k.Place.Database})
	if err != nil {
		return err
	}
	defer func(s store.Store) { err = errors.Join(err, s.Close()) }(s)
	return do(logbook.New(s, k.Suite, k.Now))
}

// Size implements authority.Keeper.
func (k Keeper) Size(ctx context.Context) (n int64, err error) {
	err = k.with(ctx, func(b *logbook.Book) error {
		n, err = b.Size(ctx)
		return err
	})
	return n, err
}

// Has implements authority.Keeper.
func (k Keeper) Has(ctx context.Context, digest string, from int64) (has bool, err error) {
	err = k.with(ctx, func(b *logbook.Book) error {
		has, err = b.Has(ctx, digest, from)
		return err
	})
	return has, err
}

// Append implements authority.Keeper.
func (k Keeper) Append(ctx context.Context, leaf translog.Leaf) (n int64, out translog.Leaf, err error) {
	err = k.with(ctx, func(b *logbook.Book) error {
		n, out, err = b.Append(ctx, leaf)
		return err
	})
	return n, out, err
}

var _ authority.Keeper = Keeper{}
