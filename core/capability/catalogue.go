package capability

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync/atomic"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Offer is a plugin and the capabilities it provides.
type Offer struct {
	Provider     Provider
	Capabilities []string
}

// Setup is all that a catalogue is made of.
type Setup struct {
	Contracts []*contract.Contract
	Offers    []Offer
	// Choice names the provider of a capability that several plugins provide, by plugin.
	Choice map[string]string
	// Apps are the choices of single mini-programs: mini-program → capability → plugin. They hold for the mini-program's
	// own calls; what a plugin asks of the host in its name goes to the provider that Choice names.
	Apps map[string]map[string]string
	// Many are capabilities that any number of plugins provide side by side, such as guards. Nobody calls them through
	// the chain.
	Many []string
	// Guards lists who watches a method, in the order in which they are asked; nil: nobody.
	Guards func(*contract.Method) []Guard
}

// Catalogue knows every contract and which plugin provides it. What it knows is replaced as a whole: a call that has
// found its provider keeps it.
type Catalogue struct {
	table atomic.Pointer[Table]
}

// Table is what a catalogue knows at one time. It does not change once it is used.
type Table struct {
	entries map[string]*entry
	flights map[flightKey]*atomic.Int64
	used    bool // by a catalogue, and therefore not to be changed any more
	index   index
}

type entry struct {
	contract *contract.Contract
	provider Provider // nil: nobody
	routes   map[string]*route
	apps     map[string]*variant // nil if no mini-program has a provider of its own
}

// variant is an entry for a mini-program with a provider of its own.
type variant struct {
	provider Provider
	routes   map[string]*route
}

// route is all that the chain knows beforehand about one method.
type route struct {
	method   *contract.Method
	provider Provider
	carrier  Carrier            // the provider, as it is called
	public   bool               // a mini-program may call it
	starts   *contract.TaskSpec // the method starts a task
	cancel   *route             // of the method that tells the provider that nobody wants the task any more
	owner    string             // the method belongs to a task that this method starts
	codes    map[int]bool       // errors of the contract
	guards   []Guard
	flight   *atomic.Int64 // calls that are with the provider
}

// NewCatalogue brings contracts and offers together. choice names the provider of capabilities that several plugins
// provide, by plugin id. The error says everything that does not fit: a capability without contract, a choice missing or
// of a plugin that does not provide it, an API name that two capabilities claim.
func NewCatalogue(contracts []*contract.Contract, offers []Offer, choice map[string]string) (*Catalogue, error) {
	t, err := NewTable(Setup{Contracts: contracts, Offers: offers, Choice: choice})
	if err != nil {
		return nil, err
	}
	c := &Catalogue{}
	c.Use(t)
	return c, nil
}

