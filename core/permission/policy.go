package permission

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sort"
	"strings"
	"sync/atomic"
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
	// CallsPerSecond limits the calls of each mini-program and user, and those that each plugin makes for them, which are
	// counted apart; 0: no limit.
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
	rules atomic.Pointer[ruleset]
	asker *asker
	memo  memo
}

// ruleset is what a Policy judges by. It does not change once made.
type ruleset struct {
	Options
	scopes map[string]bool
	rates  *rates
}

// New makes a policy. Close takes open questions back.
func New(o Options) *Policy {
	p := &Policy{}
	p.Update(o)
	p.asker = newAsker(o.Prompter, p.rules.Load().PromptTimeout)
	return p
}

// Update has calls from now on judged by other rules. Who is asked, and for how long, stays as it was.
func (p *Policy) Update(o Options) {
	if o.Prompts == "" {
		o.Prompts = PromptAsk
	}
	if o.PromptTimeout <= 0 {
		o.PromptTimeout = DefaultPromptTimeout
	}
	r := &ruleset{Options: o, scopes: map[string]bool{}}
	if was := p.rules.Load(); was != nil && was.CallsPerSecond == o.CallsPerSecond {
		r.rates = was.rates // with what has been used up
	} else {
		r.rates = newRates(o.CallsPerSecond, o.Now)
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	for _, s := range o.Scopes {
		r.scopes[s] = true
	}
	p.rules.Store(r)
}

// Close takes open questions back and waits until they are gone.
func (p *Policy) Close() { p.asker.close() }

// Judge decides whether a call may be made.
func (p *Policy) Judge(ctx context.Context, call *capability.Call) error {
	if call.Host {
		return nil
	}
	m, o := call.Contract, p.rules.Load()
	if call.Caller != "" {
		if err := o.pluginRate(call); err != nil {
			return err
		}
	} else if err := p.caller(ctx, call, o); err != nil {
		return err
	}
	if m.Domain == nil {
		return nil
	}
	address, ok := addressIn(call.Payload.JSON, m.Domain)
	if !ok {
		return nil // the check of the arguments, which follows, refuses it
	}
	if call.Caller != "" {
		return p.PluginDomain(call.Caller, call.App, m.Domain.List, address)
	}
	return p.Domain(call.App, m.Domain.List, address)
}

// caller judges what depends on the mini-program and its user: how often they call, and the method's scope.
func (p *Policy) caller(ctx context.Context, call *capability.Call, o *ruleset) error {
	scope, version := call.Contract.Scope, o.Grants.Version()
	who := p.memo.find(call.App, call.User, scope, o, version)
	granted := who != nil // nothing else is remembered
	if !granted {
		who = &remembered{call.App, call.User, scope, o, version, o.rates.cell(owner{app: call.App, user: call.User}, call.Started())}
		if allowed, _ := o.Grants.Lookup(call.App, call.User, scope); allowed || scope == "" {
			p.memo.put(who)
			granted = true
		}
	}
	if !o.rates.allow(who.cell, call.Started()) {
		return pdk.Errorf(pdk.CodeQuota, "quota", "%s: more than %d calls a second; the limit is policy.calls_per_second", call.Method, o.CallsPerSecond)
	}
	if granted {
		return nil
	}
	if err := p.scope(ctx, Request{call.App, call.User, scope, call.Method, call.Page}); err != nil {
		return err
	}
	call.Delayed()
	return nil
}

// pluginRate takes a call that a plugin makes out of the plugin's own allowance for the mini-program and user it works for.
// Out of the mini-program's own it would take what the user's taps need, and out of one for the plugin alone, a busy
// mini-program would take it from the others.
func (o *ruleset) pluginRate(call *capability.Call) error {
	if o.rates == nil || o.rates.allow(o.rates.cell(owner{call.Caller, call.App, call.User}, call.Started()), call.Started()) {
		return nil
	}
	return pdk.Errorf(pdk.CodeQuota, "quota", "%s: plugin %q makes more than %d calls a second for %q; the limit is policy.calls_per_second, for each plugin, mini-program and user; "+
		"let the plugin ask for more at once, or less often", call.Method, call.Caller, o.CallsPerSecond, call.App)
}

// scope decides about one scope, asking the user if need be.
func (p *Policy) scope(ctx context.Context, r Request) error {
	o := p.rules.Load()
	if allowed, known := o.Grants.Lookup(r.App, r.User, r.Scope); known {
		if allowed {
			return nil
		}
		return pdk.Errorf(pdk.CodeDenied, "denied", "auth deny: the user has refused %s; wx.openSetting lets them change it", r.Scope)
	}
	switch {
	case o.Prompts == PromptAllow:
		return nil
	case o.Prompts == PromptDeny:
		return pdk.Errorf(pdk.CodeDenied, "denied", "auth deny: policy grants no %s", r.Scope)
	case o.Prompter == nil:
		return pdk.Errorf(pdk.CodeDenied, "denied", "auth deny: %s needs the user's consent and this host has nobody to ask", r.Scope)
	}
	allowed, err := p.asker.ask(ctx, r, func(allowed bool) error {
		return o.Grants.Set(r.App, r.User, r.Scope, allowed, o.Now())
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
	if !p.rules.Load().scopes[scope] {
		return pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "authorize: there is no scope %q; known are %s", scope, strings.Join(p.Scopes(), ", "))
	}
	return p.scope(ctx, Request{App: app, User: user, Scope: scope, Page: page})
}

// Scopes lists every known scope.
func (p *Policy) Scopes() []string {
	scopes := p.rules.Load().scopes
	out := make([]string, 0, len(scopes))
	for s := range scopes {
		out = append(out, s)
	}
	sort.Strings(out)
	return out
}

// Setting tells what a user has decided about a mini-program, by scope.
func (p *Policy) Setting(app, user string) map[string]bool {
	return p.rules.Load().Grants.Of(app, user)
}

// OpenSetting lets the user change it and tells what holds then.
func (p *Policy) OpenSetting(ctx context.Context, app, user string) (map[string]bool, error) {
	if p.rules.Load().Prompter == nil {
		return nil, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "openSetting: this host has no settings to show")
	}
	changed, err := p.rules.Load().Prompter.Settings(ctx, app, user, p.Setting(app, user))
	if err != nil && !errors.Is(err, ErrDismissed) {
		return nil, pdk.Errorf(pdk.CodeCanceled, "canceled", "openSetting: %v", err)
	}
	for scope, allowed := range changed {
		if !p.rules.Load().scopes[scope] {
			continue
		}
		if err := p.rules.Load().Grants.Set(app, user, scope, allowed, p.rules.Load().Now()); err != nil {
			return nil, err
		}
	}
	return p.Setting(app, user), nil
}

// Confirm puts a plugin's question to the user.
func (p *Policy) Confirm(ctx context.Context, c Confirmation) (int, error) {
	if p.rules.Load().Prompter == nil {
		return -1, pdk.Errorf(pdk.CodeDenied, "denied", "ui.confirm: this host has nobody to ask")
	}
	ctx, cancel := context.WithTimeout(ctx, p.rules.Load().PromptTimeout)
	defer cancel()
	button, err := p.rules.Load().Prompter.Confirm(ctx, c)
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
