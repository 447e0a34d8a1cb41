// Package logbook is the registry's side of the transparency log: every change is a leaf, appended in the same transaction as
// what it tells of, and the head is signed by the log's keys.
//
//	e := &store.Event{Action: "org.create", …}
//	err := book.Record(ctx, tx, e, nil)       // within store.Update
//	head, err := book.Head(ctx)               // signed, covers everything committed
//
// The tree is core/trust/translog's; here are its place in the database and its one writer. It must not know what the
// changes mean.
package logbook

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/store"
)

// Book writes and shows the log. Safe for concurrent use.
type Book struct {
	store   store.Store
	suite   *gm.Suite
	origin  string
	signers []key.Signer
	now     func() time.Time

	mu     sync.Mutex
	size   int64 // of head
	head   string
	signed bool
}

// New makes a book. All signers sign each head.
func New(s store.Store, suite *gm.Suite, origin string, now func() time.Time, signers ...key.Signer) *Book {
	return &Book{store: s, suite: suite, origin: origin, now: now, signers: signers}
}

// Log is what a client has to know to verify heads.
func (b *Book) Log() translog.Log {
	l := translog.Log{Origin: b.origin}
	for _, s := range b.signers {
		l.Keys = append(l.Keys, s.Key())
	}
	return l
}

// hashes reads stored hashes for translog.
type hashes struct {
	ctx  context.Context //nolint:containedctx // translog.Reader has no context; a reader lives for one call
	from store.Reader
}

// ReadHashes implements translog.Reader.
func (h hashes) ReadHashes(numbers []int64) ([]translog.Hash, error) {
	got, err := h.from.LogHashes(h.ctx, numbers)
	if err != nil {
		return nil, err
	}
	out := make([]translog.Hash, len(got))
	for i, x := range got {
		out[i] = translog.Hash(x)
	}
	return out, nil
}

// Record appends an event as a leaf and as an entry of the audit trail, and sets its Index and Time. An envelope that the
// event is about is what the leaf commits to; otherwise it is the event's own text.
func (b *Book) Record(ctx context.Context, tx store.Tx, e *store.Event, about *envelope.Envelope) error {
	n, err := tx.LockLog(ctx)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	leaf := translog.Leaf{Kind: translog.Audit, Subject: e.Subject, Time: b.now().Unix()}
	if n > 0 { // the log's time never falls, whatever the machine's clock does
		last, err := tx.LogLeaves(ctx, n-1, 1)
		if err != nil || len(last) != 1 {
			return fmt.Errorf("log: read leaf %d: %w", n-1, err)
		}
		l, err := translog.ParseLeaf(last[0])
		if err != nil {
			return fmt.Errorf("log: leaf %d: %w", n-1, err)
		}
		leaf.Time = max(leaf.Time, l.Time)
	}
	e.Index, e.Time = n, time.Unix(leaf.Time, 0).UTC()
	if about != nil {
		leaf.Kind, leaf.Digest = translog.Publish, about.Digest()
	} else {
		leaf.Digest = EventDigest(e)
	}
	stored, err := translog.Append(n, leaf, hashes{ctx, tx})
	if err != nil {
		return err
	}
	raw := make([][32]byte, len(stored))
	for i, h := range stored {
		raw[i] = h
	}
	if err := tx.AppendLog(ctx, n, leaf.Bytes(), translog.StoredCount(n), raw); err != nil {
		return err
	}
	return tx.AddEvent(ctx, e)
}

// EventDigest is what the leaf of an event commits to: whoever has the audit trail's entry can hold it against the log.
func EventDigest(e *store.Event) string {
	data, err := json.Marshal([]any{e.Index, e.Time.Unix(), e.Actor, e.Action, e.Org, e.Subject, e.Detail})
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	return envelope.Digest(data)
}

// Head gives the signed head over everything that is committed. Signing is done once for each size.
func (b *Book) Head(ctx context.Context) (string, int64, error) {
	n, err := b.store.LogSize(ctx)
	if err != nil {
		return "", 0, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.signed && b.size >= n {
		return b.head, b.size, nil
	}
	root, err := translog.Root(n, hashes{ctx, b.store})
	if err != nil {
		return "", 0, fmt.Errorf("log head: %w", err)
	}
	text, err := translog.Sign(ctx, b.suite, b.origin, translog.Tree{Size: n, Root: root}, b.signers...)
	if err != nil {
		return "", 0, err
	}
	b.head, b.size, b.signed = text, n, true
	return text, n, nil
}

// Proof shows a client that a leaf is in the log.
type Proof struct {
	Head  string          `json:"head" doc:"Signed head of the log (a note)"`
	Index int64           `json:"index" doc:"Number of the leaf"`
	Leaf  json.RawMessage `json:"leaf" doc:"The leaf, as it is hashed"`
	Proof []translog.Hash `json:"proof" doc:"Inclusion proof under the head"`
}

// Prove makes the proof of a leaf under the newest head.
func (b *Book) Prove(ctx context.Context, index int64) (*Proof, error) {
	head, size, err := b.Head(ctx)
	if err != nil {
		return nil, err
	}
	if index < 0 || index >= size {
		return nil, fmt.Errorf("leaf %d of a log of %d leaves: %w", index, size, store.ErrNotFound)
	}
	leaves, err := b.store.LogLeaves(ctx, index, 1)
	if err != nil || len(leaves) != 1 {
		return nil, fmt.Errorf("leaf %d: %w", index, err)
	}
	path, err := translog.ProveLeaf(size, index, hashes{ctx, b.store})
	if err != nil {
		return nil, err
	}
	return &Proof{Head: head, Index: index, Leaf: leaves[0], Proof: path}, nil
}

// Consistency shows that the log of size leaves begins with that of old leaves.
func (b *Book) Consistency(ctx context.Context, old, size int64) ([]translog.Hash, error) {
	n, err := b.store.LogSize(ctx)
	if err != nil {
		return nil, err
	}
	if old < 0 || old > size || size > n {
		return nil, fmt.Errorf("from %d to %d leaves, of %d: %w", old, size, n, store.ErrNotFound)
	}
	return translog.ProveConsistency(size, old, hashes{ctx, b.store})
}

var _ translog.Reader = hashes{}