// NewTable is the first half of NewCatalogue: it finds what does not fit, and changes nothing.
func NewTable(s Setup) (*Table, error) {
	c := &Table{entries: map[string]*entry{}}
	var errs []error
	for _, k := range s.Contracts {
		if e := c.entries[k.Capability]; e == nil {
			c.entries[k.Capability] = &entry{contract: k}
		} else if d := append(Differences(e.contract, k), Differences(k, e.contract)...); len(d) > 0 {
			errs = append(errs, fmt.Errorf("capability %q has two contracts that are not the same (%s); keep one of the files, or give the other a version of its own",
				k.Capability, strings.Join(d, "; ")))
		}
	}
	errs = append(errs, c.choose(s)...)
	errs = append(errs, c.claims()...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, e := range c.entries {
		e.routes = e.route(e.provider, s.Guards)
		for _, v := range e.apps {
			v.routes = e.route(v.provider, s.Guards)
		}
	}
	c.count(nil)
	c.index = newIndex(c.entries)
	return c, nil
}

// Use replaces what the catalogue knows. Calls that have found their provider are not touched, and stay counted.
func (c *Catalogue) Use(t *Table) {
	if was := c.table.Load(); was != nil && !t.used {
		t.count(was.flights)
	}
	t.used = true
	c.table.Store(t)
}

// Table is what the catalogue knows now.
func (c *Catalogue) Table() *Table { return c.table.Load() }

// route makes the routes to a provider.
func (e *entry) route(p Provider, guards func(*contract.Method) []Guard) map[string]*route {
	routes := map[string]*route{}
	one := func(m *contract.Method) *route {
		r := &route{method: m, provider: p, codes: map[int]bool{}}
		if p != nil {
			r.carrier = CarrierOf(p)
		}
		for _, code := range m.Errors {
			r.codes[code.Code] = true
		}
		if guards != nil {
			r.guards = guards(m)
		}
		routes[m.Name] = r
		return r
	}
	for name, m := range e.contract.Methods {
		r := one(m)
		r.public = len(m.API) > 0 || m.Sync != nil && len(m.Sync.API) > 0
		r.starts = m.Task
		if m.Task == nil {
			continue
		}
		for sub, method := range m.Task.Methods {
			s := one(method)
			s.public, s.owner = r.public, name
			if sub == m.Task.Cancel {
				r.cancel = s
			}
		}
	}
	return routes
}

// Capabilities lists the capabilities that have a contract.
func (c *Catalogue) Capabilities() []string { return c.table.Load().Capabilities() }

// Contract returns a capability's contract, or nil.
func (c *Catalogue) Contract(capability string) *contract.Contract {
	return c.table.Load().Contract(capability)
}

// Provider returns the plugin that provides a capability, or nil.
func (c *Catalogue) Provider(capability string) Provider {
	return c.table.Load().Provider(capability, "")
}

// ProviderFor returns the plugin that provides a capability to a mini-program, or nil.
func (c *Catalogue) ProviderFor(capability, app string) Provider {
	return c.table.Load().Provider(capability, app)
}

// Capabilities lists the capabilities that have a contract.
func (c *Table) Capabilities() []string { return sortedKeys(c.entries) }

// Contract returns a capability's contract, or nil.
func (c *Table) Contract(capability string) *contract.Contract {
	if e := c.entries[capability]; e != nil {
		return e.contract
	}
	return nil
}

// Provider returns the plugin that provides a capability to a mini-program, or to those without a choice of their own if
// app is empty; nil: nobody does.
func (c *Table) Provider(capability, app string) Provider {
	e := c.entries[capability]
	if e == nil {
		return nil
	}
	if v := e.apps[app]; v != nil {
		return v.provider
	}
	return e.provider
}

// Find is the chain's first step: it finds the method's contract and provider.
func (c *Catalogue) Find(next Handler) Handler {
	return func(ctx context.Context, call *Call) error {
		if err := c.find(call); err != nil {
			return err
		}
		return next(ctx, call)
	}
}

// find fills in what the chain knows of the call's method.
func (c *Catalogue) find(call *Call) error {
	t := c.table.Load()
	e, r := t.index.find(call.Capability, call.Method)
	if r == nil {
		return t.unknown(call)
	}
	if e.apps != nil && call.Caller == "" {
		if v := e.apps[call.App]; v != nil {
			r = v.routes[call.Method]
		}
	}
	if r.provider == nil {
		return pdk.Errorf(pdk.CodeUnsupported, "unsupported", "%s: no plugin provides %s; add one to superapp.yaml", call.Method, call.Capability)
	}
	if !r.public && !call.Host && call.Caller == "" {
		return pdk.Errorf(pdk.CodeUnsupported, "unsupported", "%s of %s is not for mini-programs", call.Method, call.Capability)
	}
	call.route, call.Contract, call.provider, call.carrier, call.started = r, r.method, r.provider, r.carrier, Now()
	call.reached = call.started
	return nil
}

// unknown says what a call names that there is not.
func (c *Table) unknown(call *Call) error {
	e := c.entries[call.Capability]
	if e == nil {
		return pdk.Errorf(pdk.CodeUnsupported, "unsupported", "there is no capability %q%s", call.Capability, strict.NearMiss(call.Capability, c.Capabilities()))
	}
	return pdk.Errorf(pdk.CodeUnsupported, "unsupported", "%s has no method %q%s", call.Capability, call.Method, strict.NearMiss(call.Method, sortedKeys(e.routes)))
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
