package translog

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"golang.org/x/mod/sumdb/tlog"
)

// Kinds of leaves.
const (
	Publish  = "publish"  // a vendor's release
	Approve  = "approve"  // a review or a department's sign-off
	Takedown = "takedown" // a takedown list
	KeyEvent = "key"      // a certificate issued, renewed or revoked
	Audit    = "audit"    // whatever else the registry wants to be held to
)

// Leaf is one entry. Time is the log's: statements are judged at it.
type Leaf struct {
	Kind    string `json:"kind"`
	Time    int64  `json:"time"`    // seconds since 1970; never falls from one leaf to the next
	Subject string `json:"subject"` // "com.acme.pay@1.2.0"
	Digest  string `json:"digest"`  // SHA-256 of what is logged, hex: of an envelope envelope.Digest
}

const maxLeaf = 64 << 10

// Bytes is what the tree hashes.
func (l Leaf) Bytes() []byte {
	data, err := json.Marshal(l)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	return data
}

// ParseLeaf reads a leaf. It is written in one way only, so that what is read is what was hashed.
func ParseLeaf(data []byte) (Leaf, error) {
	var l Leaf
	if err := strict.Decode(data, maxLeaf, &l); err != nil {
		return Leaf{}, fmt.Errorf("log leaf: %w", err)
	}
	if string(l.Bytes()) != string(data) {
		return Leaf{}, fmt.Errorf("log leaf: not in the canonical form %s", l.Bytes())
	}
	return l, nil
}

// Hash is a hash of the tree.
type Hash [32]byte

// String is base64, as in a head.
func (h Hash) String() string { return tlog.Hash(h).String() }

// MarshalJSON implements json.Marshaler.
func (h Hash) MarshalJSON() ([]byte, error) { return tlog.Hash(h).MarshalJSON() }

// UnmarshalJSON implements json.Unmarshaler.
func (h *Hash) UnmarshalJSON(data []byte) error { return (*tlog.Hash)(h).UnmarshalJSON(data) }

// Hash is the leaf's hash in the tree.
func (l Leaf) Hash() Hash { return Hash(tlog.RecordHash(l.Bytes())) }

// Reader reads stored hashes by their numbers (tlog's: StoredHashIndex).
type Reader interface {
	ReadHashes(numbers []int64) ([]Hash, error)
}

// reader is a Reader as tlog wants it.
type reader struct{ Reader }

// ReadHashes implements tlog.HashReader.
func (r reader) ReadHashes(numbers []int64) ([]tlog.Hash, error) {
	hashes, err := r.Reader.ReadHashes(numbers)
	return toTlog(hashes), err
}

func toTlog(in []Hash) []tlog.Hash {
	out := make([]tlog.Hash, len(in))
	for i, h := range in {
		out[i] = tlog.Hash(h)
	}
	return out
}

func fromTlog(in []tlog.Hash) []Hash {
	out := make([]Hash, len(in))
	for i, h := range in {
		out[i] = Hash(h)
	}
	return out
}

// Append gives the hashes to store for the leaf with number n: they follow the StoredCount(n) that are there.
func Append(n int64, l Leaf, r Reader) ([]Hash, error) {
	hashes, err := tlog.StoredHashes(n, l.Bytes(), reader{r})
	if err != nil {
		return nil, fmt.Errorf("append leaf %d: %w", n, err)
	}
	return fromTlog(hashes), nil
}

// StoredCount is the number of hashes stored for n leaves.
func StoredCount(n int64) int64 { return tlog.StoredHashCount(n) }

// Root is the hash of the tree of the first n leaves.
func Root(n int64, r Reader) (Hash, error) {
	h, err := tlog.TreeHash(n, reader{r})
	return Hash(h), err
}

// ProveLeaf shows that leaf n is in the tree of size leaves.
func ProveLeaf(size, n int64, r Reader) ([]Hash, error) {
	p, err := tlog.ProveRecord(size, n, reader{r})
	if err != nil {
		return nil, fmt.Errorf("prove leaf %d of %d: %w", n, size, err)
	}
	return fromTlog(p), nil
}

// ProveConsistency shows that the tree of size leaves begins with that of old leaves.
func ProveConsistency(size, old int64, r Reader) ([]Hash, error) {
	if old == 0 || old == size {
		return []Hash{}, nil
	}
	p, err := tlog.ProveTree(size, old, reader{r})
	if err != nil {
		return nil, fmt.Errorf("prove that %d leaves are the first of %d: %w", old, size, err)
	}
	return fromTlog(p), nil
}

// Memory keeps a log's hashes and leaves in memory: for tests and small logs. Not safe for concurrent use.
type Memory struct {
	Leaves []Leaf
	hashes []Hash
}

// ReadHashes implements Reader.
func (m *Memory) ReadHashes(numbers []int64) ([]Hash, error) {
	out := make([]Hash, len(numbers))
	for i, n := range numbers {
		if n < 0 || n >= int64(len(m.hashes)) {
			return nil, fmt.Errorf("hash %d of %d is not there", n, len(m.hashes))
		}
		out[i] = m.hashes[n]
	}
	return out, nil
}

// Append adds a leaf and gives its number.
func (m *Memory) Append(l Leaf) (int64, error) {
	n := int64(len(m.Leaves))
	hashes, err := Append(n, l, m)
	if err != nil {
		return 0, err
	}
	m.hashes, m.Leaves = append(m.hashes, hashes...), append(m.Leaves, l)
	return n, nil
}

// Tree is the tree of all leaves.
func (m *Memory) Tree() (Tree, error) {
	n := int64(len(m.Leaves))
	root, err := Root(n, m)
	return Tree{Size: n, Root: root}, err
}

var _ Reader = (*Memory)(nil)
