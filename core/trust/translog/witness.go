package translog

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
	"golang.org/x/mod/sumdb/note"
)

// seenAt is when a witness saw the head, from a signature that was verified before: hash, time, signature.
func seenAt(text string) int64 {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) < 12 {
		return 0
	}
	return int64(min(binary.BigEndian.Uint64(raw[4:]), math.MaxInt64))
}

// Memo remembers the newest head that a witness co-signed, by the log's origin. Put must have reached the disk when it
// returns: a witness that forgets can be made to co-sign a fork.
type Memo interface {
	Get(origin string) (Tree, error) // the zero Tree if there is none
	Put(origin string, t Tree) error
}

// Cosigner is a witness at work. Safe for concurrent use.
type Cosigner struct {
	Suite *gm.Suite
	Name  string
	By    key.Signer
	Memo  Memo
	Now   func() time.Time // time.Now if nil

	mu sync.Mutex
}

// Witness is how clients know this one.
func (c *Cosigner) Witness() Witness { return Witness{Name: c.Name, Key: c.By.Key()} }

// Seen is the newest tree co-signed: a log asks for it to know which proof to send.
func (c *Cosigner) Seen(origin string) (Tree, error) { return c.Memo.Get(origin) }

// Cosign adds the witness's signature to a head that extends what it has seen, which the proof shows. ErrFork is the answer
// to anything else, and the reason to raise the alarm.
func (c *Cosigner) Cosign(ctx context.Context, text string, log Log, proof []Hash) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	head, err := Open(c.Suite, text, log, nil)
	if err != nil {
		return "", fmt.Errorf("witness %s: %w", c.Name, err)
	}
	old, err := c.Memo.Get(log.Origin)
	if err != nil {
		return "", fmt.Errorf("witness %s: %w", c.Name, err)
	}
	if err := head.CheckExtends(old, proof); err != nil {
		return "", fmt.Errorf("witness %s, log %s: %w", c.Name, log.Origin, err)
	}
	if err := c.Memo.Put(log.Origin, head.Tree); err != nil {
		return "", fmt.Errorf("witness %s: %w", c.Name, err)
	}
	return c.sign(ctx, text, log)
}

func (c *Cosigner) sign(ctx context.Context, text string, log Log) (string, error) {
	now := time.Now
	if c.Now != nil {
		now = c.Now
	}
	v, err := newVerifier(c.Suite, c.Name, c.By.Key(), true)
	if err != nil {
		return "", err
	}
	var known []note.Verifier
	for _, k := range log.Keys {
		v, err := newVerifier(c.Suite, log.Origin, k, false)
		if err != nil {
			return "", err
		}
		known = append(known, v)
	}
	n, err := note.Open([]byte(text), note.VerifierList(known...))
	if err != nil {
		return "", err
	}
	out, err := note.Sign(n, &signer{verifier: v, ctx: ctx, by: c.By, seen: now().Unix()})
	if err != nil {
		return "", fmt.Errorf("witness %s: %w", c.Name, err)
	}
	return string(out), nil
}

// MemoryMemo is a Memo in memory, for tests.
type MemoryMemo struct {
	mu    sync.Mutex
	trees map[string]Tree
}

// Get implements Memo.
func (m *MemoryMemo) Get(origin string) (Tree, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.trees[origin], nil
}

// Put implements Memo.
func (m *MemoryMemo) Put(origin string, t Tree) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.trees == nil {
		m.trees = map[string]Tree{}
	}
	m.trees[origin] = t
	return nil
}

var _ Memo = (*MemoryMemo)(nil)
