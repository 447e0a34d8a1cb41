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
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/store"
)

// Book writes and shows the log. Safe for concurrent use.
type Book struct {
	store   store.Store
	suite   *gm.Suite
	now     func() time.Time
	origin  string
	signers []key.Signer

	mu     sync.Mutex
	size   int64 // of head
	head   string
	signed bool
}

// New makes a book that can be written. To show it, it has to be signed: see SignBy.
func New(s store.Store, suite *gm.Suite, now func() time.Time) *Book {
	return &Book{store: s, suite: suite, now: now}
}

// SignBy names the log and who signs its heads: all of them sign each. It is called before the book is used.
func (b *Book) SignBy(origin string, signers ...key.Signer) { b.origin, b.signers = origin, signers }

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
	leaf := translog.Leaf{Kind: translog.Audit, Subject: e.Subject}
	if about != nil {
		s, err := about.Statement()
		if err != nil {
			return err
		}
		if leaf, err = trust.LeafOf(about, s); err != nil {
			return err
		}
	}
	n, at, err := b.next(ctx, tx)
	if err != nil {
		return err
	}
	leaf.Time, e.Index, e.Time = at, n, time.Unix(at, 0).UTC()
	if e.Private {
		if leaf.Subject, err = hide(leaf.Subject, e, about); err != nil {
			return err
		}
	}
	if about == nil {
		leaf.Digest = EventDigest(e)
	}
	if err := b.write(ctx, tx, n, leaf); err != nil {
		return err
	}
	return tx.AddEvent(ctx, e)
}

// hide is what a leaf shows instead of its subject: a digest, salted by what only those have who may read of it. That is the
// envelope, or else a salt that is put into the event's detail.
func hide(subject string, e *store.Event, about *envelope.Envelope) (string, error) {
	if about != nil {
		return HiddenSubject(about.Bytes(), subject), nil
	}
	detail := map[string]any{}
	if err := json.Unmarshal([]byte(e.Detail), &detail); err != nil {
		return "", fmt.Errorf("log: detail of the event: %w", err)
	}
	salt := make([]byte, 32)
	_, _ = rand.Read(salt) // never fails: it ends the program instead
	detail["salt"] = hex.EncodeToString(salt)
	text, err := json.Marshal(detail)
	e.Detail = string(text)
	return HiddenSubject(salt, subject), err
}

// HiddenSubject is the subject of the leaf of a package that is not public.
func HiddenSubject(salt []byte, subject string) string {
	m := hmac.New(sha256.New, salt)
	m.Write([]byte(subject))
	return "private:" + hex.EncodeToString(m.Sum(nil))
}

// next locks the log and gives the number and the time of its next leaf: time never falls, whatever the machine's clock does.
func (b *Book) next(ctx context.Context, tx store.Tx) (n, at int64, err error) {
	if n, err = tx.LockLog(ctx); err != nil {
		return 0, 0, fmt.Errorf("log: %w", err)
	}
	at = b.now().Unix()
	if n == 0 {
		return 0, at, nil
	}
	last, err := Leaf(ctx, tx, n-1)
	return n, max(at, last.Time), err
}

// write appends one leaf behind the lock.
func (b *Book) write(ctx context.Context, tx store.Tx, n int64, leaf translog.Leaf) error {
	stored, err := translog.Append(n, leaf, hashes{ctx, tx})
	if err != nil {
		return err
	}
	raw := make([][32]byte, len(stored))
	for i, h := range stored {
		raw[i] = h
	}
	return tx.AppendLog(ctx, n, leaf.Bytes(), translog.StoredCount(n), raw)
}

// Leaf reads one leaf.
func Leaf(ctx context.Context, r store.Reader, n int64) (translog.Leaf, error) {
	got, err := r.LogLeaves(ctx, n, 1)
	if err != nil || len(got) != 1 {
		return translog.Leaf{}, fmt.Errorf("log: read leaf %d: %w", n, errors.Join(err, store.ErrNotFound))
	}
	l, err := translog.ParseLeaf(got[0])
	if err != nil {
		return translog.Leaf{}, fmt.Errorf("log: leaf %d: %w", n, err)
	}
	return l, nil
}

// Size is the number of leaves. It implements authority.Keeper.
func (b *Book) Size(ctx context.Context) (int64, error) { return b.store.LogSize(ctx) }

// hasBatch is how many leaves Has reads at once.
const hasBatch = 1000

