package compose

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/dougong-dev/dougong/hosts/compose/lock"
	"github.com/dougong-dev/dougong/hosts/constraint"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// maxSteps bounds the search for versions that fit one another.
const maxSteps = 20_000

// node is a package that a version is looked for.
type node struct {
	want
	source  Source
	list    []Candidate // the one to try first comes first
	locked  string      // the version of the lock file, if it is to be kept
	chosen  *Candidate
	details Details
	reasons []string // why versions do not fit
}

// resolver looks for a version of each package, so that all constraints are kept: depth first, the newest first.
type resolver struct {
	ctx       context.Context // lives for one resolution
	platforms []string
	host      *semver.Version // nil: unknown
	sources   []Source
	keep      func(want) string                // the version to keep, "" for none
	standIn   func(want, Source, error) Source // for a source that failed; nil: none
	wrong     *Problems

	nodes  map[key]*node
	order  []key
	limits map[key][]limit
	steps  int
	err    error // a source failed: nothing can be said
	stuck  *node // that the search got farthest with
	depth  int
}

// resolve chooses a version of everything. What cannot be had at all is a problem, and the rest is resolved without it.
func (r *resolver) resolve(list []want) []*node {
	r.nodes = map[key]*node{}
	for _, w := range list {
		n, err := r.node(w)
		if err != nil {
			r.wrong.add(w.at, "", err.Error())
			continue
		}
		if r.possible(n) {
			r.nodes[w.key()] = n
			r.order = append(r.order, w.key())
		}
	}
	if !r.solve(0) {
		r.explain()
		return nil
	}
	var out []*node
	for _, k := range r.order {
		out = append(out, r.nodes[k])
	}
	return out
}

// node finds the source of a package and its versions.
func (r *resolver) node(w want) (*node, error) {
	n := &node{want: w, locked: r.keep(w)}
	for _, s := range r.sources {
		list, err := s.Candidates(r.ctx, w.kind, w.id)
		if err != nil && r.standIn != nil {
			if k := r.standIn(w, s, err); k != nil {
				s = k
				list, err = k.Candidates(r.ctx, w.kind, w.id)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.what(), err)
		}
		if len(list) > 0 {
			n.source, n.list = s, r.newestFirst(list, n)
			return n, nil
		}
	}
	return n, nil
}

func (r *resolver) newestFirst(list []Candidate, n *node) []Candidate {
	list = slices.Clone(list)
	rank := func(c Candidate) (*semver.Version, bool) {
		v, err := semver.StrictNewVersion(c.Version)
		return v, err == nil
	}
	list = slices.DeleteFunc(list, func(c Candidate) bool { _, ok := rank(c); return !ok })
	slices.SortFunc(list, func(a, b Candidate) int {
		if (a.Version == n.locked) != (b.Version == n.locked) {
			if a.Version == n.locked {
				return -1
			}
			return 1
		}
		va, _ := rank(a)
		vb, _ := rank(b)
		return vb.Compare(va)
	})
	return list
}

// possible tells whether any version fits what superapp.yaml itself says; if none does, that is a problem of its own.
func (r *resolver) possible(n *node) bool {
	if n.source == nil {
		r.wrong.add(n.at, "check the id; `dougong registry search` finds what there is", fmt.Sprintf("%s is not in %s%s", n.what(), r.where(), r.nearMiss(n)))
		return false
	}
	if slices.ContainsFunc(n.list, func(c Candidate) bool { return r.fits(n, &c) == "" }) {
		return true
	}
	r.unfit(n)
	return false
}

