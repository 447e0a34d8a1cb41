package capability

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// Flight is how many calls of one method are with its provider.
type Flight struct {
	Provider   string `json:"-"` // its id
	Capability string `json:"capability"`
	Method     string `json:"method"`
	Calls      int    `json:"calls"`
}

// flightKey is what calls are counted by: a new version of a plugin has its id.
type flightKey struct{ provider, capability, method string }

// InFlight lists the methods that are being carried out, by provider, capability and method.
func (c *Catalogue) InFlight() (out []Flight) {
	for k, n := range c.table.Load().flights {
		if n := n.Load(); n > 0 {
			out = append(out, Flight{k.provider, k.capability, k.method, int(n)})
		}
	}
	slices.SortFunc(out, func(a, b Flight) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Capability, b.Capability), cmp.Compare(a.Method, b.Method))
	})
	return out
}

// count gives every route its counter: one of those before, whose calls go on, or a new one.
func (c *Table) count(before map[flightKey]*atomic.Int64) {
	c.flights = map[flightKey]*atomic.Int64{}
	for name, e := range c.entries {
		c.countRoutes(name, e.routes, before)
		for _, v := range e.apps {
			c.countRoutes(name, v.routes, before)
		}
	}
}

func (c *Table) countRoutes(capability string, routes map[string]*route, before map[flightKey]*atomic.Int64) {
	for _, r := range routes {
		if r.provider == nil {
			continue // nobody calls it
		}
		key := flightKey{r.provider.ID(), capability, r.method.Name}
		if c.flights[key] == nil {
			c.flights[key] = before[key]
		}
		if c.flights[key] == nil {
			c.flights[key] = new(atomic.Int64)
		}
		r.flight = c.flights[key]
	}
}
