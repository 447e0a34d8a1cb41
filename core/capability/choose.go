package capability

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/capability/apiname"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// choose finds the provider of each capability.
func (c *Table) choose(s Setup) (errs []error) {
	candidates := map[string][]Provider{}
	for _, o := range s.Offers {
		for _, name := range o.Capabilities {
			if c.entries[name] == nil {
				errs = append(errs, fmt.Errorf("plugin %q provides %q, which no contract describes; put the contract's YAML file into the folder contracts beside its plugin.yaml%s",
					o.Provider.ID(), name, strict.NearMiss(name, c.Capabilities())))
				continue
			}
			if !slices.Contains(s.Many, name) {
				candidates[name] = append(candidates[name], o.Provider)
			}
		}
	}
	for _, name := range sortedKeys(candidates) {
		p, err := pick("providers", name, candidates[name], s.Choice[name])
		if err != nil {
			errs = append(errs, err)
		}
		c.entries[name].provider = p
	}
	for _, name := range sortedKeys(s.Choice) {
		if len(candidates[name]) == 0 {
			errs = append(errs, fmt.Errorf("providers: %q is to be provided by plugin %q, which does not provide it", name, s.Choice[name]))
		}
	}
	for _, app := range sortedKeys(s.Apps) {
		errs = append(errs, c.chooseFor(app, s.Apps[app], candidates)...)
	}
	return errs
}

// chooseFor finds the providers that one mini-program has of its own.
func (c *Table) chooseFor(app string, choice map[string]string, candidates map[string][]Provider) (errs []error) {
	where := fmt.Sprintf("providers of mini-program %q", app)
	for _, name := range sortedKeys(choice) {
		if len(candidates[name]) == 0 {
			errs = append(errs, fmt.Errorf("%s: %q is to be provided by plugin %q, which does not provide it", where, name, choice[name]))
			continue
		}
		p, err := pick(where, name, candidates[name], choice[name])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		e := c.entries[name]
		if e.apps == nil {
			e.apps = map[string]*variant{}
		}
		e.apps[app] = &variant{provider: p}
	}
	return errs
}

func pick(where, name string, candidates []Provider, chosen string) (Provider, error) {
	var ids []string
	for _, p := range candidates {
		if p.ID() == chosen {
			return p, nil
		}
		ids = append(ids, p.ID())
	}
	switch {
	case chosen != "":
		return nil, fmt.Errorf("%s: plugin %q does not provide %q; these do: %s", where, chosen, name, strings.Join(ids, ", "))
	case len(candidates) > 1:
		return nil, fmt.Errorf("%q is provided by several plugins (%s); choose one in superapp.yaml: providers: {%s: %s}", name, strings.Join(ids, ", "), name, ids[0])
	}
	return candidates[0], nil
}

// claims finds API names that two provided capabilities inject.
func (c *Table) claims() (errs []error) {
	owner := map[string]*entry{}
	for _, name := range c.Capabilities() {
		e := c.entries[name]
		if e.provider == nil {
			continue
		}
		for _, api := range apiname.Injected(e.contract) {
			if o := owner[api]; o != nil && o != e {
				errs = append(errs, fmt.Errorf("%s is claimed by %q (plugin %q) and by %q (plugin %q); in superapp.yaml, claim it for one of the plugins only (apis), or leave one out",
					api, o.contract.Capability, o.provider.ID(), name, e.provider.ID()))
			}
			owner[api] = e
		}
	}
	return errs
}
