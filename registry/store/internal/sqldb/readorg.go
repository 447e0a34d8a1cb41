package sqldb

import (
	"context"
	"database/sql"
	"errors"

	"github.com/dougong-dev/dougong/registry/store"
)

const orgColumns = `o.id, o.name, o.title, o.skeleton, o.verified, o.created, o.bytes, o.releases, o.visibility`

func scanOrg(r row, o *store.Org) error {
	var verified, created int64
	err := r.Scan(&o.ID, &o.Name, &o.Title, &o.Skeleton, &verified, &created, &o.Bytes, &o.Releases, &o.Visibility)
	o.Verified, o.Created = verified != 0, timeOf(created)
	return err
}

// Org implements store.Reader.
func (r *reader) Org(ctx context.Context, name string) (*store.Org, error) {
	o, err := one(ctx, r.q, scanOrg, `SELECT `+orgColumns+` FROM orgs o WHERE o.name = ?`, name)
	return o, missing(err, "organisation %q", name)
}

// OrgByID implements store.Reader.
func (r *reader) OrgByID(ctx context.Context, id int64) (*store.Org, error) {
	o, err := one(ctx, r.q, scanOrg, `SELECT `+orgColumns+` FROM orgs o WHERE o.id = ?`, id)
	return o, missing(err, "organisation %d", id)
}

// Orgs implements store.Reader.
func (r *reader) Orgs(ctx context.Context) ([]store.Org, error) {
	return list(ctx, r.q, scanOrg, `SELECT `+orgColumns+` FROM orgs o ORDER BY o.name LIMIT 10000`)
}

// OrgLike implements store.Reader.
func (r *reader) OrgLike(ctx context.Context, skeleton string) (*store.Org, error) {
	o, err := one(ctx, r.q, scanOrg, `SELECT `+orgColumns+` FROM orgs o WHERE o.skeleton = ? ORDER BY o.id LIMIT 1`, skeleton)
	return o, missing(err, "organisation like %q", skeleton)
}

const memberQuery = `SELECT m.org, o.name, m.account, a.name, m.role FROM members m JOIN orgs o ON o.id = m.org JOIN accounts a ON a.id = m.account `

func scanMember(r row, m *store.Member) error {
	return r.Scan(&m.Org, &m.OrgName, &m.Account, &m.AccountName, &m.Role)
}

// Members implements store.Reader.
func (r *reader) Members(ctx context.Context, org int64) ([]store.Member, error) {
	return list(ctx, r.q, scanMember, memberQuery+`WHERE m.org = ? ORDER BY a.name`, org)
}

// Memberships implements store.Reader.
func (r *reader) Memberships(ctx context.Context, account int64) ([]store.Member, error) {
	return list(ctx, r.q, scanMember, memberQuery+`WHERE m.account = ? ORDER BY o.name`, account)
}

// Role implements store.Reader.
func (r *reader) Role(ctx context.Context, org, account int64) (store.Role, error) {
	var role store.Role
	err := r.q.row(ctx, `SELECT role FROM members WHERE org = ? AND account = ?`, org, account).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return role, err
}

// Keys implements store.Reader.
func (r *reader) Keys(ctx context.Context, org int64) ([]store.Key, error) {
	return list(ctx, r.q, func(row row, k *store.Key) error {
		var created, revoked int64
		err := row.Scan(&k.ID, &k.Org, &k.Algorithm, &k.Public, &created, &revoked)
		k.Created, k.Revoked = timeOf(created), timeOf(revoked)
		return err
	}, `SELECT id, org, algorithm, public, created, revoked FROM org_keys WHERE org = ? ORDER BY created, id`, org)
}

const namespaceQuery = `SELECT n.name, n.skeleton, n.org, o.name, n.verified, n.created FROM namespaces n JOIN orgs o ON o.id = n.org `

func scanNamespace(r row, n *store.Namespace) error {
	var verified, created int64
	err := r.Scan(&n.Name, &n.Skeleton, &n.Org, &n.OrgName, &verified, &created)
	n.Verified, n.Created = verified != 0, timeOf(created)
	return err
}

// Namespace implements store.Reader.
func (r *reader) Namespace(ctx context.Context, name string) (*store.Namespace, error) {
	n, err := one(ctx, r.q, scanNamespace, namespaceQuery+`WHERE n.name = ?`, name)
	return n, missing(err, "namespace %q", name)
}

// Namespaces implements store.Reader.
func (r *reader) Namespaces(ctx context.Context, org int64) ([]store.Namespace, error) {
	return list(ctx, r.q, scanNamespace, namespaceQuery+`WHERE n.org = ? ORDER BY n.name`, org)
}

// PendingNamespaces implements store.Reader.
func (r *reader) PendingNamespaces(ctx context.Context, limit int) ([]store.Namespace, error) {
	return list(ctx, r.q, scanNamespace, namespaceQuery+`WHERE n.verified = 0 ORDER BY n.created, n.name LIMIT ?`, limit)
}

// NamespaceLike implements store.Reader.
func (r *reader) NamespaceLike(ctx context.Context, skeleton string) (*store.Namespace, error) {
	n, err := one(ctx, r.q, scanNamespace, namespaceQuery+`WHERE n.skeleton = ? ORDER BY n.name LIMIT 1`, skeleton)
	return n, missing(err, "namespace like %q", skeleton)
}

// NamespacesLike implements store.Reader. Skeletons hold letters and digits alone, none of them a sign of LIKE.
func (r *reader) NamespacesLike(ctx context.Context, beginning string) ([]store.Namespace, error) {
	return list(ctx, r.q, scanNamespace, namespaceQuery+`WHERE n.skeleton LIKE ? ORDER BY n.name`, beginning+"%")
}
