package compiler

import (
	"context"
	"runtime"
	"sync"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"golang.org/x/sync/errgroup"
)

// graph follows references between files while they are being compiled.
type graph struct {
	*build
	group *errgroup.Group
	mu    sync.Mutex
	units map[string]*unit // "script utils/a.js" → unit; nil while being compiled
	edges map[string][]string
	diags source.Diagnostics
	done  <-chan struct{}
	// redirects are the requires of scripts kept as they are that get another name.
	redirects map[*unit]map[string]string

	appStyle  *unit
	appScript string
}

func newGraph(b *build) *graph {
	group, ctx := errgroup.WithContext(b.ctx)
	g := &graph{build: b, group: group, units: map[string]*unit{}, edges: map[string][]string{}, redirects: map[*unit]map[string]string{}}
	b.slots = make(chan struct{}, runtime.GOMAXPROCS(0))
	g.done = ctx.Done()
	return g
}

// goDo runs a piece of work when a processor is free. Work may start more work.
func (g *graph) goDo(work func()) {
	g.group.Go(func() error {
		select {
		case g.slots <- struct{}{}:
		case <-g.done:
			return context.Cause(g.ctx)
		}
		defer func() { <-g.slots }()
		work()
		return nil
	})
}

func (g *graph) wait() error { return g.group.Wait() }

// visit compiles a file once, by whoever asks first.
func (g *graph) visit(kind, file string, compile func() *unit, follow func(*unit) []string) {
	key := kind + " " + file
	g.mu.Lock()
	if _, ok := g.units[key]; ok {
		g.mu.Unlock()
		return
	}
	g.units[key] = nil
	g.mu.Unlock()
	u := compile()
	targets := follow(u)
	g.mu.Lock()
	g.units[key], g.edges[key] = u, targets
	g.mu.Unlock()
}

// closure lists the units that a file needs, itself included.
func (g *graph) closure(file, kind string) []*unit {
	var out []*unit
	seen := map[string]bool{}
	queue := []string{kind + " " + file}
	for len(queue) > 0 {
		key := queue[0]
		queue = queue[1:]
		if seen[key] {
			continue
		}
		seen[key] = true
		if u := g.units[key]; u != nil {
			out = append(out, u)
		}
		queue = append(queue, g.edges[key]...)
	}
	return out
}

// collect gathers the units that a definition needs.
func (g *graph) collect(def *definition) {
	def.units = append(def.units, g.closure(def.files.template, "template")...)
	def.units = append(def.units, g.closure(def.files.script, "script")...)
	if def.style != nil {
		def.units = append(def.units, def.style)
	}
	def.Broken = g.brokenOf(def.units, def.refs)
}

// brokenOf lists the files with errors among the units' own and those they inlined.
func (b *build) brokenOf(units []*unit, refs map[string]bool) []string {
	found := map[string]bool{}
	for file := range refs {
		found[file] = true
	}
	for _, u := range units {
		if u == nil {
			continue
		}
		for _, d := range u.diags {
			if d.Severity == source.Error {
				found[d.File] = true
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return sortedKeys(found)
}
