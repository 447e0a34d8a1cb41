package install

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/dougong-dev/dougong/core/bundle"
)

// Tally counts the bytes of a download.
type Tally struct {
	Fetched int64 `json:"fetched"` // came from the source
	Reused  int64 `json:"reused"`  // were there: of an earlier attempt, or of the version before
}

// maxBundle bounds a bundle's size.
const maxBundle = 1 << 30

// Attempts at a download that goes on each time; each is waited for a little longer.
const (
	attempts = 4
	pause    = 250 * time.Millisecond
)

// ErrDigest says that what came is not what its digest names.
var ErrDigest = errors.New("the file differs from its digest")

// bundleLimits are those of the host for plugins, the larger of the two kinds.
var bundleLimits = bundle.Limits{Files: 50_000, File: 256 << 20, Total: 1 << 30, Ratio: 200}

// download is one file on its way.
type download struct {
	source  Source
	offer   Offer
	partial string // what has come so far; named by the digest, so that another file begins anew
	old     string // the version before; "" if there is none
	tally   Tally
	began   bool // the last attempt found something to go on from
}

// run fetches the file into partial. After an error what has come stays there for the next attempt, unless the disk is full.
func (d *download) run(ctx context.Context) error {
	if d.offer.Size > maxBundle {
		return fmt.Errorf("%s@%s has %d bytes, the limit is %d", d.offer.ID, d.offer.Version, d.offer.Size, maxBundle)
	}
	var err error
	for i := range attempts {
		before := d.tally.Fetched
		if err = d.once(ctx); err == nil || errors.Is(err, ErrDigest) || full(err) || d.tally.Fetched == before || ctx.Err() != nil {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause << i):
		}
	}
	return d.settle(err)
}

// once is one attempt: by pieces if that goes, the whole rest otherwise.
func (d *download) once(ctx context.Context) error {
	if d.old != "" {
		before := d.tally.Fetched
		err := d.delta(ctx)
		if errors.Is(err, bundle.ErrInvalid) { // a piece is not what the recipe says: the file as a whole, from its beginning
			d.old = ""
			_ = os.Remove(d.partial) // it may not be there
			return d.resume(ctx)
		}
		if err == nil || full(err) || ctx.Err() != nil || d.tally.Fetched > before {
			return err
		}
	}
	err := d.resume(ctx)
	if d.began && errors.Is(err, ErrDigest) { // what was there was no beginning of it
		if err := os.Remove(d.partial); err != nil {
			return err
		}
		err = d.resume(ctx)
	}
	return err
}

// errNoPieces says that there is no shorter way.
var errNoPieces = errors.New("the source does not cut files into pieces")

func (d *download) settle(err error) error {
	if err == nil {
		return nil
	}
	if full(err) || errors.Is(err, ErrDigest) {
		err = errors.Join(err, removed(d.partial)) // room for others; what is wrong is no beginning
	}
	return fmt.Errorf("fetch %s@%s from %s: %w", d.offer.ID, d.offer.Version, d.source.Name(), err)
}

// removed deletes a file that may not be there.
func removed(name string) error {
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// resume goes on where an earlier attempt ended.
func (d *download) resume(ctx context.Context) (err error) {
	f, err := os.OpenFile(d.partial, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := sha256.New()
	have, err := io.Copy(sum, f)
	if err != nil {
		return err
	}
	if have > d.offer.Size {
		if err := f.Truncate(0); err != nil {
			return err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		sum.Reset()
		have = 0
	}
	d.began = have > 0
	if have < d.offer.Size {
		if err := d.copy(ctx, io.MultiWriter(f, sum), have); err != nil {
			return errors.Join(err, f.Sync())
		}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != d.offer.SHA256 {
		return fmt.Errorf("SHA-256 is %s, expected %s: %w", got, d.offer.SHA256, ErrDigest)
	}
	d.tally.Reused = d.offer.Size - d.tally.Fetched
	return f.Sync()
}

// copy appends what is lacking from an offset on.
func (d *download) copy(ctx context.Context, to io.Writer, have int64) error {
	r, err := d.source.Open(ctx, d.offer, have, -1)
	if err != nil {
		return err
	}
	n, err := io.Copy(to, io.LimitReader(r, d.offer.Size-have))
	d.tally.Fetched += n
	if err == nil && have+n < d.offer.Size {
		err = fmt.Errorf("%d of %d bytes came: %w", have+n, d.offer.Size, io.ErrUnexpectedEOF)
	}
	return errors.Join(err, r.Close())
}

// delta fetches the pieces alone that neither the version before nor an earlier attempt has.
func (d *download) delta(ctx context.Context) error {
	recipe, err := d.source.Recipe(ctx, d.offer)
	if err != nil {
		return err
	}
	if recipe == nil || recipe.SHA256 != d.offer.SHA256 || recipe.Size != d.offer.Size {
		return errNoPieces
	}
	have, err := openPieces(d.old, d.partial, recipe)
	if err != nil {
		return err
	}
	defer have.close()
	to, err := os.CreateTemp(filepath.Dir(d.partial), "delta-")
	if err != nil {
		return err
	}
	pieces := &pieces{ctx: ctx, d: d, have: have, runs: recipe.Missing(have.recipe)}
	err = recipe.Assemble(to, have, have.recipe, pieces.fetch)
	err = errors.Join(err, pieces.close(), to.Sync(), to.Close())
	if err == nil {
		d.tally.Reused = recipe.Size - d.tally.Fetched
	}
	// What was put together so far is the file's beginning, from which an attempt to come copies.
	if made, failed := os.Stat(to.Name()); full(err) || failed != nil || made.Size() < have.brought {
		return errors.Join(err, os.Remove(to.Name()))
	}
	return errors.Join(err, os.Rename(to.Name(), d.partial))
}
