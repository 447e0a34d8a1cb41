package orgs

import (
	"context"
	"errors"
	"strings"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/name"
	"github.com/dougong-dev/dougong/registry/store"
)

// ClaimNamespace binds a namespace to an organisation. Publishing in it has to wait until an administrator has verified it.
func (d *Desk) ClaimNamespace(ctx context.Context, who accounts.Identity, org, ns string) (*store.Namespace, error) {
	o, err := d.Org(ctx, who, org, accounts.ScopeManage, store.RoleOwner)
	if err != nil {
		return nil, err
	}
	if err := name.CheckNamespace(ns); err != nil {
		return nil, fault.New(fault.Invalid, "%w", err)
	}
	n := &store.Namespace{Name: ns, Skeleton: name.Skeleton(ns), Org: o.ID, OrgName: org, Verified: d.AutoVerify && o.Verified, Created: d.Now()}
	err = d.Store.Update(ctx, func(tx store.Tx) error {
		if err := free(ctx, tx, n); err != nil {
			return err
		}
		if err := tx.AddNamespace(ctx, n); err != nil {
			return taken(err, "namespace %q is claimed already", ns)
		}
		return d.record(ctx, tx, who, "namespace.claim", org, ns, nil)
	})
	return n, err
}

// free tells whether a namespace neither reads like one of somebody else nor lies within one.
func free(ctx context.Context, tx store.Tx, n *store.Namespace) error {
	switch like, err := tx.NamespaceLike(ctx, n.Skeleton); {
	case err == nil && like.Name == n.Name:
		return fault.New(fault.Conflict, "namespace %q is claimed already, by organisation %q", n.Name, like.OrgName)
	case err == nil && like.Org != n.Org:
		return fault.New(fault.LookAlike, "namespace %q reads like %q of organisation %q", n.Name, like.Name, like.OrgName).Next("choose a name that nobody takes for another's")
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	}
	if err := unlikeOuter(ctx, tx, n); err != nil {
		return err
	}
	for _, outer := range name.Covering(n.Name)[1:] {
		switch other, err := tx.Namespace(ctx, outer); {
		case err == nil && other.Org != n.Org:
			return fault.New(fault.Denied, "namespace %q lies within %q of organisation %q", n.Name, outer, other.OrgName)
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return err
		}
		switch like, err := tx.NamespaceLike(ctx, name.Skeleton(outer)); {
		case err == nil && like.Org != n.Org:
			return fault.New(fault.LookAlike, "namespace %q lies within %q, which reads like %q of organisation %q", n.Name, outer, like.Name, like.OrgName).
				Next("choose a name that nobody takes for another's")
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return err
		}
	}
	return nil
}

// unlikeOuter tells whether no namespace of somebody else lies within one that the new one reads like: where com.acme.pay is taken
// and com.acme is not, com.acrne would make room for com.acrne.pay. The very name may be claimed: whose it is an administrator says.
func unlikeOuter(ctx context.Context, tx store.Tx, n *store.Namespace) error {
	if !name.Within(n.Name+".x", n.Name) {
		return nil // it covers itself alone
	}
	inner, err := tx.NamespacesLike(ctx, name.Beginning(n.Name))
	if err != nil {
		return err
	}
	for _, other := range inner {
		if other.Org == n.Org {
			continue
		}
		for _, outer := range name.Covering(other.Name)[1:] {
			if outer != n.Name && name.Skeleton(outer) == n.Skeleton {
				return fault.New(fault.LookAlike, "namespace %q reads like %q, in which %q of organisation %q lies", n.Name, outer, other.Name, other.OrgName).
					Next("choose a name that nobody takes for another's")
			}
		}
	}
	return nil
}

// Unverified is the refusal of what only a verified organisation may do.
func Unverified(org string) error {
	return fault.New(fault.Denied, "the organisation %q is not verified", org).
		Next("an administrator of this registry says that it is who it says it is: dougong registry org verify %s", org)
}

// VerifyNamespace says that an organisation owns the name. Administrators do, once they have verified the organisation.
func (d *Desk) VerifyNamespace(ctx context.Context, who accounts.Identity, ns string) error {
	if err := who.NeedWhole(accounts.ScopeAdmin); err != nil {
		return err
	}
	return d.Store.Update(ctx, func(tx store.Tx) error {
		n, err := tx.Namespace(ctx, ns)
		if errors.Is(err, store.ErrNotFound) {
			return fault.New(fault.NotFound, "there is no namespace %q", ns)
		}
		if err != nil {
			return err
		}
		if o, err := tx.OrgByID(ctx, n.Org); err != nil || !o.Verified {
			return errors.Join(err, Unverified(n.OrgName))
		}
		if err := tx.VerifyNamespace(ctx, ns); err != nil {
			return err
		}
		return d.record(ctx, tx, who, "namespace.verify", n.OrgName, ns, nil)
	})
}

// Owner finds the namespace that a package id belongs to. Within another namespace's look-alike nothing can be published,
// since none can be claimed.
func Owner(ctx context.Context, r store.Reader, id string) (*store.Namespace, error) {
	covering := name.Covering(id)
	for _, ns := range covering {
		n, err := r.Namespace(ctx, ns)
		if err == nil {
			return n, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
	}
	return nil, fault.New(fault.Denied, "%q is in no namespace of an organisation", id).Next("claim one of %s: dougong registry org claim ORG NAMESPACE", strings.Join(covering, ", "))
}
