package accounts

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/name"
	"github.com/dougong-dev/dougong/registry/store"
)

// Identity is who makes a request, and what the request's credential is good for. The zero value is nobody.
type Identity struct {
	Account   *store.Account // nil: nobody
	TokenID   string         // empty: a browser's session
	scopes    []string       // of a token
	namespace string         // the only one that the token is good for; empty: all
}

// ID is the account's, 0 for nobody.
func (i Identity) ID() int64 {
	if i.Account == nil {
		return 0
	}
	return i.Account.ID
}

// Name is the account's, empty for nobody.
func (i Identity) Name() string {
	if i.Account == nil {
		return ""
	}
	return i.Account.Name
}

// Session is the identity of a signed-in browser: all that its account may do.
func Session(a *store.Account) Identity { return Identity{Account: a} }

// Need fails unless there is an account and its credential has a scope.
func (i Identity) Need(s Scope) error {
	switch {
	case i.Account == nil:
		return fault.New(fault.Unauthenticated, "this needs an account").Next("sign in, or send a token: Authorization: Bearer %s…", TokenPrefix)
	case i.TokenID != "" && !slices.Contains(i.scopes, string(s)):
		return fault.New(fault.Denied, "token %s does not have the scope %q", i.TokenID, s).Next("make a token with it: dougong registry token create --scope %s", s)
	case s == ScopeAdmin && !i.Account.Admin:
		return fault.New(fault.Denied, "account %q is no administrator", i.Account.Name)
	}
	return nil
}

// NeedPackage fails unless the credential has a scope and may be used for a package.
func (i Identity) NeedPackage(s Scope, id string) error {
	if err := i.Need(s); err != nil {
		return err
	}
	if i.namespace != "" && !name.Within(id, i.namespace) {
		return fault.New(fault.Denied, "token %s is for the namespace %q only, not for %q", i.TokenID, i.namespace, id)
	}
	return nil
}

// NeedWhole is Need for what concerns more than the packages of a namespace; a token that is bound to one is refused.
func (i Identity) NeedWhole(s Scope) error {
	if err := i.Need(s); err != nil {
		return err
	}
	if i.namespace != "" {
		return fault.New(fault.Denied, "token %s is for the namespace %q only, and this concerns more", i.TokenID, i.namespace).
			Next("make a token without --namespace")
	}
	return nil
}

// Administers tells whether the credential may do what only administrators may: a token needs the scope for it, and must be
// bound to no namespace.
func (i Identity) Administers() bool { return i.NeedWhole(ScopeAdmin) == nil }

// Reads tells whether the credential may be used to read what is not public.
func (i Identity) Reads() bool {
	return i.Account != nil && (i.TokenID == "" || slices.Contains(i.scopes, string(ScopeRead)))
}

// ReadsPackage is Reads for one package: a token that is bound to a namespace shows nothing else that is not public.
func (i Identity) ReadsPackage(id string) bool {
	return i.Reads() && (i.namespace == "" || name.Within(id, i.namespace))
}

// errCredential is what every bad credential gives: whether it was unknown, revoked or expired is not told.
var errCredential = fault.New(fault.Unauthenticated, "the token or session is not good: unknown, expired or revoked").Next("sign in again, or make another token")

// ByToken finds who a token belongs to.
func ByToken(ctx context.Context, r store.Reader, secret string, now time.Time) (Identity, error) {
	t, a, err := r.Token(ctx, HashSecret(secret))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return Identity{}, errCredential
	case err != nil:
		return Identity{}, err
	case t.Revoked, a.Disabled, !t.Expires.IsZero() && !now.Before(t.Expires):
		return Identity{}, errCredential
	}
	return Identity{Account: a, TokenID: t.ID, scopes: t.Scopes, namespace: t.Namespace}, nil
}

// BySession finds who a browser's session belongs to.
func BySession(ctx context.Context, r store.Reader, secret string, now time.Time) (Identity, error) {
	s, a, err := r.Session(ctx, HashSecret(secret))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return Identity{}, errCredential
	case err != nil:
		return Identity{}, err
	case a.Disabled, !now.Before(s.Expires):
		return Identity{}, errCredential
	}
	return Session(a), nil
}

// SignIn checks name and password and makes a session: its secret goes to the browser.
func SignIn(ctx context.Context, s store.Store, account, password string, now time.Time, life time.Duration) (secret string, err error) {
	a, err := s.Account(ctx, account)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	hash := ""
	if err == nil && !a.Disabled {
		hash = a.Password
	}
	if err := VerifyPassword(hash, password); err != nil {
		if errors.Is(err, ErrPassword) {
			return "", fault.New(fault.Unauthenticated, "%w", ErrPassword)
		}
		return "", err
	}
	return NewSession(ctx, s, a.ID, now, life)
}

// NewSession makes a session of an account that has shown who it is.
func NewSession(ctx context.Context, s store.Store, account int64, now time.Time, life time.Duration) (string, error) {
	secret := NewSecret()
	return secret, s.Update(ctx, func(tx store.Tx) error {
		if err := tx.DropSessionsBefore(ctx, now); err != nil {
			return err
		}
		return tx.AddSession(ctx, &store.Session{Hash: HashSecret(secret), Account: account, Expires: now.Add(life)})
	})
}

// Namespace is the only one that the credential is good for; empty: all.
func (i Identity) Namespace() string { return i.namespace }