// nearMiss is what may have been meant, of a source that knows all that it has.
func (r *resolver) nearMiss(n *node) string {
	var ids []string
	for _, s := range r.sources {
		if f, ok := s.(*folder); ok {
			for _, b := range f.have {
				if b.kind == n.kind {
					ids = append(ids, b.id)
				}
			}
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return strict.NearMiss(n.id, slices.Compact(slices.Sorted(slices.Values(ids))))
}

func (r *resolver) where() string {
	var names []string
	for _, s := range r.sources {
		names = append(names, string(s.Name().Kind)+" "+s.Name().Where)
	}
	if len(names) == 0 {
		return "any source: superapp.yaml names no registry"
	}
	return strings.Join(names, " or ")
}

// fits says why a version cannot be chosen; "" if it can.
func (r *resolver) fits(n *node, c *Candidate) string {
	if !constraint.Version(c.Version) {
		return "it is no semantic version"
	}
	for _, l := range r.limits[n.key()] {
		if !l.Allows(c.Version) {
			return fmt.Sprintf("it is not in %q (%s)", l.text, l.from)
		}
	}
	if c.Yanked != "" && c.Version != n.locked {
		return "it was yanked: " + c.Yanked
	}
	var lack []string
	for _, p := range r.platforms {
		if !c.runsOn(p) {
			lack = append(lack, p)
		}
	}
	if len(lack) > 0 {
		return fmt.Sprintf("it has no file for %s, only for %s", strings.Join(lack, ", "), strings.Join(c.Platforms, ", "))
	}
	d, err := n.source.Details(r.ctx, n.kind, n.id, c.Version)
	if err != nil {
		r.err = err
		return err.Error()
	}
	if need, err := semver.NewVersion(d.MinHost); err == nil && r.host != nil && r.host.LessThan(need) {
		return fmt.Sprintf("it needs a host of version %s, this one is %s", d.MinHost, r.host)
	}
	n.details = d
	return ""
}

// solve chooses versions of the packages from the i-th on.
func (r *resolver) solve(i int) bool {
	if i == len(r.order) {
		return true
	}
	n := r.nodes[r.order[i]]
	for c := range n.list {
		if r.steps++; r.steps > maxSteps || r.err != nil || r.ctx.Err() != nil {
			return false
		}
		if r.fits(n, &n.list[c]) != "" {
			continue
		}
		n.chosen = &n.list[c]
		undo, ok := r.require(n)
		if ok && r.solve(i+1) {
			return true
		}
		undo()
		n.chosen = nil
	}
	if r.stuck == nil || i > r.depth {
		r.stuck, r.depth = n, i
		n.reasons = r.reasons(n)
	}
	return false
}

// require adds what the chosen version needs. ok is false if something that is chosen already does not fit it.
func (r *resolver) require(n *node) (undo func(), ok bool) {
	before, limits := len(r.order), map[key]int{}
	undo = func() {
		for k, had := range limits {
			r.limits[k] = r.limits[k][:had]
		}
		for _, k := range r.order[before:] {
			delete(r.nodes, k)
		}
		r.order = r.order[:before]
	}
	for _, id := range slices.Sorted(maps.Keys(n.details.Requires)) {
		text := n.details.Requires[id]
		c, err := constraint.Parse(text)
		if err != nil {
			return undo, false
		}
		k := r.meant(id)
		if _, touched := limits[k]; !touched {
			limits[k] = len(r.limits[k])
		}
		r.limits[k] = append(r.limits[k], limit{c, text, fmt.Sprintf("required by %s@%s", n.id, n.chosen.Version)})
		other := r.nodes[k]
		if other == nil {
			other, err = r.node(want{kind: lock.Plugin, id: id, version: text, by: n.name(), index: -1, at: n.at})
			if err != nil {
				r.err = err
				return undo, false
			}
			r.nodes[k] = other
			r.order = append(r.order, k)
		}
		if other.chosen != nil {
			if !c.Allows(other.chosen.Version) {
				if r.stuck == nil {
					r.stuck, r.depth = other, len(r.order)
					other.reasons = []string{fmt.Sprintf("%s is not in %q (required by %s@%s)", other.chosen.Version, text, n.id, n.chosen.Version)}
				}
				return undo, false
			}
		}
	}
	return undo, true
}

// meant is the plugin that a requirement of an id means: the one of that name, or one that superapp.yaml lists under another.
func (r *resolver) meant(id string) key {
	k := key{lock.Plugin, id}
	if r.nodes[k] != nil {
		return k
	}
	for _, o := range r.order {
		if o.kind == lock.Plugin && r.nodes[o].id == id {
			return o
		}
	}
	return k
}

func (r *resolver) reasons(n *node) (out []string) {
	const most = 6
	for i := range n.list {
		if why := r.fits(n, &n.list[i]); why != "" && len(out) < most {
			out = append(out, n.list[i].Version+": "+why)
		}
	}
	if len(n.list) > most {
		out = append(out, fmt.Sprintf("and %d others", len(n.list)-most))
	}
	return out
}

func (r *resolver) unfit(n *node) {
	next := "write a constraint that one of them keeps, or ask its vendor"
	r.wrong.add(n.at, next, fmt.Sprintf("no version of %s fits:\n    %s", n.what(), strings.Join(r.reasons(n), "\n    ")))
}

// explain says why there is no solution.
func (r *resolver) explain() {
	var at strict.Position
	switch {
	case r.err != nil:
		r.wrong.add(at, "", r.err.Error())
	case r.ctx.Err() != nil:
		r.wrong.add(at, "", r.ctx.Err().Error())
	case r.steps > maxSteps && r.stuck == nil:
		r.wrong.add(at, "name versions more exactly", fmt.Sprintf("no versions that fit one another were found in %d steps", maxSteps))
	case r.stuck != nil && r.stuck.source == nil:
		r.wrong.add(r.stuck.at, "publish it, or ask the vendor of what requires it", fmt.Sprintf("%s, which %q requires, is not in %s", r.stuck.what(), r.stuck.by, r.where()))
	case r.stuck != nil:
		r.wrong.add(r.stuck.at, "loosen one of the constraints, or ask the vendor of what requires it",
			fmt.Sprintf("no version of %s fits all that is wanted of it:\n    %s", r.stuck.what(), strings.Join(r.stuck.reasons, "\n    ")))
	}
}
