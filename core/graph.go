package core

import (
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/capability"
)

// maxDepth is how many plugins may stand behind one another in a call: a plugin's host service is a call to another
// plugin, which may use host services in turn.
const maxDepth = 4

// graph knows which plugins call which others.
type graph struct {
	state *state
	table *capability.Table
}

// needs lists the plugins that are called when a plugin uses its host services: the provider, and who guards it.
func (g graph) needs(u *unit) []*unit {
	var out []*unit
	add := func(needed bool, name string, methods ...string) {
		if !needed {
			return
		}
		p := g.table.Provider(name, "")
		if p == nil {
			return
		}
		if other := g.state.byName[p.ID()]; other != nil {
			out = append(out, other)
		}
		for _, guard := range g.state.guards {
			if guard.unit != u && guard.watchesAny(name, methods) {
				out = append(out, guard.unit)
			}
		}
	}
	add(u.manifest.Requires.KV, storageCapability, "kvGet", "kvSet", "kvDelete", "kvList")
	add(len(u.manifest.Requires.HTTP) > 0, networkCapability, "request")
	add(u.manifest.Requires.LocalFiles, fileCapability, "readLocal", "writeLocal")
	return out
}

// checkCycles refuses plugins that need one another in a circle or in too long a line: the manifests say beforehand
// which calls between plugins there can be, so no call needs to be counted.
func (g graph) check() error {
	done := map[*unit]bool{}
	var visit func(u *unit, path []string) error
	visit = func(u *unit, path []string) error {
		for i, id := range path {
			if id == u.ID() {
				return fmt.Errorf("plugins need one another in a circle: %s; the provider of storage or network, or a guard of it, cannot use that service itself",
					strings.Join(append(path[i:], u.ID()), " → "))
			}
		}
		path = append(path, u.ID())
		if len(path) > maxDepth {
			return fmt.Errorf("plugins need one another in a line longer than %d: %s", maxDepth, strings.Join(path, " → "))
		}
		for _, other := range g.needs(u) {
			if err := visit(other, path); err != nil {
				return err
			}
		}
		done[u] = true
		return nil
	}
	for _, u := range g.state.plugins {
		if !done[u] {
			if err := visit(u, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// levels sorts the plugins so that each comes behind all that it needs. check has passed.
func (g graph) levels() [][]*unit {
	level := map[*unit]int{}
	var measure func(u *unit) int
	measure = func(u *unit) int {
		if l, ok := level[u]; ok {
			return l
		}
		l := 0
		for _, other := range g.needs(u) {
			l = max(l, measure(other)+1)
		}
		level[u] = l
		return l
	}
	out := make([][]*unit, maxDepth)
	for _, u := range g.state.plugins {
		l := measure(u)
		out[l] = append(out[l], u)
	}
	return out
}
