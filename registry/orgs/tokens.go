package orgs

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/name"
	"github.com/dougong-dev/dougong/registry/store"
)

// MaxTokenLife bounds how long a token may be good for.
const MaxTokenLife = 366 * 24 * time.Hour

// maxTokens bounds the tokens of an account.
const maxTokens = 200

// CreateToken makes a token of the account that asks. The secret is shown this once. A token cannot make one that is good
// for more than itself.
func (d *Desk) CreateToken(ctx context.Context, who accounts.Identity, label string, scopes []string, namespace string, life time.Duration) (secret string, t *store.Token, err error) {
	if err := who.Need(accounts.ScopeManage); err != nil {
		return "", nil, err
	}
	return d.IssueToken(ctx, who, label, scopes, namespace, life)
}

// IssueToken makes a token without asking for a scope: for the operator who holds the data, and after a password.
func (d *Desk) IssueToken(ctx context.Context, who accounts.Identity, label string, scopes []string, namespace string, life time.Duration) (secret string, t *store.Token, err error) {
	if err := accounts.CheckScopes(scopes); err != nil {
		return "", nil, fault.New(fault.Invalid, "%w", err)
	}
	for _, s := range scopes {
		if err := who.Need(accounts.Scope(s)); err != nil {
			return "", nil, err
		}
	}
	if namespace != "" {
		if err := errors.Join(name.CheckID(namespace)); err != nil {
			return "", nil, fault.New(fault.Invalid, "%w", err)
		}
	}
	if own := who.Namespace(); own != "" && !name.Within(namespace, own) {
		return "", nil, fault.New(fault.Denied, "token %s is for the namespace %q only", who.TokenID, own)
	}
	if life <= 0 || life > MaxTokenLife {
		return "", nil, fault.New(fault.Invalid, "a token is good for up to %d days", int(MaxTokenLife.Hours()/24))
	}
	if len(label) == 0 || len(label) > 80 {
		return "", nil, fault.New(fault.Invalid, "a token's name has 1 to 80 bytes")
	}
	slices.Sort(scopes)
	secret, hash, id := accounts.NewToken()
	t = &store.Token{ID: id, Hash: hash, Account: who.ID(), Name: label, Scopes: slices.Compact(scopes), Namespace: namespace, Created: d.Now(), Expires: d.Now().Add(life)}
	err = d.Store.Update(ctx, func(tx store.Tx) error {
		have, err := tx.Tokens(ctx, who.ID())
		if err != nil {
			return err
		}
		if len(have) >= maxTokens {
			return fault.New(fault.Quota, "account %q has %d tokens, the limit is %d", who.Name(), len(have), maxTokens)
		}
		if err := tx.AddToken(ctx, t); err != nil {
			return err
		}
		return d.record(ctx, tx, who, "token.create", "", id, map[string]any{"scopes": t.Scopes, "namespace": namespace, "expires": t.Expires.Unix()})
	})
	return secret, t, err
}

// RevokeToken makes a token of the account that asks good for nothing, at once.
func (d *Desk) RevokeToken(ctx context.Context, who accounts.Identity, id string) error {
	if err := who.Need(accounts.ScopeManage); err != nil && who.TokenID != id { // a token may always end itself
		return err
	}
	return d.Store.Update(ctx, func(tx store.Tx) error {
		if err := tx.RevokeToken(ctx, who.ID(), id); err != nil {
			return fault.New(fault.NotFound, "%w", err)
		}
		return d.record(ctx, tx, who, "token.revoke", "", id, nil)
	})
}
