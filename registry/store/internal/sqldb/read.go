package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/registry/store"
)

// reader implements store.Reader.
type reader struct {
	q querier
	d Dialect
}

// missing turns "no rows" into store.ErrNotFound that names what was looked for.
func missing(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), store.ErrNotFound)
	}
	return err
}

// list runs a query and scans each row by scan.
func list[T any](ctx context.Context, q querier, scan func(row, *T) error, query string, args ...any) (out []T, err error) {
	rows, err := q.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var x T
		if err := scan(rows, &x); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// one runs a query for a single row.
func one[T any](ctx context.Context, q querier, scan func(row, *T) error, query string, args ...any) (*T, error) {
	x := new(T)
	if err := scan(q.row(ctx, query, args...), x); err != nil {
		return nil, err
	}
	return x, nil
}

type row interface{ Scan(...any) error }

func words(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, " ")
}

func hash32(b []byte) (h [32]byte, err error) {
	if len(b) != len(h) {
		return h, fmt.Errorf("a kept hash has %d bytes, expected %d", len(b), len(h))
	}
	return [32]byte(b), nil
}

const accountColumns = `a.id, a.name, a.password, a.issuer, a.subject, a.admin, a.disabled, a.created`

func accountInto(a *store.Account, admin, disabled, created *int64) []any {
	return []any{&a.ID, &a.Name, &a.Password, &a.Issuer, &a.Subject, admin, disabled, created}
}

func scanAccount(r row, a *store.Account) error {
	var admin, disabled, created int64
	if err := r.Scan(accountInto(a, &admin, &disabled, &created)...); err != nil {
		return err
	}
	a.Admin, a.Disabled, a.Created = admin != 0, disabled != 0, timeOf(created)
	return nil
}

// Account implements store.Reader.
func (r *reader) Account(ctx context.Context, name string) (*store.Account, error) {
	a, err := one(ctx, r.q, scanAccount, `SELECT `+accountColumns+` FROM accounts a WHERE a.name = ?`, name)
	return a, missing(err, "account %q", name)
}

// AccountByID implements store.Reader.
func (r *reader) AccountByID(ctx context.Context, id int64) (*store.Account, error) {
	a, err := one(ctx, r.q, scanAccount, `SELECT `+accountColumns+` FROM accounts a WHERE a.id = ?`, id)
	return a, missing(err, "account %d", id)
}

// AccountByIdentity implements store.Reader.
func (r *reader) AccountByIdentity(ctx context.Context, issuer, subject string) (*store.Account, error) {
	a, err := one(ctx, r.q, scanAccount, `SELECT `+accountColumns+` FROM accounts a WHERE a.issuer = ? AND a.subject = ? AND a.subject <> ''`, issuer, subject)
	return a, missing(err, "account of %s at %s", subject, issuer)
}

// Accounts implements store.Reader.
func (r *reader) Accounts(ctx context.Context, after string, limit int) ([]store.Account, error) {
	return list(ctx, r.q, scanAccount, `SELECT `+accountColumns+` FROM accounts a WHERE a.name > ? ORDER BY a.name LIMIT ?`, after, limit)
}

// HasAdmin implements store.Reader.
func (r *reader) HasAdmin(ctx context.Context) (bool, error) {
	var n int64
	err := r.q.row(ctx, `SELECT COUNT(*) FROM accounts WHERE admin = 1 AND disabled = 0`).Scan(&n)
	return n > 0, err
}

const tokenColumns = `t.id, t.hash, t.account, t.name, t.scopes, t.namespace, t.created, t.expires, t.revoked`

type tokenRow struct {
	hash                      []byte
	scopes                    string
	created, expires, revoked int64
}

func (x *tokenRow) into(t *store.Token) []any {
	return []any{&t.ID, &x.hash, &t.Account, &t.Name, &x.scopes, &t.Namespace, &x.created, &x.expires, &x.revoked}
}

func (x *tokenRow) finish(t *store.Token) (err error) {
	t.Scopes, t.Created, t.Expires, t.Revoked = words(x.scopes), timeOf(x.created), timeOf(x.expires), x.revoked != 0
	t.Hash, err = hash32(x.hash)
	return err
}

// Token implements store.Reader.
func (r *reader) Token(ctx context.Context, hash [32]byte) (*store.Token, *store.Account, error) {
	t, a, x := &store.Token{}, &store.Account{}, &tokenRow{}
	var admin, disabled, created int64
	err := r.q.row(ctx, `SELECT `+tokenColumns+`, `+accountColumns+` FROM tokens t JOIN accounts a ON a.id = t.account WHERE t.hash = ?`, hash[:]).
		Scan(append(x.into(t), accountInto(a, &admin, &disabled, &created)...)...)
	if err != nil {
		return nil, nil, missing(err, "token")
	}
	a.Admin, a.Disabled, a.Created = admin != 0, disabled != 0, timeOf(created)
	return t, a, x.finish(t)
}

// Tokens implements store.Reader.
func (r *reader) Tokens(ctx context.Context, account int64) ([]store.Token, error) {
	return list(ctx, r.q, func(row row, t *store.Token) error {
		x := &tokenRow{}
		if err := row.Scan(x.into(t)...); err != nil {
			return err
		}
		return x.finish(t)
	}, `SELECT `+tokenColumns+` FROM tokens t WHERE t.account = ? ORDER BY t.created DESC, t.id`, account)
}

// Session implements store.Reader.
func (r *reader) Session(ctx context.Context, hash [32]byte) (*store.Session, *store.Account, error) {
	s, a := &store.Session{Hash: hash}, &store.Account{}
	var expires, admin, disabled, created int64
	err := r.q.row(ctx, `SELECT s.account, s.expires, `+accountColumns+` FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.hash = ?`, hash[:]).
		Scan(append([]any{&s.Account, &expires}, accountInto(a, &admin, &disabled, &created)...)...)
	if err != nil {
		return nil, nil, missing(err, "session")
	}
	a.Admin, a.Disabled, a.Created, s.Expires = admin != 0, disabled != 0, timeOf(created), timeOf(expires)
	return s, a, nil
}
