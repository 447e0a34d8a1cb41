package orgs

import (
	"context"
	"errors"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// Accounts lists accounts by name, those after one, for administrators.
func (d *Desk) Accounts(ctx context.Context, who accounts.Identity, after string, limit int) ([]store.Account, error) {
	if err := who.NeedWhole(accounts.ScopeAdmin); err != nil {
		return nil, err
	}
	return d.Store.Accounts(ctx, after, limit)
}

// DisableAccount shuts an account out: its sessions and tokens end for good, wherever they are used. Administrators do; the last
// of them stays.
func (d *Desk) DisableAccount(ctx context.Context, who accounts.Identity, account string) error {
	if err := who.NeedWhole(accounts.ScopeAdmin); err != nil {
		return err
	}
	return d.Shut(ctx, who, account)
}

// Shut is DisableAccount without asking who may: for the operator who holds the data, and who may shut out the last administrator.
func (d *Desk) Shut(ctx context.Context, who accounts.Identity, account string) error {
	return d.change(ctx, who, account, "account.disable", nil, func(tx store.Tx, a *store.Account) error {
		if err := errors.Join(tx.SetDisabled(ctx, a.ID, true), tx.DropSessions(ctx, a.ID), tx.RevokeTokens(ctx, a.ID)); err != nil {
			return err
		}
		if !a.Admin || who.Account == nil {
			return nil
		}
		if left, err := tx.HasAdmin(ctx); err != nil || left {
			return err
		}
		return fault.New(fault.Conflict, "account %q is the last administrator", account).Next("make another one first: dougong registry user add NAME --admin")
	})
}

// EnableAccount lets an account in again. It needs new tokens. Administrators do.
func (d *Desk) EnableAccount(ctx context.Context, who accounts.Identity, account string) error {
	if err := who.NeedWhole(accounts.ScopeAdmin); err != nil {
		return err
	}
	return d.Admit(ctx, who, account)
}

// Admit is EnableAccount without asking who may: for the operator who holds the data.
func (d *Desk) Admit(ctx context.Context, who accounts.Identity, account string) error {
	return d.change(ctx, who, account, "account.enable", nil, func(tx store.Tx, a *store.Account) error { return tx.SetDisabled(ctx, a.ID, false) })
}

// ChangePassword gives an account another password and ends its sessions; with tokens, its tokens as well. Whoever has the account
// shows the current password; an administrator sets that of others without it.
func (d *Desk) ChangePassword(ctx context.Context, who accounts.Identity, account, current, password string, tokens bool) error {
	if who.Account == nil || who.Name() != account {
		if err := who.NeedWhole(accounts.ScopeAdmin); err != nil {
			return err
		}
		return d.ResetPassword(ctx, who, account, password, tokens)
	}
	if err := who.NeedWhole(accounts.ScopeManage); err != nil {
		return err
	}
	if err := accounts.VerifyPassword(who.Account.Password, current); err != nil {
		if errors.Is(err, accounts.ErrPassword) {
			return fault.New(fault.Denied, "the current password is wrong: %w", accounts.ErrPassword)
		}
		return err
	}
	return d.ResetPassword(ctx, who, account, password, tokens)
}

// ResetPassword is ChangePassword without asking who may: for the operator who holds the data.
func (d *Desk) ResetPassword(ctx context.Context, who accounts.Identity, account, password string, tokens bool) error {
	hash, err := accounts.HashPassword(password)
	if err != nil {
		return fault.New(fault.Invalid, "%w", err)
	}
	return d.change(ctx, who, account, "account.password", map[string]any{"tokens": tokens}, func(tx store.Tx, a *store.Account) error {
		if a.Issuer != "" {
			return fault.New(fault.Conflict, "account %q signs in by %s and has no password here", account, a.Issuer)
		}
		err := errors.Join(tx.SetPassword(ctx, a.ID, hash), tx.DropSessions(ctx, a.ID))
		if err == nil && tokens {
			err = tx.RevokeTokens(ctx, a.ID)
		}
		return err
	})
}

// change changes an account behind the log's lock, so that of two administrators who shut each other out one comes second.
func (d *Desk) change(ctx context.Context, who accounts.Identity, account, action string, detail map[string]any, do func(store.Tx, *store.Account) error) error {
	return d.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.LockLog(ctx); err != nil {
			return err
		}
		if who.Account != nil { // it may have been shut out meanwhile
			if me, err := tx.AccountByID(ctx, who.ID()); err != nil || me.Disabled {
				return errors.Join(err, fault.New(fault.Denied, "account %q is disabled", who.Name()))
			}
		}
		a, err := tx.Account(ctx, account)
		if errors.Is(err, store.ErrNotFound) {
			return fault.New(fault.NotFound, "there is no account %q", account)
		}
		if err != nil {
			return err
		}
		if err := do(tx, a); err != nil {
			return err
		}
		return d.record(ctx, tx, who, action, "", account, detail)
	})
}
