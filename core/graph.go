package core

import (
	"fmt"
	"strings"
)

// maxDepth is how many plugins may stand behind one another in a call: a plugin's host service is a call to another
// plugin, which may use host services in turn.
const maxDepth = 4

// needs lists the plugins whose host services a plugin uses.
func (k *Kernel) needs(u *unit) []*unit {
	var out []*unit
	add := func(needed bool, capability string) {
		if !needed {
			return
		}
		if p := k.catalogue.Provider(capability); p != nil {
			if other := k.byID[p.ID()]; other != nil {
				out = append(out, other)
			}
		}
	}
	add(u.manifest.Requires.KV, storageCapability)
	add(len(u.manifest.Requires.HTTP) > 0, networkCapability)
	add(u.manifest.Requires.LocalFiles, fileCapability)
	return out
}

// checkCycles refuses plugins that need one another in a circle or in too long a line: the manifests say beforehand
// which calls between plugins there can be, so no call needs to be counted.
func (k *Kernel) checkCycles() error {
	done := map[*unit]bool{}
	var visit func(u *unit, path []string) error
	visit = func(u *unit, path []string) error {
		for i, id := range path {
			if id == u.ID() {
				return fmt.Errorf("plugins need one another in a circle: %s; the provider of storage or network cannot use that service itself",
					strings.Join(append(path[i:], u.ID()), " → "))
			}
		}
		path = append(path, u.ID())
		if len(path) > maxDepth {
			return fmt.Errorf("plugins need one another in a line longer than %d: %s", maxDepth, strings.Join(path, " → "))
		}
		for _, other := range k.needs(u) {
			if err := visit(other, path); err != nil {
				return err
			}
		}
		done[u] = true
		return nil
	}
	for _, u := range k.plugins {
		if !done[u] {
			if err := visit(u, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// levels sorts the plugins so that each comes behind all that it needs. checkCycles has passed.
func (k *Kernel) levels() [][]*unit {
	level := map[*unit]int{}
	var measure func(u *unit) int
	measure = func(u *unit) int {
		if l, ok := level[u]; ok {
			return l
		}
		l := 0
		for _, other := range k.needs(u) {
			l = max(l, measure(other)+1)
		}
		level[u] = l
		return l
	}
	out := make([][]*unit, maxDepth)
	for _, u := range k.plugins {
		l := measure(u)
		out[l] = append(out[l], u)
	}
	return out
}
