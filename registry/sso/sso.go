// Package sso signs people in by an OpenID Connect provider: the authorisation code flow with PKCE, state and nonce.
//
//	p := sso.New(config)
//	address, flow, err := p.Begin(ctx, redirect)          // flow waits in the browser's cookie
//	person, err := p.Finish(ctx, flow, redirect, query)   // who came back
//
// The provider is asked for its addresses and keys at the first sign-in, so that a registry starts without it. The package must
// not know accounts nor pages.
package sso

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/dougong-dev/dougong/registry/fault"
)

// DefaultGroupsClaim is where most providers put a person's groups.
const DefaultGroupsClaim = "groups"

// Config is what the operator says of the provider.
type Config struct {
	Issuer       string // its address, as its tokens have it
	ClientID     string
	ClientSecret string // empty: a public client, which PKCE alone protects
	Scopes       []string
	GroupsClaim  string
	Now          func() time.Time
}

// Validate says what cannot be.
func (c Config) Validate() error {
	u, err := url.Parse(c.Issuer)
	switch {
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("OIDC issuer %q: expected https://HOST", c.Issuer)
	case u.Scheme != "https" && (u.Scheme != "http" || !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())):
		return fmt.Errorf("OIDC issuer %q: expected https (http to this machine only)", c.Issuer)
	case c.ClientID == "":
		return errors.New("OIDC needs a client id, under which the provider knows this registry")
	}
	return nil
}

// Person is who signed in.
type Person struct {
	Issuer, Subject string // together, for ever the same person
	Name            string // what they are called there; somebody else may be called so tomorrow
	Groups          []string
}

// Flow is a sign-in under way. It is the browser's: whoever comes back with an answer has to bring it along.
type Flow struct{ state, nonce, verifier string }

// String is the flow as it waits in a cookie.
func (f Flow) String() string { return f.state + "." + f.nonce + "." + f.verifier }

// ParseFlow reads a cookie.
func ParseFlow(text string) (Flow, error) {
	p := strings.Split(text, ".")
	if len(p) != 3 || len(p[0]) < 22 || len(p[1]) < 22 || len(p[2]) < 43 || len(text) > 200 {
		return Flow{}, errNoFlow
	}
	return Flow{p[0], p[1], p[2]}, nil
}

var errNoFlow = fault.New(fault.Unauthenticated, "no sign-in of this browser is under way").Next("sign in again; cookies are needed for that")

// refused is what a person sees of a sign-in that fails at the check of the provider's answer.
func refused(format string, args ...any) error {
	return fault.New(fault.Unauthenticated, "the provider's answer is not good: %w", fmt.Errorf(format, args...)).Next("sign in again")
}

// Provider is the house's.
type Provider struct {
	config Config
	client *http.Client

	mu    sync.Mutex
	found *found
}

// found is what the provider says of itself.
type found struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	endURL   string
}

// callTimeout bounds each request to the provider, maxAnswer what is read of its answers.
const (
	callTimeout = 10 * time.Second
	maxAnswer   = 1 << 20
)

// New makes a provider that was configured; it is not asked yet.
func New(c Config) *Provider {
	if c.GroupsClaim == "" {
		c.GroupsClaim = DefaultGroupsClaim
	}
	if len(c.Scopes) == 0 {
		c.Scopes = []string{"profile"}
	}
	return &Provider{config: c, client: &http.Client{Timeout: callTimeout, Transport: bounded{http.DefaultTransport}}}
}

// Host names the provider to people.
func (p *Provider) Host() string {
	u, err := url.Parse(p.config.Issuer)
	if err != nil {
		return p.config.Issuer
	}
	return u.Host
}

// discover asks the provider once; while it does not answer, each sign-in asks again.
func (p *Provider) discover(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// The keys are fetched long after this request has ended, by the same client.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), p.client)
	at, err := oidc.NewProvider(ctx, p.config.Issuer)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "the sign-in provider %s does not answer: %w", p.Host(), err).Next("try again later, or sign in by name and password")
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := at.Claims(&more); err != nil {
		return nil, err
	}
	p.found = &found{at, at.Verifier(&oidc.Config{ClientID: p.config.ClientID, Now: p.config.Now}), more.EndSession}
	return p.found, nil
}

