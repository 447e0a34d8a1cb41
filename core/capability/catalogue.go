package capability

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/capability/apiname"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Offer is a plugin and the capabilities it provides.
type Offer struct {
	Provider     Provider
	Capabilities []string
}

// Catalogue knows every contract and which plugin provides it. It does not change once made.
type Catalogue struct {
	entries map[string]*entry
}

type entry struct {
	contract *contract.Contract
	provider Provider // nil: nobody
	routes   map[string]*route
}

// route is all that the chain knows beforehand about one method.
type route struct {
	method   *contract.Method
	provider Provider
	public   bool               // a mini-program may call it
	starts   *contract.TaskSpec // the method starts a task
	owner    string             // the method belongs to a task that this method starts
	codes    map[int]bool       // errors of the contract
}

// NewCatalogue brings contracts and offers together. choice names the provider of capabilities that several plugins
// provide, by plugin id. The error says everything that does not fit: a capability without contract, a choice missing or
// of a plugin that does not provide it, an API name that two capabilities claim.
func NewCatalogue(contracts []*contract.Contract, offers []Offer, choice map[string]string) (*Catalogue, error) {
	c := &Catalogue{entries: map[string]*entry{}}
	var errs []error
	for _, k := range contracts {
		if c.entries[k.Capability] != nil {
			errs = append(errs, fmt.Errorf("capability %q has two contracts; keep one of the files", k.Capability))
			continue
		}
		c.entries[k.Capability] = &entry{contract: k}
	}
	errs = append(errs, c.choose(offers, choice)...)
	errs = append(errs, c.claims()...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, e := range c.entries {
		e.route()
	}
	return c, nil
}

// choose finds the provider of each capability.
func (c *Catalogue) choose(offers []Offer, choice map[string]string) (errs []error) {
	candidates := map[string][]Provider{}
	for _, o := range offers {
		for _, name := range o.Capabilities {
			if c.entries[name] == nil {
				errs = append(errs, fmt.Errorf("plugin %q provides %q, which no contract describes; put the contract's YAML file into the folder contracts beside its plugin.yaml%s",
					o.Provider.ID(), name, strict.NearMiss(name, c.Capabilities())))
				continue
			}
			candidates[name] = append(candidates[name], o.Provider)
		}
	}
	for _, name := range sortedKeys(candidates) {
		p, err := pick(name, candidates[name], choice[name])
		if err != nil {
			errs = append(errs, err)
		}
		c.entries[name].provider = p
	}
	for _, name := range sortedKeys(choice) {
		if len(candidates[name]) == 0 {
			errs = append(errs, fmt.Errorf("providers: %q is to be provided by plugin %q, which does not provide it", name, choice[name]))
		}
	}
	return errs
}

func pick(name string, candidates []Provider, chosen string) (Provider, error) {
	var ids []string
	for _, p := range candidates {
		if p.ID() == chosen {
			return p, nil
		}
		ids = append(ids, p.ID())
	}
	switch {
	case chosen != "":
		return nil, fmt.Errorf("providers: plugin %q does not provide %q; these do: %s", chosen, name, strings.Join(ids, ", "))
	case len(candidates) > 1:
		return nil, fmt.Errorf("%q is provided by several plugins (%s); choose one in superapp.yaml: providers: {%s: %s}", name, strings.Join(ids, ", "), name, ids[0])
	}
	return candidates[0], nil
}

// claims finds API names that two provided capabilities inject.
func (c *Catalogue) claims() (errs []error) {
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

func (e *entry) route() {
	e.routes = map[string]*route{}
	for name, m := range e.contract.Methods {
		r := e.one(m)
		r.public = len(m.API) > 0 || m.Sync != nil && len(m.Sync.API) > 0
		r.starts = m.Task
		if m.Task == nil {
			continue
		}
		for _, sub := range m.Task.Methods {
			s := e.one(sub)
			s.public, s.owner = r.public, name
		}
	}
}

func (e *entry) one(m *contract.Method) *route {
	r := &route{method: m, provider: e.provider, codes: map[int]bool{}}
	for _, code := range m.Errors {
		r.codes[code.Code] = true
	}
	e.routes[m.Name] = r
	return r
}

// Capabilities lists the capabilities that have a contract.
func (c *Catalogue) Capabilities() []string { return sortedKeys(c.entries) }

// Contract returns a capability's contract, or nil.
func (c *Catalogue) Contract(capability string) *contract.Contract {
	if e := c.entries[capability]; e != nil {
		return e.contract
	}
	return nil
}

// Provider returns the plugin that provides a capability, or nil.
func (c *Catalogue) Provider(capability string) Provider {
	if e := c.entries[capability]; e != nil {
		return e.provider
	}
	return nil
}

// Find is the chain's first step: it finds the method's contract and provider.
func (c *Catalogue) Find(next Handler) Handler {
	return func(ctx context.Context, call *Call) (pdk.Payload, error) {
		e := c.entries[call.Capability]
		if e == nil {
			return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "there is no capability %q%s", call.Capability, strict.NearMiss(call.Capability, c.Capabilities()))
		}
		r := e.routes[call.Method]
		if r == nil {
			return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "%s has no method %q%s", call.Capability, call.Method, strict.NearMiss(call.Method, sortedKeys(e.routes)))
		}
		if r.provider == nil {
			return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "%s: no plugin provides %s; add one to superapp.yaml", call.Method, call.Capability)
		}
		if !r.public && !call.Host && call.Caller == "" {
			return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "%s of %s is not for mini-programs", call.Method, call.Capability)
		}
		call.route, call.Contract, call.started = r, r.method, time.Since(epoch)
		return next(ctx, call)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
