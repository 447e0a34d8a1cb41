package permission

import (
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Domain decides whether a mini-program may reach an address by one of its lists. The error has CodeDomain.
func (p *Policy) Domain(app, list, address string) error {
	o := p.rules.Load()
	t, err := parseTarget(address)
	if err != nil {
		return pdk.Errorf(pdk.CodeDomain, "domain", "url not in domain list: %v", err)
	}
	if t.private() && !allowedPrivate(o.Private, t) {
		return refusePrivate(t)
	}
	if o.AnyDomain || listed(o.Domains[app][list], t) {
		return nil
	}
	return pdk.Errorf(pdk.CodeDomain, "domain", "url not in domain list: %s is not on the list %q of mini-program %q; add it to miniapps[].domains.%s in superapp.yaml",
		t.origin(), list, app, list)
}

// PluginDomain decides whether a plugin may reach an address through the host's http service, for a mini-program or, if
// app is empty, for the host.
func (p *Policy) PluginDomain(plugin, app, list, address string) error {
	o := p.rules.Load()
	t, err := parseTarget(address)
	if err != nil {
		return pdk.Errorf(pdk.CodeDomain, "domain", "url not in domain list: %v", err)
	}
	rules := o.Plugins[plugin]
	if !listed(rules.Requires, t) {
		return pdk.Errorf(pdk.CodeDomain, "domain", "plugin %q may not reach %s: its manifest does not list the host under requires.http", plugin, t.origin())
	}
	if t.private() && !allowedPrivate(o.Private, t) {
		return refusePrivate(t)
	}
	if app == "" || o.AnyDomain || listed(rules.Granted, t) || listed(o.Domains[app][list], t) {
		return nil
	}
	return pdk.Errorf(pdk.CodeDomain, "domain", "plugin %q may not reach %s for mini-program %q, which may not reach it itself; add the host to the plugin's grants.http or to the mini-program's domains in superapp.yaml",
		plugin, t.origin(), app)
}

func refusePrivate(t target) error {
	return pdk.Errorf(pdk.CodeDomain, "domain", "url not in domain list: %s is a private address; policy.private_addresses in superapp.yaml can allow it", t.host)
}

func listed(rules []Rule, t target) bool {
	for _, r := range rules {
		if r.matches(t) {
			return true
		}
	}
	return false
}

func (t target) origin() string {
	host := t.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if t.port == defaultPorts[t.scheme] {
		return t.scheme + "://" + host
	}
	return t.scheme + "://" + host + ":" + t.port
}
