// Package house is the trust that a registry stands in: the house whose log the registry keeps, whose authority the vendors'
// certificates come from, and whose root a host pins. It says who may say what, and gives the evidence of a release.
//
//	h, err := house.Open(ctx, house.Options{Dir: "house", Token: token, Suite: suite, Store: db, Book: book, Now: time.Now})
//	certs, err := h.Admit(ctx, tx, envelope, carried, id)   // may they say this, now?
//	e, err := h.Evidence(ctx, release, nil)                 // what trust.Verify takes
//
// What it gives out trust.Verify accepts with nothing but the pinned root; it must not know HTTP.
package house

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/store"
)

// Options are what a house is opened by.
type Options struct {
	Dir   string          // the house's folder
	Token authority.Token // its keys; nil if nothing is to be signed
	Suite *gm.Suite
	Store store.Store
	Book  *logbook.Book
	// Place is where the log is from now on: whoever runs the signing service in the folder looks there.
	Place authority.Place
	Now   func() time.Time
}

// House is one. Safe for concurrent use.
type House struct {
	dir       string
	suite     *gm.Suite
	store     store.Store
	book      *logbook.Book
	now       func() time.Time
	authority *authority.Authority
	anchors   *trust.Anchors
	roots     []*cert.Certificate
	pinned    []byte
	chain     map[string][]byte // later roots, by file name
	set       *tuf.Set
	batch     int // releases that are offered at once

	made    cache
	parsed  parsedFiles
	stamp   atomic.Pointer[expiry]
	issuers atomic.Pointer[issuing]

	mu     sync.Mutex
	folder string             // state of the folder's lists that were read last
	obeyed *envelope.Takedown // the newest list that was read
}

// Open opens a house's folder and binds the registry's database to it: the house's log becomes the database's.
func Open(ctx context.Context, o Options) (*House, error) {
	h := &House{dir: o.Dir, suite: o.Suite, store: o.Store, book: o.Book, now: o.Now, batch: defaultBatch}
	h.issuers.Store(&issuing{})
	var err error
	if h.authority, err = authority.OpenKept(o.Suite, o.Dir, o.Token, o.Now, o.Book); err != nil {
		return nil, fmt.Errorf("house %s: %w", o.Dir, err)
	}
	if err := h.readRoots(ctx); err != nil {
		return nil, fmt.Errorf("house %s: %w", o.Dir, err)
	}
	if err := h.bind(ctx, o.Place); err != nil {
		return nil, fmt.Errorf("house %s: %w", o.Dir, err)
	}
	if o.Token != nil {
		if err := h.sign(ctx); err != nil {
			return nil, fmt.Errorf("house %s: %w", o.Dir, err)
		}
	}
	return h, h.Refresh(ctx)
}

// readRoots follows the roots from root.json to the newest N.root.json beside it.
func (h *House) readRoots(ctx context.Context) error {
	var err error
	if h.pinned, err = h.authority.RootMetadata(); err != nil {
		return err
	}
	if h.set, h.chain, err = h.authority.Roots(h.suite); err != nil {
		return err
	}
	if h.anchors, err = trust.ReadAnchors(h.set.Root()); err != nil {
		return err
	}
	if h.anchors.Crypto != nil {
		if h.suite, err = h.suite.With(*h.anchors.Crypto); err != nil {
			return err
		}
	}
	for _, der := range h.anchors.Certificates {
		c, err := cert.Parse(der)
		if err != nil {
			return err
		}
		h.roots = append(h.roots, c)
	}
	return ctx.Err()
}

// pinnedFile is the root that the database is bound to.
const pinnedFile = "root.json"

// bind makes the house's log the database's, once; later it checks that the database is this house's. Nobody else writes the
// folder's log meanwhile: what was written after its leaves were read would be lost. Once it is here it is closed there, and the
// folder may be read-only.
func (h *House) bind(ctx context.Context, place authority.Place) error {
	if now, err := authority.MovedTo(h.dir); err != nil || now != nil {
		return errors.Join(err, h.bindAlone(ctx, place))
	}
	return h.authority.Exclusive(ctx, func() error { return h.bindAlone(ctx, place) })
}

func (h *House) bindAlone(ctx context.Context, place authority.Place) error {
	leaves, err := h.authority.LogLeaves()
	if err != nil {
		return err
	}
	err = h.store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.LockLog(ctx); err != nil {
			return err
		}
		switch bound, err := tx.TrustFile(ctx, pinnedFile); {
		case err == nil && !bytes.Equal(bound.Body, h.pinned):
			return errors.New("the registry's database belongs to another house: its root.json is a different one\nnext: give the folder of that house by --trust")
		case err == nil:
			return h.book.Adopt(ctx, tx, leaves)
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
		if err := h.book.Adopt(ctx, tx, leaves); err != nil {
			return fmt.Errorf("%w\nnext: begin with an empty data folder, and give --trust to its first command", err)
		}
		return tx.PutTrustFile(ctx, &store.TrustFile{Name: pinnedFile, Version: 1, Body: h.pinned})
	})
	if err != nil {
		return err
	}
	if now, err := authority.MovedTo(h.dir); err != nil || now != nil && *now == place {
		return err
	}
	return h.authority.MoveLog(place)
}

// sign takes the log's keys out of the token. They have to be those that the root names: no host would believe others.
func (h *House) sign(ctx context.Context) error {
	signers, err := h.authority.LogSigners(ctx, h.set.Root())
	if err != nil {
		return err
	}
	h.book.SignBy(h.anchors.Log.Origin, signers...)
	return nil
}

// Root is the root metadata for hosts to pin.
func (h *House) Root() []byte { return h.pinned }

// Anchors are what the newest root vouches for.
func (h *House) Anchors() *trust.Anchors { return h.anchors }

// Suite computes under the house's cryptographic policy.
func (h *House) Suite() *gm.Suite { return h.suite }

// Authority is the house's signing service, whose log is the registry's.
func (h *House) Authority() *authority.Authority { return h.authority }
