package api

import (
	"context"
	"net/http"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
)

// byProvider registers the sign-in of machines by an ID token of the house's provider.
func (s *server) byProvider() {
	if s.Provider == nil {
		return
	}
	add(s, op(http.MethodPost, "/v1/login/oidc", "login-oidc", "Make a token by an ID token that the sign-in provider has made for this registry", "accounts"), func(ctx context.Context, in *struct {
		Body struct {
			IDToken string   `json:"idToken" maxLength:"16384"`
			Token   NewToken `json:"token"`
		}
	}) (*struct{ Body Token }, error) {
		if in.Body.IDToken == "" {
			return nil, fault.New(fault.Unauthenticated, "there is no ID token")
		}
		if err := fault.TooOften(s.Guesses.Wait(address(ctx), ""), "too many bad tokens came from your address"); err != nil {
			return nil, err
		}
		person, err := s.Provider.ByIDToken(ctx, in.Body.IDToken)
		if err != nil {
			if fault.CodeOf(err) == fault.Unauthenticated {
				s.Guesses.Wrong(address(ctx))
			}
			return nil, err
		}
		a, err := s.Desk.Arrive(ctx, person, s.Groups)
		if err != nil {
			return nil, err
		}
		secret, t, err := s.Desk.IssueToken(ctx, accounts.Session(a), in.Body.Token.Name, in.Body.Token.Scopes, in.Body.Token.Namespace, in.Body.Token.life())
		if err != nil {
			return nil, err
		}
		return &struct{ Body Token }{tokenOf(*t, secret)}, nil
	})
}
