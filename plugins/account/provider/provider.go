package provider

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/account/code"
)

// Capability is the contract that the provider keeps.
const Capability = "dougong.account/v1"

// Codes of the contract's errors.
const (
	codeIssuer  = 80001
	codeExpired = 80002
	codeDenied  = 80003
)

// Secret is the name of the key that codes are signed with.
const Secret = "account_key"

// Provider serves the capability.
type Provider struct {
	now    func() time.Time
	config atomic.Pointer[Config]
}

// New makes a provider. Without Configure it is in sandbox mode.
func New(now func() time.Time) *Provider {
	p := &Provider{now: now}
	c, _ := parse(nil) // the defaults are valid, says a test
	p.config.Store(c)
	return p
}

// Methods is the capability's method table.
func (p *Provider) Methods() pdk.Methods {
	return pdk.Methods{
		"login":          pdk.Func(p.login),
		"checkSession":   pdk.Func(p.checkSession),
		"getUserInfo":    pdk.Func(p.getUserInfo),
		"getUserProfile": pdk.Func(p.getUserProfile),
	}
}

type none struct{}

type loggedIn struct {
	Code string `json:"code"`
}

func (p *Provider) login(ctx *pdk.Context, _ none) (loggedIn, error) {
	c := p.config.Load()
	id, err := random(16)
	if err != nil {
		return loggedIn{}, err
	}
	var text string
	if c.Mode == ModeIssuer {
		text, err = p.issued(ctx, c, id)
	} else {
		text, err = p.signed(ctx, c, id)
	}
	if err != nil {
		return loggedIn{}, err
	}
	return loggedIn{text}, p.begin(ctx, session{ID: id, Began: p.now().Unix()})
}

// signed makes a code that the plugin signs itself.
func (p *Provider) signed(ctx *pdk.Context, c *Config, id string) (string, error) {
	key, err := p.key(ctx, c)
	if err != nil {
		return "", err
	}
	issuer := code.IssuerSigned
	if c.Mode == ModeSandbox {
		issuer = code.IssuerSandbox
	}
	now := p.now().Unix()
	return key.Sign(code.Claims{
		Issuer: issuer, App: ctx.App, OpenID: key.OpenID(ctx.App, ctx.User), UnionID: key.UnionID(ctx.User),
		ID: id, Issued: now, Expires: now + c.CodeSeconds,
	})
}

// key is what codes are signed with. It is the operator's secret, or the sandbox's.
func (p *Provider) key(ctx *pdk.Context, c *Config) (code.Key, error) {
	if c.Mode == ModeSandbox {
		return code.Key(code.Sandbox), nil
	}
	secret, err := ctx.Secret(Secret)
	if err != nil {
		return nil, err
	}
	if len(secret) < code.MinKey || secret == code.Sandbox {
		return nil, pdk.Errorf(pdk.CodeConfig, "config", "secret %s: expected at least %d bytes that nobody else knows, found %d", Secret, code.MinKey, len(secret))
	}
	return code.Key(secret), nil
}

// sessionKey is where a user's session is stored; the host keeps it apart by mini-program and user.
const sessionKey = "session"

// session is the last login.
type session struct {
	ID    string `json:"id"`
	Began int64  `json:"began"` // seconds
}

func (p *Provider) begin(ctx *pdk.Context, s session) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return ctx.KV().Set(sessionKey, text)
}

// current is the session that still holds, or nil.
func (p *Provider) current(ctx *pdk.Context) (*session, error) {
	text, found, err := ctx.KV().Get(sessionKey)
	if err != nil || !found {
		return nil, err
	}
	s := &session{}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, nil //nolint:nilerr // what cannot be read is no session: the user logs in anew
	}
	if p.now().Sub(time.Unix(s.Began, 0)) >= p.config.Load().session() {
		return nil, nil
	}
	return s, nil
}

func (p *Provider) checkSession(ctx *pdk.Context, _ none) (none, error) {
	s, err := p.current(ctx)
	if err == nil && s == nil {
		err = pdk.Errorf(codeExpired, "expired", "session time out, need relogin")
	}
	return none{}, err
}

func random(size int) (string, error) {
	b := make([]byte, size)
	_, err := rand.Read(b)
	return hex.EncodeToString(b), err
}
