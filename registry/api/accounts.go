package api

import (
	"context"
	"net/http"
	"time"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
)

// Account is a person or a machine that signs in.
type Account struct {
	Name     string    `json:"name"`
	Admin    bool      `json:"admin"`
	Disabled bool      `json:"disabled"`
	Provider string    `json:"provider,omitempty" doc:"Who signs it in; empty: a password of this registry"`
	Created  time.Time `json:"created"`
}

// AccountPath names an account.
type AccountPath struct {
	Account string `path:"account" maxLength:"64"`
}

// NewPassword asks for another password.
type NewPassword struct {
	Password string `json:"password" maxLength:"256"`
	Current  string `json:"current,omitempty" maxLength:"256" doc:"Needed for one's own account"`
	Tokens   bool   `json:"revokeTokens,omitempty" doc:"Revoke the account's tokens as well; its sessions end in any case"`
}

// accountsPage is how many accounts one answer has.
const accountsPage = 500

// accounts registers what administrators do with accounts, and the change of one's own password.
func (s *server) accounts() {
	add(s, op(http.MethodGet, "/v1/accounts", "list-accounts", "List accounts by name (administrators)", "accounts"), func(ctx context.Context, in *struct {
		After string `query:"after" maxLength:"64" doc:"Those after this one: the last of the answer before"`
	}) (*struct{ Body []Account }, error) {
		list, err := s.Desk.Accounts(ctx, identity(ctx), in.After, accountsPage)
		out := []Account{}
		for _, a := range list {
			out = append(out, Account{Name: a.Name, Admin: a.Admin, Disabled: a.Disabled, Provider: a.Issuer, Created: a.Created})
		}
		return &struct{ Body []Account }{out}, err
	})
	add(s, op(http.MethodPost, "/v1/accounts/{account}/disable", "disable-account", "Shut an account out; its sessions and tokens end at once (administrators)", "accounts"), func(ctx context.Context, in *AccountPath) (*struct{}, error) {
		return nil, s.Desk.DisableAccount(ctx, identity(ctx), in.Account)
	})
	add(s, op(http.MethodPost, "/v1/accounts/{account}/enable", "enable-account", "Let an account in again (administrators)", "accounts"), func(ctx context.Context, in *AccountPath) (*struct{}, error) {
		return nil, s.Desk.EnableAccount(ctx, identity(ctx), in.Account)
	})
	add(s, op(http.MethodPut, "/v1/accounts/{account}/password", "change-password", "Change one's own password, or as an administrator another's", "accounts"), func(ctx context.Context, in *struct {
		AccountPath
		Body NewPassword
	}) (*struct{}, error) {
		if in.Body.Password == "" {
			return nil, fault.New(fault.Invalid, "there is no new password")
		}
		change := func() error {
			return s.Desk.ChangePassword(ctx, identity(ctx), in.Account, in.Body.Current, in.Body.Password, in.Body.Tokens)
		}
		if in.Account != identity(ctx).Name() {
			return nil, change() // nothing to be guessed
		}
		return nil, accounts.Guess(s.Guesses, address(ctx), in.Account, change)
	})
}