// Has tells whether a leaf with a digest is there, from an entry on. It implements authority.Keeper.
func (b *Book) Has(ctx context.Context, digest string, from int64) (bool, error) {
	for {
		got, err := b.store.LogLeaves(ctx, from, hasBatch)
		if err != nil {
			return false, err
		}
		for i, line := range got {
			l, err := translog.ParseLeaf(line)
			if err != nil {
				return false, fmt.Errorf("log: leaf %d: %w", from+int64(i), err)
			}
			if l.Digest == digest {
				return true, nil
			}
		}
		if len(got) < hasBatch {
			return false, nil
		}
		from += int64(len(got))
	}
}

// Append adds a leaf that is no event of the registry: of the house's signing service. It implements authority.Keeper.
func (b *Book) Append(ctx context.Context, leaf translog.Leaf) (n int64, out translog.Leaf, err error) {
	err = b.store.Update(ctx, func(tx store.Tx) error {
		var at int64
		if n, at, err = b.next(ctx, tx); err != nil {
			return err
		}
		out = leaf
		out.Time = max(at, leaf.Time)
		return b.write(ctx, tx, n, out)
	})
	return n, out, err
}

// Adopt makes the leaves of a house's own folder the first of this log: copied into an empty one, compared with those of one
// that begins with them.
func (b *Book) Adopt(ctx context.Context, tx store.Tx, leaves []translog.Leaf) error {
	n, err := tx.LockLog(ctx)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	for i, leaf := range leaves {
		if n == 0 {
			if err := b.write(ctx, tx, int64(i), leaf); err != nil {
				return err
			}
			continue
		}
		if have, err := Leaf(ctx, tx, int64(i)); err != nil || have != leaf {
			return fmt.Errorf("log: the database's log has %d leaves and does not begin with the %d of the house's folder: leaf %d differs", n, len(leaves), i)
		}
	}
	return nil
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
	if len(b.signers) == 0 {
		return "", 0, errors.New("log head: nobody signs it: the registry was opened without its house")
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
	leaf, err := Leaf(ctx, b.store, index)
	if err != nil {
		return nil, err
	}
	path, err := b.Path(ctx, size, index)
	if err != nil {
		return nil, err
	}
	return &Proof{Head: head, Index: index, Leaf: leaf.Bytes(), Proof: path}, nil
}

// Path shows that a leaf is in the tree of size leaves.
func (b *Book) Path(ctx context.Context, size, index int64) ([]translog.Hash, error) {
	return translog.ProveLeaf(size, index, hashes{ctx, b.store})
}

// Tile reads hashes as tiles: see translog.Tile.
func (b *Book) Tile(ctx context.Context, path string) (data []byte, whole bool, err error) {
	n, err := b.store.LogSize(ctx)
	if err != nil {
		return nil, false, err
	}
	return translog.Tile(path, n, hashes{ctx, b.store})
}

// Entries reads leaves as bundles: see translog.Entries. It costs the same wherever they stand in the log.
func (b *Book) Entries(ctx context.Context, path string) (data []byte, whole bool, err error) {
	n, err := b.store.LogSize(ctx)
	if err != nil {
		return nil, false, err
	}
	first, count, whole, err := translog.Entries(path, n)
	if err != nil {
		return nil, false, err
	}
	leaves, err := b.store.LogLeaves(ctx, first, int(count))
	if err == nil && int64(len(leaves)) != count {
		err = fmt.Errorf("log: %d leaves from %d, expected %d: %w", len(leaves), first, count, store.ErrNotFound)
	}
	if err != nil {
		return nil, false, err
	}
	data, err = translog.Bundle(leaves)
	return data, whole, err
}

// Extends is Consistency as evidence has it.
func (b *Book) Extends(ctx context.Context, size, old int64) (trust.Consistency, error) {
	n, err := b.store.LogSize(ctx)
	if err != nil {
		return trust.Consistency{}, err
	}
	if old < 0 || old > size || size > n {
		return trust.Consistency{}, fmt.Errorf("from %d to %d leaves, of %d: %w", old, size, n, store.ErrNotFound)
	}
	return trust.Prove(size, old, hashes{ctx, b.store})
}

// Consistency shows that the log of size leaves begins with that of old leaves.
func (b *Book) Consistency(ctx context.Context, old, size int64) ([]translog.Hash, error) {
	c, err := b.Extends(ctx, size, old)
	return c.Proof, err
}

var (
	_ translog.Reader  = hashes{}
	_ authority.Keeper = (*Book)(nil)
)
