// Package orgs manages who publishes: accounts, organisations and their members, namespaces, keys, tokens and webhooks. Every
// change is written to the log in the transaction that makes it.
//
//	err := desk.CreateOrg(ctx, who, "acme", "Acme 股份有限公司")
//	err = desk.ClaimNamespace(ctx, who, "acme", "com.acme")   // refused if it reads like somebody else's
//
// It must not know HTTP, and nothing of releases.
package orgs

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/hooks"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/name"
	"github.com/dougong-dev/dougong/registry/store"
)

// Desk does it. Safe for concurrent use.
type Desk struct {
	Store store.Store
	Book  *logbook.Book
	Now   func() time.Time
	// AutoVerify approves organisations and namespaces at once: for a house where whoever has an account is trusted.
	AutoVerify bool
	// Hooks says where webhooks may lead.
	Hooks hooks.Policy
}

// record makes an event of a change.
func (d *Desk) record(ctx context.Context, tx store.Tx, who accounts.Identity, action, org, subject string, detail map[string]any) error {
	text := []byte("{}")
	if detail != nil {
		var err error
		if text, err = json.Marshal(detail); err != nil {
			return err
		}
	}
	actor := who.Name()
	if actor == "" {
		actor = "(operator)" // who holds the data folder
	}
	return d.Book.Record(ctx, tx, &store.Event{Actor: actor, Action: action, Org: org, Subject: subject, Detail: string(text)}, nil)
}

// CreateAccount makes a local account. Only administrators do; the operator's command line counts as one.
func (d *Desk) CreateAccount(ctx context.Context, who accounts.Identity, account, password string, admin bool) (*store.Account, error) {
	if err := who.NeedWhole(accounts.ScopeAdmin); err != nil {
		return nil, err
	}
	return d.Bootstrap(ctx, who, account, password, admin)
}

// Bootstrap makes an account without asking who may: for the operator who holds the data.
func (d *Desk) Bootstrap(ctx context.Context, who accounts.Identity, account, password string, admin bool) (*store.Account, error) {
	if err := name.CheckAccount(account); err != nil {
		return nil, fault.New(fault.Invalid, "%w", err)
	}
	hash, err := accounts.HashPassword(password)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%w", err)
	}
	a := &store.Account{Name: account, Password: hash, Admin: admin, Created: d.Now()}
	err = d.Store.Update(ctx, func(tx store.Tx) error {
		if err := tx.AddAccount(ctx, a); err != nil {
			return taken(err, "account %q exists already", account)
		}
		return d.record(ctx, tx, who, "account.create", "", account, map[string]any{"admin": admin})
	})
	return a, err
}

// FromOIDC finds or makes the account of an OIDC identity.
func (d *Desk) FromOIDC(ctx context.Context, issuer, subject, wish string) (*store.Account, error) {
	a, err := d.Store.AccountByIdentity(ctx, issuer, subject)
	if err == nil && a.Disabled {
		return nil, fault.New(fault.Denied, "account %q is disabled", a.Name)
	}
	if err == nil || !errors.Is(err, store.ErrNotFound) {
		return a, err
	}
	if name.CheckAccount(wish) != nil {
		_, _, wish = accounts.NewToken()
		wish = "u" + wish
	}
	a = &store.Account{Name: wish, Issuer: issuer, Subject: subject, Created: d.Now()}
	err = d.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.Account(ctx, a.Name); err == nil { // a local account of this name is somebody else's
			_, _, suffix := accounts.NewToken()
			a.Name += "-" + suffix
		}
		if err := tx.AddAccount(ctx, a); err != nil {
			return err
		}
		return d.record(ctx, tx, accounts.Session(a), "account.create", "", a.Name, map[string]any{"issuer": issuer})
	})
	if errors.Is(err, store.ErrExists) { // the same person, from another window at the same time
		return d.Store.AccountByIdentity(ctx, issuer, subject)
	}
	return a, err
}

func taken(err error, format string, args ...any) error {
	if errors.Is(err, store.ErrExists) {
		return fault.New(fault.Conflict, format, args...)
	}
	return err
}

// Org finds an organisation in which an identity has a role, by a credential with a scope. An administrator has every role.
func (d *Desk) Org(ctx context.Context, who accounts.Identity, org string, scope accounts.Scope, role store.Role) (*store.Org, error) {
	need := who.Need
	if scope == accounts.ScopeManage || scope == accounts.ScopeAdmin {
		need = who.NeedWhole
	}
	if err := need(scope); err != nil {
		return nil, err
	}
	o, err := d.Store.Org(ctx, org)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "there is no organisation %q", org)
	}
	if err != nil {
		return nil, err
	}
	has, err := d.Store.Role(ctx, o.ID, who.ID())
	if err != nil {
		return nil, err
	}
	if !has.Allows(role) && !who.Administers() {
		return nil, fault.New(fault.Denied, "account %q is not %s of organisation %q", who.Name(), role, org).Next("ask one of its owners")
	}
	return o, nil
}