func (p *Provider) oauth(f *found, redirect string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: f.provider.Endpoint(), RedirectURL: redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, p.config.Scopes...)}
}

func random() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// Begin gives the address at the provider that the browser goes to.
func (p *Provider) Begin(ctx context.Context, redirect string) (address string, f Flow, err error) {
	at, err := p.discover(ctx)
	if err != nil {
		return "", f, err
	}
	f = Flow{random(), random(), oauth2.GenerateVerifier()}
	return p.oauth(at, redirect).AuthCodeURL(f.state, oidc.Nonce(f.nonce), oauth2.S256ChallengeOption(f.verifier)), f, nil
}

// Finish takes what the browser brings back.
func (p *Provider) Finish(ctx context.Context, f Flow, redirect string, query url.Values) (*Person, error) {
	at, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case f.state == "" || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(f.state)) != 1:
		return nil, refused("its state is not that of the sign-in that this browser began")
	case query.Has("iss") && query.Get("iss") != p.config.Issuer:
		return nil, refused("it comes from %.80q", query.Get("iss"))
	case query.Has("error"):
		return nil, refused("%.80s: %.200s", query.Get("error"), query.Get("error_description"))
	case query.Get("code") == "":
		return nil, refused("it has no code")
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth(at, redirect).Exchange(ctx, query.Get("code"), oauth2.VerifierOption(f.verifier))
	if err != nil {
		return nil, refused("its code was not taken: %w", err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, refused("it holds no ID token")
	}
	id, err := at.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, refused("%w", err)
	}
	if f.nonce == "" || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(f.nonce)) != 1 {
		return nil, refused("its nonce is not that of the sign-in that this browser began")
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, refused("%w", err)
		}
	}
	return p.person(ctx, at, id, token)
}

// ByIDToken takes an ID token that a machine brings, made for this registry's client id.
func (p *Provider) ByIDToken(ctx context.Context, raw string) (*Person, error) {
	at, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	id, err := at.verifier.Verify(oidc.ClientContext(ctx, p.client), raw)
	if err != nil {
		return nil, refused("%w", err)
	}
	return p.person(ctx, at, id, nil)
}

// person reads the claims; what the ID token does not say the provider is asked for.
func (p *Provider) person(ctx context.Context, at *found, id *oidc.IDToken, token *oauth2.Token) (*Person, error) {
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return nil, refused("%w", err)
	}
	_, named := claims["preferred_username"]
	_, grouped := claims[p.config.GroupsClaim]
	if token != nil && (!named || !grouped) && at.provider.UserInfoEndpoint() != "" {
		info, err := at.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return nil, refused("%w", err)
		}
		if info.Subject != id.Subject {
			return nil, refused("it tells of %.80q, the token was for %.80q", info.Subject, id.Subject)
		}
		more := map[string]any{}
		if err := info.Claims(&more); err != nil {
			return nil, refused("%w", err)
		}
		for _, k := range []string{"preferred_username", p.config.GroupsClaim} {
			if _, has := claims[k]; !has && more[k] != nil {
				claims[k] = more[k]
			}
		}
	}
	if id.Subject == "" {
		return nil, refused("it does not say who")
	}
	name, _ := claims["preferred_username"].(string)
	return &Person{Issuer: id.Issuer, Subject: id.Subject, Name: name, Groups: texts(claims[p.config.GroupsClaim])}, nil
}

// maxGroups bounds the groups of a person.
const maxGroups = 1000

// texts reads a list of texts, or a single one.
func texts(v any) (out []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, x := range v[:min(len(v), maxGroups)] {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// End is where a person signs out at the provider as well, empty if it has no such page, or was never asked.
func (p *Provider) End(back string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil || p.found.endURL == "" {
		return ""
	}
	u, err := url.Parse(p.found.endURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.config.ClientID)
	q.Set("post_logout_redirect_uri", back)
	u.RawQuery = q.Encode()
	return u.String()
}
