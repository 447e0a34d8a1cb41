package api

import (
	"context"
	"net/http"
	"time"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/store"
)

// Token describes an API token.
type Token struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Scopes    []string   `json:"scopes"`
	Namespace string     `json:"namespace,omitempty"`
	Created   time.Time  `json:"created"`
	Expires   *time.Time `json:"expires,omitempty"`
	Revoked   bool       `json:"revoked,omitempty"`
	Secret    string     `json:"secret,omitempty" doc:"Shown once, when the token is made"`
}

func tokenOf(t store.Token, secret string) Token {
	out := Token{ID: t.ID, Name: t.Name, Scopes: t.Scopes, Namespace: t.Namespace, Created: t.Created, Revoked: t.Revoked, Secret: secret}
	if !t.Expires.IsZero() {
		out.Expires = &t.Expires
	}
	return out
}

// NewToken asks for a token.
type NewToken struct {
	Name      string   `json:"name" maxLength:"80"`
	Scopes    []string `json:"scopes" maxItems:"10"`
	Namespace string   `json:"namespace,omitempty" maxLength:"128" doc:"Good for packages within it only"`
	Days      int      `json:"days" minimum:"1" maximum:"366"`
}

func (n NewToken) life() time.Duration { return time.Duration(n.Days) * 24 * time.Hour }

// Whoami tells who a token belongs to.
type Whoami struct {
	Account       string       `json:"account"`
	Admin         bool         `json:"admin,omitempty"`
	Organisations []Membership `json:"organisations"`
}

// Membership is a role in an organisation.
type Membership struct {
	Organisation string     `json:"organisation"`
	Account      string     `json:"account,omitempty"`
	Role         store.Role `json:"role"`
}

// people registers accounts, sign-in and tokens.
func (s *server) people() {
	add(s, op(http.MethodGet, "/v1/whoami", "whoami", "Tell who the token belongs to", "accounts"), func(ctx context.Context, _ *struct{}) (*struct{ Body Whoami }, error) {
		id := identity(ctx)
		if err := id.Need(accounts.ScopeRead); err != nil {
			return nil, err
		}
		list, err := s.Shelf.Store.Memberships(ctx, id.ID())
		w := Whoami{Account: id.Name(), Admin: id.Account.Admin, Organisations: []Membership{}}
		for _, m := range list {
			w.Organisations = append(w.Organisations, Membership{Organisation: m.OrgName, Role: m.Role})
		}
		return &struct{ Body Whoami }{w}, err
	})
	add(s, op(http.MethodPost, "/v1/login", "login", "Make a token by name and password", "accounts"), func(ctx context.Context, in *struct {
		Body struct {
			Account  string   `json:"account" maxLength:"40"`
			Password string   `json:"password" maxLength:"256"`
			Token    NewToken `json:"token"`
		}
	}) (*struct{ Body Token }, error) {
		var session string
		err := accounts.Guess(s.Guesses, address(ctx), in.Body.Account, func() (err error) {
			session, err = accounts.SignIn(ctx, s.Shelf.Store, in.Body.Account, in.Body.Password, s.Shelf.Now(), time.Minute)
			return err
		})
		if err != nil {
			return nil, err
		}
		id, err := accounts.BySession(ctx, s.Shelf.Store, session, s.Shelf.Now())
		if err != nil {
			return nil, err
		}
		secret, t, err := s.Desk.IssueToken(ctx, id, in.Body.Token.Name, in.Body.Token.Scopes, in.Body.Token.Namespace, in.Body.Token.life())
		if err != nil {
			return nil, err
		}
		return &struct{ Body Token }{tokenOf(*t, secret)}, nil
	})
	add(s, op(http.MethodPost, "/v1/accounts", "create-account", "Make a local account", "accounts"), func(ctx context.Context, in *struct {
		Body struct {
			Account  string `json:"account" maxLength:"40"`
			Password string `json:"password" maxLength:"256"`
			Admin    bool   `json:"admin,omitempty"`
		}
	}) (*struct{}, error) {
		_, err := s.Desk.CreateAccount(ctx, identity(ctx), in.Body.Account, in.Body.Password, in.Body.Admin)
		return nil, err
	})
	s.tokens()
}

func (s *server) tokens() {
	add(s, op(http.MethodGet, "/v1/tokens", "list-tokens", "List the account's tokens", "accounts"), func(ctx context.Context, _ *struct{}) (*struct{ Body []Token }, error) {
		id := identity(ctx)
		if err := id.Need(accounts.ScopeManage); err != nil {
			return nil, err
		}
		list, err := s.Shelf.Store.Tokens(ctx, id.ID())
		out := []Token{}
		for _, t := range list {
			out = append(out, tokenOf(t, ""))
		}
		return &struct{ Body []Token }{out}, err
	})
	add(s, op(http.MethodPost, "/v1/tokens", "create-token", "Make a token", "accounts"), func(ctx context.Context, in *struct{ Body NewToken }) (*struct{ Body Token }, error) {
		secret, t, err := s.Desk.CreateToken(ctx, identity(ctx), in.Body.Name, in.Body.Scopes, in.Body.Namespace, in.Body.life())
		if err != nil {
			return nil, err
		}
		return &struct{ Body Token }{tokenOf(*t, secret)}, nil
	})
	add(s, op(http.MethodDelete, "/v1/tokens/{token}", "revoke-token", "Revoke a token", "accounts"), func(ctx context.Context, in *struct {
		Token string `path:"token" maxLength:"20"`
	}) (*struct{}, error) {
		return nil, s.Desk.RevokeToken(ctx, identity(ctx), in.Token)
	})
}
