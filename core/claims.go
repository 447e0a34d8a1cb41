package core

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/capability/apiname"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// vendors are the contracts that plugins bring along, and what superapp.yaml claims of their names.
type vendors struct {
	names     *apiname.Names
	plugins   []*unit
	contracts []*contract.Contract
	others    []*contract.Contract // the standard ones and the host's
	state     *state
}

// add takes the contracts of one plugin. One that names what belongs to WeChat or a standard capability is refused.
func (v *vendors) add(u *unit, own []*contract.Contract) error {
	var errs []error
	for _, c := range own {
		if err := v.names.Check(c); err != nil {
			errs = append(errs, fmt.Errorf("contracts of plugin %q: %w", u.ID(), err))
		}
	}
	v.contracts = append(v.contracts, own...)
	return errors.Join(errs...)
}

// claim leaves in the contracts the names that superapp.yaml claims. It warns of the others, and refuses claims of names
// that a plugin does not have.
func (v *vendors) claim(warn func(msg string, args ...any)) error {
	for _, c := range v.contracts {
		claimed, offers := map[string]bool{}, v.offers(c.Capability)
		for _, u := range offers {
			for _, name := range v.state.entry(u).APIs {
				claimed[name] = true
			}
		}
		var left []string
		c.Keep(func(api string) bool {
			ok := claimed[api] || claimed[config.AllAPIs]
			if !ok {
				left = append(left, api)
			}
			return ok
		})
		if len(left) > 0 && len(offers) > 0 {
			warn("mini-programs do not get these names: superapp.yaml does not claim them",
				"plugin", offers[0].ID(), "names", strings.Join(left, ", "),
				"next", fmt.Sprintf("plugins: [{id: %s, apis: [%s]}]", offers[0].ID(), strings.Join(left, ", ")))
		}
	}
	var errs []error
	for _, u := range v.plugins {
		errs = append(errs, v.unknown(u)...)
	}
	return errors.Join(errs...)
}

// offers lists the plugins that provide a capability.
func (v *vendors) offers(capability string) (out []*unit) {
	for _, u := range v.plugins {
		for _, name := range u.manifest.Provides {
			if name == capability {
				out = append(out, u)
			}
		}
	}
	return out
}

// unknown reports claims for a plugin that its capabilities do not have.
func (v *vendors) unknown(u *unit) (errs []error) {
	has := map[string]bool{config.AllAPIs: true}
	for _, name := range u.manifest.Provides {
		c := v.find(name)
		if c == nil {
			return nil // the catalogue says that the contract is missing
		}
		for _, api := range c.APIs() { // what is left of them: every claimed one
			has[api] = v.names.Standard(api) == ""
		}
	}
	for _, name := range v.state.entry(u).APIs {
		switch owner := v.names.Standard(name); {
		case has[name]:
		case owner != "":
			errs = append(errs, fmt.Errorf("plugin %q: apis: %s belongs to the standard capability %q, whose provider has it without a claim; remove it from apis", u.ID(), name, owner))
		default:
			errs = append(errs, fmt.Errorf("plugin %q: apis: no contract of the plugin names %s%s; its contracts are the YAML files in its folder %q",
				u.ID(), name, strict.NearMiss(name, v.all(u)), ContractDir))
		}
	}
	return errs
}

func (v *vendors) find(capability string) *contract.Contract {
	for _, c := range slices.Concat(v.contracts, v.others) {
		if c.Capability == capability {
			return c
		}
	}
	return nil
}

// all lists the names that a plugin's contracts had before claims, to find a near miss.
func (v *vendors) all(u *unit) (out []string) {
	for _, c := range v.contracts {
		for _, name := range u.manifest.Provides {
			if c.Capability == name {
				out = append(out, c.Named()...)
			}
		}
	}
	return out
}