// CreateOrg makes an organisation, owned by who makes it.
func (d *Desk) CreateOrg(ctx context.Context, who accounts.Identity, org, title string) (*store.Org, error) {
	if err := who.NeedWhole(accounts.ScopeManage); err != nil {
		return nil, err
	}
	if err := errors.Join(name.CheckAccount(org), name.CheckTitle(title)); err != nil {
		return nil, fault.New(fault.Invalid, "%w", err)
	}
	o := &store.Org{Name: org, Title: title, Skeleton: name.Skeleton(title), Verified: d.AutoVerify, Created: d.Now()}
	err := d.Store.Update(ctx, func(tx store.Tx) error {
		switch like, err := tx.OrgLike(ctx, o.Skeleton); {
		case err == nil && like.Name != org:
			return fault.New(fault.LookAlike, "the title %q reads like %q of organisation %q", title, like.Title, like.Name).Next("choose a title that nobody takes for another's")
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return err
		}
		if err := tx.AddOrg(ctx, o); err != nil {
			return taken(err, "organisation %q exists already", org)
		}
		if err := tx.SetMember(ctx, o.ID, who.ID(), store.RoleOwner); err != nil {
			return err
		}
		return d.record(ctx, tx, who, "org.create", org, org, map[string]any{"title": title})
	})
	return o, err
}

// VerifyOrg says that an organisation is who it says it is, or takes that back. Administrators do. What it has published stays;
// whoever is not verified publishes nothing more.
func (d *Desk) VerifyOrg(ctx context.Context, who accounts.Identity, org string, verified bool) error {
	if err := who.NeedWhole(accounts.ScopeAdmin); err != nil {
		return err
	}
	return d.Store.Update(ctx, func(tx store.Tx) error {
		o, err := tx.Org(ctx, org)
		if errors.Is(err, store.ErrNotFound) {
			return fault.New(fault.NotFound, "there is no organisation %q", org)
		}
		if err != nil {
			return err
		}
		if err := tx.SetVerified(ctx, o.ID, verified); err != nil {
			return err
		}
		action := "org.verify"
		if !verified {
			action = "org.unverify"
		}
		return d.record(ctx, tx, who, action, org, org, nil)
	})
}

// SetVisibility says what an organisation's packages begin as. Those that are there stay as they are. Owners do.
func (d *Desk) SetVisibility(ctx context.Context, who accounts.Identity, org string, v store.Visibility) error {
	o, err := d.Org(ctx, who, org, accounts.ScopeManage, store.RoleOwner)
	if err != nil {
		return err
	}
	if !v.Known() {
		return fault.New(fault.Invalid, "unknown visibility %q; known are %s and %s", v, store.Public, store.Internal)
	}
	return d.Store.Update(ctx, func(tx store.Tx) error {
		if err := tx.SetOrgVisibility(ctx, o.ID, v); err != nil {
			return err
		}
		return d.record(ctx, tx, who, "org.visibility", org, org, map[string]any{"visibility": v})
	})
}

// Orgs lists all organisations, for administrators.
func (d *Desk) Orgs(ctx context.Context, who accounts.Identity) ([]store.Org, error) {
	if err := who.NeedWhole(accounts.ScopeAdmin); err != nil {
		return nil, err
	}
	return d.Store.Orgs(ctx)
}

// SetMember gives an account a role; an empty role takes it out. The last owner stays.
func (d *Desk) SetMember(ctx context.Context, who accounts.Identity, org, account string, role store.Role) error {
	o, err := d.Org(ctx, who, org, accounts.ScopeManage, store.RoleOwner)
	if err != nil {
		return err
	}
	if role != "" && !role.Allows(store.RoleReader) {
		return fault.New(fault.Invalid, "unknown role %q; known are reader, publisher, owner", role)
	}
	return d.Store.Update(ctx, func(tx store.Tx) error {
		a, err := tx.Account(ctx, account)
		if err != nil {
			return fault.New(fault.NotFound, "there is no account %q", account)
		}
		members, err := tx.Members(ctx, o.ID)
		if err != nil {
			return err
		}
		owners := 0
		for _, m := range members {
			if m.Role == store.RoleOwner && m.Account != a.ID {
				owners++
			}
		}
		if owners == 0 && role != store.RoleOwner {
			return fault.New(fault.Conflict, "account %q is the last owner of %q", account, org).Next("make somebody else an owner first")
		}
		if err := tx.SetMember(ctx, o.ID, a.ID, role); err != nil {
			return fault.New(fault.NotFound, "%w", err)
		}
		return d.record(ctx, tx, who, "member.set", org, account, map[string]any{"role": role})
	})
}

// AddKey registers a public key that the organisation's releases may be signed by.
func (d *Desk) AddKey(ctx context.Context, who accounts.Identity, org string, k key.Key) (string, error) {
	o, err := d.Org(ctx, who, org, accounts.ScopeManage, store.RoleOwner)
	if err != nil {
		return "", err
	}
	public, err := k.Public()
	if err != nil {
		return "", fault.New(fault.Invalid, "%w", err)
	}
	return k.ID(), d.Store.Update(ctx, func(tx store.Tx) error {
		row := &store.Key{ID: k.ID(), Org: o.ID, Algorithm: k.Type, Public: public.Bytes(), Created: d.Now()}
		if err := tx.AddKey(ctx, row); err != nil {
			return taken(err, "key %s is registered already", k.ID())
		}
		return d.record(ctx, tx, who, "key.add", org, k.ID(), map[string]any{"algorithm": k.Type})
	})
}

// RevokeKey makes a key good for nothing from now on.
func (d *Desk) RevokeKey(ctx context.Context, who accounts.Identity, org, id, reason string) error {
	o, err := d.Org(ctx, who, org, accounts.ScopeManage, store.RoleOwner)
	if err != nil {
		return err
	}
	return d.Store.Update(ctx, func(tx store.Tx) error {
		if err := tx.RevokeKey(ctx, o.ID, id, d.Now()); err != nil {
			return fault.New(fault.NotFound, "%w", err)
		}
		return d.record(ctx, tx, who, "key.revoke", org, id, map[string]any{"reason": strings.TrimSpace(reason)})
	})
}
