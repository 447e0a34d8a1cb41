package sqldb

import (
	"context"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/registry/store"
)

// LogSize implements store.Reader.
func (r *reader) LogSize(ctx context.Context) (n int64, err error) {
	err = r.q.row(ctx, `SELECT COALESCE(MAX(idx) + 1, 0) FROM log_leaves`).Scan(&n)
	return n, err
}

// LogHashes implements store.Reader.
func (r *reader) LogHashes(ctx context.Context, indexes []int64) ([][32]byte, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	args := make([]any, len(indexes))
	for i, x := range indexes {
		args[i] = x
	}
	type hash struct {
		index int64
		hash  [32]byte
	}
	found, err := list(ctx, r.q, func(row row, h *hash) error {
		var b []byte
		if err := row.Scan(&h.index, &b); err != nil {
			return err
		}
		var err error
		h.hash, err = hash32(b)
		return err
	}, `SELECT idx, hash FROM log_hashes WHERE idx IN (?`+strings.Repeat(", ?", len(indexes)-1)+`)`, args...)
	if err != nil {
		return nil, err
	}
	by := make(map[int64][32]byte, len(found))
	for _, h := range found {
		by[h.index] = h.hash
	}
	out := make([][32]byte, len(indexes))
	for i, x := range indexes {
		h, ok := by[x]
		if !ok {
			return nil, fmt.Errorf("hash %d of the log: %w", x, store.ErrNotFound)
		}
		out[i] = h
	}
	return out, nil
}

// LogLeaves implements store.Reader.
func (r *reader) LogLeaves(ctx context.Context, from int64, limit int) ([][]byte, error) {
	return list(ctx, r.q, func(row row, b *[]byte) error { return row.Scan(b) }, `SELECT leaf FROM log_leaves WHERE idx >= ? ORDER BY idx LIMIT ?`, from, limit)
}

// Events implements store.Reader.
func (r *reader) Events(ctx context.Context, org string, before int64, limit int) ([]store.Event, error) {
	query, args := `SELECT idx, at, actor, action, org, subject, detail FROM audit WHERE 1 = 1`, []any{}
	if org != "" {
		query, args = query+` AND org = ?`, append(args, org)
	}
	if before > 0 {
		query, args = query+` AND idx < ?`, append(args, before)
	}
	return list(ctx, r.q, func(row row, e *store.Event) error {
		var at int64
		err := row.Scan(&e.Index, &at, &e.Actor, &e.Action, &e.Org, &e.Subject, &e.Detail)
		e.Time = timeOf(at)
		return err
	}, query+` ORDER BY idx DESC LIMIT ?`, append(args, limit)...)
}

// LockLog implements store.Tx.
func (w *writer) LockLog(ctx context.Context) (int64, error) {
	if lock := w.d.LockLog(); lock != "" {
		if _, err := w.q.exec(ctx, lock); err != nil {
			return 0, fmt.Errorf("lock the log: %w", err)
		}
	}
	return w.LogSize(ctx)
}

// AppendLog implements store.Tx.
func (w *writer) AppendLog(ctx context.Context, index int64, leaf []byte, first int64, hashes [][32]byte) error {
	if err := w.run(ctx, `INSERT INTO log_leaves (idx, leaf) VALUES (?, ?)`, index, leaf); err != nil {
		return fmt.Errorf("append leaf %d: %w", index, err)
	}
	for i, h := range hashes {
		if err := w.run(ctx, `INSERT INTO log_hashes (idx, hash) VALUES (?, ?)`, first+int64(i), h[:]); err != nil {
			return fmt.Errorf("append hash %d: %w", first+int64(i), err)
		}
	}
	return nil
}

// AddEvent implements store.Tx.
func (w *writer) AddEvent(ctx context.Context, e *store.Event) error {
	return w.run(ctx, `INSERT INTO audit (idx, at, actor, action, org, subject, detail) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		e.Index, millis(e.Time), e.Actor, e.Action, e.Org, e.Subject, e.Detail)
}
