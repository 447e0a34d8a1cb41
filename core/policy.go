package core

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// rules turns the configuration into what calls are judged by.
func (k *Kernel) rules(s *state, t *capability.Table) (permission.Options, error) {
	p := s.cfg.Policy
	o := permission.Options{
		Grants: k.grants, Prompter: k.opts.Prompter, Prompts: p.Prompts, PromptTimeout: p.PromptTimeout,
		AnyDomain: p.Domains == config.DomainsAny, CallsPerSecond: p.CallsPerSecond, Now: k.clock,
		Domains: map[string]permission.Lists{}, Plugins: map[string]permission.PluginRules{}, Scopes: scopes(t),
	}
	var errs []error
	for _, text := range p.PrivateAddresses {
		prefix, err := netip.ParsePrefix(text)
		if addr, e := netip.ParseAddr(text); e == nil {
			prefix, err = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), nil
		}
		errs = append(errs, err)
		o.Private = append(o.Private, prefix)
	}
	for _, app := range s.cfg.MiniApps {
		lists := permission.Lists{}
		for name, entries := range map[string][]string{"request": app.Domains.Request, "uploadFile": app.Domains.UploadFile,
			"downloadFile": app.Domains.DownloadFile, "socket": app.Domains.Socket, "tcp": app.Domains.TCP, "udp": app.Domains.UDP} {
			var err error
			if lists[name], err = parseRules(entries, permission.ParseRule); err != nil {
				errs = append(errs, fmt.Errorf("mini-program %q: %w", app.ID, err))
			}
		}
		o.Domains[app.ID] = lists
	}
	for _, u := range s.plugins {
		required, err1 := parseRules(u.manifest.Requires.HTTP, permission.ParseHost)
		granted, err2 := parseRules(s.entry(u).Grants.HTTP, permission.ParseHost)
		if err := errors.Join(err1, err2); err != nil {
			errs = append(errs, fmt.Errorf("plugin %q: %w", u.ID(), err))
		}
		o.Plugins[u.ID()] = permission.PluginRules{Requires: required, Granted: granted}
	}
	return o, errors.Join(errs...)
}

func parseRules(entries []string, parse func(string) (permission.Rule, error)) ([]permission.Rule, error) {
	var out []permission.Rule
	var errs []error
	for _, e := range entries {
		r, err := parse(e)
		errs = append(errs, err)
		out = append(out, r)
	}
	return out, errors.Join(errs...)
}

// scopes lists every scope of the catalogue's contracts.
func scopes(t *capability.Table) []string {
	seen := map[string]bool{}
	var out []string
	add := func(m *contract.Method) {
		if m.Scope != "" && !seen[m.Scope] {
			seen[m.Scope] = true
			out = append(out, m.Scope)
		}
	}
	for _, name := range t.Capabilities() {
		for _, m := range t.Contract(name).Methods {
			add(m)
		}
	}
	return out
}
