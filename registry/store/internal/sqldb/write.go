package sqldb

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/registry/store"
)

// writer implements store.Tx.
type writer struct{ reader }

// run executes a statement; a taken key becomes store.ErrExists.
func (w *writer) run(ctx context.Context, query string, args ...any) error {
	_, err := w.q.exec(ctx, query, args...)
	if err != nil && w.d.Exists(err) {
		return fmt.Errorf("%w (%w)", store.ErrExists, err)
	}
	return err
}

// change executes a statement that has to find a row.
func (w *writer) change(ctx context.Context, what, query string, args ...any) error {
	res, err := w.q.exec(ctx, query, args...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = fmt.Errorf("%s: %w", what, store.ErrNotFound)
	}
	return err
}

// add inserts a row and gives its id.
func (w *writer) add(ctx context.Context, id *int64, query string, args ...any) error {
	err := w.q.row(ctx, query+` RETURNING id`, args...).Scan(id)
	if err != nil && w.d.Exists(err) {
		return fmt.Errorf("%w (%w)", store.ErrExists, err)
	}
	return err
}

// AddAccount implements store.Tx.
func (w *writer) AddAccount(ctx context.Context, a *store.Account) error {
	return w.add(ctx, &a.ID, `INSERT INTO accounts (name, password, issuer, subject, admin, disabled, created) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		a.Name, a.Password, a.Issuer, a.Subject, number(a.Admin), number(a.Disabled), millis(a.Created))
}

// SetPassword implements store.Tx.
func (w *writer) SetPassword(ctx context.Context, account int64, hash string) error {
	return w.change(ctx, "account", `UPDATE accounts SET password = ? WHERE id = ?`, hash, account)
}

// SetAdmin implements store.Tx.
func (w *writer) SetAdmin(ctx context.Context, account int64, admin bool) error {
	return w.change(ctx, "account", `UPDATE accounts SET admin = ? WHERE id = ?`, number(admin), account)
}

// SetDisabled implements store.Tx.
func (w *writer) SetDisabled(ctx context.Context, account int64, disabled bool) error {
	return w.change(ctx, "account", `UPDATE accounts SET disabled = ? WHERE id = ?`, number(disabled), account)
}

// AddToken implements store.Tx.
func (w *writer) AddToken(ctx context.Context, t *store.Token) error {
	return w.run(ctx, `INSERT INTO tokens (id, hash, account, name, scopes, namespace, created, expires, revoked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		t.ID, t.Hash[:], t.Account, t.Name, strings.Join(t.Scopes, " "), t.Namespace, millis(t.Created), millis(t.Expires))
}

// RevokeToken implements store.Tx.
func (w *writer) RevokeToken(ctx context.Context, account int64, id string) error {
	return w.change(ctx, "token "+id, `UPDATE tokens SET revoked = 1 WHERE account = ? AND id = ?`, account, id)
}

// RevokeTokens implements store.Tx.
func (w *writer) RevokeTokens(ctx context.Context, account int64) error {
	return w.run(ctx, `UPDATE tokens SET revoked = 1 WHERE account = ?`, account)
}

// AddSession implements store.Tx.
func (w *writer) AddSession(ctx context.Context, s *store.Session) error {
	return w.run(ctx, `INSERT INTO sessions (hash, account, expires) VALUES (?, ?, ?)`, s.Hash[:], s.Account, millis(s.Expires))
}

// DropSession implements store.Tx.
func (w *writer) DropSession(ctx context.Context, hash [32]byte) error {
	return w.run(ctx, `DELETE FROM sessions WHERE hash = ?`, hash[:])
}

// DropSessions implements store.Tx.
func (w *writer) DropSessions(ctx context.Context, account int64) error {
	return w.run(ctx, `DELETE FROM sessions WHERE account = ?`, account)
}

// DropSessionsBefore implements store.Tx.
func (w *writer) DropSessionsBefore(ctx context.Context, t time.Time) error {
	return w.run(ctx, `DELETE FROM sessions WHERE expires < ?`, millis(t))
}

// AddOrg implements store.Tx.
func (w *writer) AddOrg(ctx context.Context, o *store.Org) error {
	return w.add(ctx, &o.ID, `INSERT INTO orgs (name, title, skeleton, verified, created, bytes, releases, visibility) VALUES (?, ?, ?, ?, ?, 0, 0, ?)`,
		o.Name, o.Title, o.Skeleton, number(o.Verified), millis(o.Created), cmp.Or(o.Visibility, store.Public))
}

// SetVerified implements store.Tx.
func (w *writer) SetVerified(ctx context.Context, org int64, verified bool) error {
	return w.change(ctx, "organisation", `UPDATE orgs SET verified = ? WHERE id = ?`, number(verified), org)
}

// SetOrgVisibility implements store.Tx.
func (w *writer) SetOrgVisibility(ctx context.Context, org int64, v store.Visibility) error {
	return w.change(ctx, "organisation", `UPDATE orgs SET visibility = ? WHERE id = ?`, v, org)
}

// SetMember implements store.Tx.
func (w *writer) SetMember(ctx context.Context, org, account int64, role store.Role) error {
	if role == "" {
		return w.change(ctx, "member", `DELETE FROM members WHERE org = ? AND account = ?`, org, account)
	}
	return w.run(ctx, `INSERT INTO members (org, account, role) VALUES (?, ?, ?) ON CONFLICT (org, account) DO UPDATE SET role = excluded.role`, org, account, role)
}

// AddKey implements store.Tx.
func (w *writer) AddKey(ctx context.Context, k *store.Key) error {
	return w.run(ctx, `INSERT INTO org_keys (id, org, algorithm, public, created, revoked) VALUES (?, ?, ?, ?, ?, 0)`, k.ID, k.Org, k.Algorithm, k.Public, millis(k.Created))
}

// RevokeKey implements store.Tx.
func (w *writer) RevokeKey(ctx context.Context, org int64, id string, at time.Time) error {
	return w.change(ctx, "key "+id, `UPDATE org_keys SET revoked = ? WHERE org = ? AND id = ? AND revoked = 0`, millis(at), org, id)
}

// AddNamespace implements store.Tx.
func (w *writer) AddNamespace(ctx context.Context, n *store.Namespace) error {
	return w.run(ctx, `INSERT INTO namespaces (name, skeleton, org, verified, created) VALUES (?, ?, ?, ?, ?)`, n.Name, n.Skeleton, n.Org, number(n.Verified), millis(n.Created))
}

// VerifyNamespace implements store.Tx.
func (w *writer) VerifyNamespace(ctx context.Context, name string) error {
	return w.change(ctx, "namespace "+name, `UPDATE namespaces SET verified = 1 WHERE name = ?`, name)
}
