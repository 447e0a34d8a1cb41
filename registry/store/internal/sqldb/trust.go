package sqldb

import (
	"context"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/registry/store"
)

// among is a condition on a column for a list of texts, and its arguments.
func among(column string, values []string) (string, []any) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return column + ` IN (?` + strings.Repeat(", ?", len(values)-1) + `)`, args
}

// Statements implements store.Reader.
func (r *reader) Statements(ctx context.Context, pkg int64, version string) ([]store.Statement, error) {
	return list(ctx, r.q, func(row row, s *store.Statement) error {
		return row.Scan(&s.Package, &s.Version, &s.Digest, &s.Predicate, &s.Envelope, &s.Leaf)
	}, `SELECT package, version, digest, predicate, envelope, leaf FROM statements WHERE package = ? AND version = ? ORDER BY leaf`, pkg, version)
}

// Certificates implements store.Reader.
func (r *reader) Certificates(ctx context.Context, keys []string) ([][]byte, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	condition, args := among("holder", keys)
	return list(ctx, r.q, func(row row, der *[]byte) error { return row.Scan(der) }, `SELECT der FROM certificates WHERE `+condition+` ORDER BY id`, args...)
}

// TrustFile implements store.Reader.
func (r *reader) TrustFile(ctx context.Context, name string) (*store.TrustFile, error) {
	f, err := one(ctx, r.q, func(row row, f *store.TrustFile) error { return row.Scan(&f.Name, &f.Version, &f.Body) },
		`SELECT name, version, body FROM trust_files WHERE name = ?`, name)
	return f, missing(err, "trust file %q", name)
}

// TrustVersions implements store.Reader.
func (r *reader) TrustVersions(ctx context.Context, names []string) (map[string]int64, error) {
	out := map[string]int64{}
	if len(names) == 0 {
		return out, nil
	}
	condition, args := among("name", names)
	all, err := list(ctx, r.q, func(row row, f *store.TrustFile) error { return row.Scan(&f.Name, &f.Version) },
		`SELECT name, version FROM trust_files WHERE `+condition, args...)
	for _, f := range all {
		out[f.Name] = f.Version
	}
	return out, err
}

// LastRelease implements store.Reader.
func (r *reader) LastRelease(ctx context.Context) (n int64, err error) {
	err = r.q.row(ctx, `SELECT COALESCE(MAX(leaf) + 1, 0) FROM releases`).Scan(&n)
	return n, err
}

// ReleasesFrom implements store.Reader.
func (r *reader) ReleasesFrom(ctx context.Context, leaf int64, limit int) ([]store.Read, error) {
	return list(ctx, r.q, func(row row, x *store.Read) error {
		return row.Scan(&x.Package, &x.Visibility, &x.Version, &x.Envelope, &x.Leaf)
	}, `SELECT r.package, p.visibility, r.version, r.envelope, r.leaf FROM releases r JOIN packages p ON p.id = r.package WHERE r.leaf >= ? ORDER BY r.leaf LIMIT ?`, leaf, limit)
}

// AddStatement implements store.Tx.
func (w *writer) AddStatement(ctx context.Context, s *store.Statement) error {
	return w.run(ctx, `INSERT INTO statements (package, version, digest, predicate, envelope, leaf) VALUES (?, ?, ?, ?, ?, ?)`,
		s.Package, s.Version, s.Digest, s.Predicate, s.Envelope, s.Leaf)
}

// AddCertificate implements store.Tx.
func (w *writer) AddCertificate(ctx context.Context, digest, key string, der []byte) error {
	return w.run(ctx, `INSERT INTO certificates (id, holder, der) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, digest, key, der)
}

// PutTrustFile implements store.Tx.
func (w *writer) PutTrustFile(ctx context.Context, f *store.TrustFile) error {
	res, err := w.q.exec(ctx, `INSERT INTO trust_files (name, version, body) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET version = excluded.version, body = excluded.body WHERE trust_files.version < excluded.version`, f.Name, f.Version, f.Body)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = fmt.Errorf("trust file %q, version %d or a later one: %w", f.Name, f.Version, store.ErrExists)
	}
	return err
}

// DropTrustFile implements store.Tx.
func (w *writer) DropTrustFile(ctx context.Context, name string) error {
	return w.run(ctx, `DELETE FROM trust_files WHERE name = ?`, name)
}
