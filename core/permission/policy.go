package permission

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sort"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// How scopes that the user has not decided about are treated.
const (
	PromptAsk   = "ask"
	PromptAllow = "allow"
	PromptDeny  = "deny"
)

// DefaultPromptTimeout is how long a question stays open.
const DefaultPromptTimeout = 2 * time.Minute

// Options are what a Policy needs.
type Options struct {
	Grants *Grants
	// Prompter asks the user; nil: nobody can be asked, undecided scopes are refused.
	Prompter Prompter
	// Prompts is PromptAsk by default.
	Prompts       string
	PromptTimeout time.Duration
	// Scopes are all that any contract names.
	Scopes []string
	// AnyDomain lets mini-programs reach every public address.
	AnyDomain bool
	// Domains are the allow-lists by mini-program.
	Domains map[string]Lists
	// Private are private and loopback addresses that may be reached if a list names them.
	Private []netip.Prefix
	// Plugins are the rules for calls by plugins, by plugin id.
	Plugins map[string]PluginRules
	// CallsPerSecond limits each mini-program and user; 0: no limit.
	CallsPerSecond int
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// PluginRules are what a plugin may reach through the host's http service.
type PluginRules struct {
	// Requires are the hosts of its manifest. Nothing else is ever reached.
	Requires []Rule
	// Granted are those that the operator allows whatever the mini-program's own list says.
	Granted []Rule
}

// Policy judges calls. Safe for concurrent use.
type Policy struct {
	o      Options
	scopes map[string]bool
	asker  *asker
	rates  *rates
}

// New makes a policy. Close takes open questions back.
func New(o Options) *Policy {
	if o.Prompts == "" {
		o.Prompts = PromptAsk
	}
	if o.PromptTimeout <= 0 {
		o.PromptTimeout = DefaultPromptTimeout
	}
	rates := newRates(o.CallsPerSecond, o.Now)
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &Policy{o: o, scopes: map[string]bool{}, asker: newAsker(o.Prompter, o.PromptTimeout), rates: rates}
	for _, s := range o.Scopes {
		p.scopes[s] = true
	}
	return p
}

// Close takes open questions back and waits until they are gone.
func (p *Policy) Close() { p.asker.close() }

// Judge decides whether a call may be made.
func (p *Policy) Judge(ctx context.Context, call *capability.Call) error {
	if call.Host {
		return nil
	}
	m := call.Contract
	if call.Caller == "" {
		if !p.rates.allow(call.App, call.User, call.Started()) {
			return pdk.Errorf(pdk.CodeQuota, "quota", "%s: more than %d calls a second; the limit is policy.calls_per_second", call.Method, p.o.CallsPerSecond)
		}
		if m.Scope != "" {
			if err := p.scope(ctx, Request{call.App, call.User, m.Scope, call.Method, call.Page}); err != nil {
				return err
			}
		}
	}
	if m.Domain == nil {
		return nil
	}
	address, ok := stringField(call.Payload.JSON, m.Domain.Param)
	if !ok {
		return nil // the check of the arguments, which follows, refuses it
	}
	if call.Caller != "" {
		return p.PluginDomain(call.Caller, call.App, m.Domain.List, address)
	}
	return p.Domain(call.App, m.Domain.List, address)
}

// scope decides about one scope, asking the user if need be.
func (p *Policy) scope(ctx context.Context, r Request) error {
	if allowed, known := p.o.Grants.Lookup(r.App, r.User, r.Scope); known {
		if allowed {
			return nil
		}
		return pdk.Errorf(pdk.CodeDenied, "denied", "auth deny: the user has refused %s; wx.openSetting lets them change it", r.Scope)
	}
	switch {
	case p.o.Prompts == PromptAllow:
		return nil
	case p.o.Prompts == PromptDeny:
		return pdk.Errorf(pdk.CodeDenied, "denied", "auth deny: policy grants no %s", r.Scope)
	case p.o.Prompter == nil:
		return pdk.Errorf(pdk.CodeDenied, "denied", "auth deny: %s needs the user's consent and this host has nobody to ask", r.Scope)
	}
	allowed, err := p.asker.ask(ctx, r, func(allowed bool) error {
		return p.o.Grants.Set(r.App, r.User, r.Scope, allowed, p.o.Now())
	})
	switch {
	case errors.Is(err, context.Canceled):
		return pdk.Errorf(pdk.CodeCanceled, "canceled", "the question for %s was taken back", r.Scope)
	case errors.Is(err, context.DeadlineExceeded):
		return pdk.Errorf(pdk.CodeTimeout, "timeout", "nobody answered the question for %s in time", r.Scope)
	case err != nil:
		return pdk.Errorf(pdk.CodeDenied, "denied", "auth deny: %v", err)
	case !allowed:
		return pdk.Errorf(pdk.CodeDenied, "denied", "auth deny: the user has refused %s", r.Scope)
	}
	return nil
}

// Authorize asks for a scope ahead of its use.
func (p *Policy) Authorize(ctx context.Context, app, user, scope, page string) error {
	if !p.scopes[scope] {
		return pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "authorize: there is no scope %q; known are %s", scope, strings.Join(p.Scopes(), ", "))
	}
	return p.scope(ctx, Request{App: app, User: user, Scope: scope, Page: page})
}

// Scopes lists every known scope.
func (p *Policy) Scopes() []string {
	out := make([]string, 0, len(p.scopes))
	for s := range p.scopes {
		out = append(out, s)
	}
	sort.Strings(out)
	return out
}

// Setting tells what a user has decided about a mini-program, by scope.
func (p *Policy) Setting(app, user string) map[string]bool { return p.o.Grants.Of(app, user) }

// OpenSetting lets the user change it and tells what holds then.
func (p *Policy) OpenSetting(ctx context.Context, app, user string) (map[string]bool, error) {
	if p.o.Prompter == nil {
		return nil, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "openSetting: this host has no settings to show")
	}
	changed, err := p.o.Prompter.Settings(ctx, app, user, p.Setting(app, user))
	if err != nil && !errors.Is(err, ErrDismissed) {
		return nil, pdk.Errorf(pdk.CodeCanceled, "canceled", "openSetting: %v", err)
	}
	for scope, allowed := range changed {
		if !p.scopes[scope] {
			continue
		}
		if err := p.o.Grants.Set(app, user, scope, allowed, p.o.Now()); err != nil {
			return nil, err
		}
	}
	return p.Setting(app, user), nil
}

// Confirm puts a plugin's question to the user.
func (p *Policy) Confirm(ctx context.Context, c Confirmation) (int, error) {
	if p.o.Prompter == nil {
		return -1, pdk.Errorf(pdk.CodeDenied, "denied", "ui.confirm: this host has nobody to ask")
	}
	ctx, cancel := context.WithTimeout(ctx, p.o.PromptTimeout)
	defer cancel()
	button, err := p.o.Prompter.Confirm(ctx, c)
	switch {
	case errors.Is(err, ErrDismissed):
		return -1, nil
	case err != nil:
		return -1, pdk.Errorf(pdk.CodeCanceled, "canceled", "ui.confirm: %v", err)
	case button < -1 || button >= len(c.Buttons):
		return -1, fmt.Errorf("the host answered button %d of %d", button, len(c.Buttons))
	}
	return button, nil
}
