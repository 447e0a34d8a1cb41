package sqldb

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/dougong-dev/dougong/registry/store"
)

// Parts of a rank: which step of popularity, then which package. Migrations compute the same.
const (
	rankSteps = 1023
	rankIDs   = 1<<40 - 1
)

// Rank is a package's place among all, the lowest first: more downloads come before fewer, in eight steps for each doubling, and
// among those of one step the newest package comes first. In steps, because a package's place in the index moves only when it
// enters another one, which happens a few times in its life instead of at every download.
func Rank(downloads, id int64) int64 {
	step := min(int64(8*math.Log2(float64(1+downloads))), rankSteps)
	return (rankSteps-step)<<40 | (rankIDs - id)
}

// ranked is the package at a rank.
func ranked(rank int64) int64 { return rankIDs - rank&rankIDs }

// ranking is what a package's place in the index depends on.
type ranking struct {
	id, org, downloads, rank   int64
	kind, visibility, category string
	capabilities, latest       string
}

// reindex puts a package where it belongs now. With same, its marks and words are as they were.
func (w *writer) reindex(ctx context.Context, pkg int64, same bool) error {
	x, err := one(ctx, w.q, func(r row, x *ranking) error {
		return r.Scan(&x.id, &x.org, &x.downloads, &x.rank, &x.kind, &x.visibility, &x.category, &x.capabilities, &x.latest)
	}, `SELECT id, org, downloads, rank, kind, visibility, category, capabilities, latest FROM packages WHERE id = ?`, pkg)
	if err != nil {
		return missing(err, "package %d", pkg)
	}
	rank := Rank(x.downloads, pkg)
	if rank == x.rank && same {
		return nil
	}
	drop, add := w.d.Index()
	if drop != "" {
		if err := w.run(ctx, drop, x.rank); err != nil {
			return fmt.Errorf("index words: %w", err)
		}
	}
	if err := w.run(ctx, `UPDATE packages SET rank = ? WHERE id = ?`, rank, pkg); err != nil {
		return err
	}
	if add == "" || x.latest == "" {
		return nil
	}
	marks := Marks(store.Kind(x.kind), store.Visibility(x.visibility), x.org, x.category, words(x.capabilities))
	if err := w.run(ctx, add, rank, strings.Join(marks, " ")+" ", pkg); err != nil {
		return fmt.Errorf("index words: %w", err)
	}
	return nil
}
