package orgs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/name"
	"github.com/dougong-dev/dougong/registry/sso"
	"github.com/dougong-dev/dougong/registry/store"
)

// Groups says what the groups of the sign-in provider mean here. The zero value: nothing, whoever it knows may come.
type Groups struct {
	Require string // only its members may sign in
	Admin   string // its members are administrators
	Roles   []GroupRole
}

// GroupRole gives the members of a group a role. An organisation that stands here is the provider's: of those who sign in by it,
// whoever is in none of its groups is no member any more.
type GroupRole struct {
	Group string
	Org   string
	Role  store.Role
}

// ParseGroupRole reads GROUP=ORG:ROLE. A group may hold both signs.
func ParseGroupRole(text string) (GroupRole, error) {
	at := strings.LastIndex(text, "=")
	if at > 0 {
		org, role, ok := strings.Cut(text[at+1:], ":")
		g := GroupRole{text[:at], org, store.Role(role)}
		if ok && name.CheckAccount(org) == nil && g.Role.Allows(store.RoleReader) {
			return g, nil
		}
	}
	return GroupRole{}, fmt.Errorf("%q: expected GROUP=ORGANISATION:ROLE, the role one of reader, publisher, owner", text)
}

// Arrive lets a person in whom the provider has vouched for: the account is found or made, its roles follow the groups.
func (d *Desk) Arrive(ctx context.Context, p *sso.Person, g Groups) (*store.Account, error) {
	if g.Require != "" && !slices.Contains(p.Groups, g.Require) {
		return nil, fault.New(fault.Denied, "you are not in the group %q, which may use this registry", g.Require).Next("ask whoever manages the groups of your house")
	}
	a, err := d.FromOIDC(ctx, p.Issuer, p.Subject, p.Name)
	if err != nil {
		return nil, err
	}
	err = d.Store.Update(ctx, func(tx store.Tx) error {
		if admin := slices.Contains(p.Groups, g.Admin); g.Admin != "" && admin != a.Admin {
			if err := tx.SetAdmin(ctx, a.ID, admin); err != nil {
				return err
			}
			a.Admin = admin
			if err := d.record(ctx, tx, accounts.Session(a), "account.admin", "", a.Name, map[string]any{"admin": admin, "by": p.Issuer}); err != nil {
				return err
			}
		}
		return d.follow(ctx, tx, a, p, g.Roles)
	})
	return a, err
}

// follow gives an account the highest role of its groups in each organisation that the groups speak of.
func (d *Desk) follow(ctx context.Context, tx store.Tx, a *store.Account, p *sso.Person, roles []GroupRole) error {
	want, order := map[string]store.Role{}, []string{}
	for _, r := range roles {
		if !slices.Contains(order, r.Org) {
			order = append(order, r.Org)
		}
		if slices.Contains(p.Groups, r.Group) && !want[r.Org].Allows(r.Role) {
			want[r.Org] = r.Role
		}
	}
	for _, org := range order {
		o, err := tx.Org(ctx, org)
		if errors.Is(err, store.ErrNotFound) {
			continue // it may be made one day
		}
		if err != nil {
			return err
		}
		has, err := tx.Role(ctx, o.ID, a.ID)
		if err != nil {
			return err
		}
		if has == want[org] {
			continue
		}
		if err := tx.SetMember(ctx, o.ID, a.ID, want[org]); err != nil {
			return err
		}
		if err := d.record(ctx, tx, accounts.Session(a), "member.set", org, a.Name, map[string]any{"role": want[org], "by": p.Issuer}); err != nil {
			return err
		}
	}
	return nil
}
