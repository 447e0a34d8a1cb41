package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
)

// carryOut starts and configures what the plan says, and then sends calls there. On an error everything is as before.
func (p *plan) carryOut(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			for _, f := range slices.Backward(p.undo) {
				f()
			}
		}
	}()
	levels := graph{p.now, p.table}.levels()
	for _, exclusive := range []bool{false, true} { // those last that cannot run beside the one before
		for _, level := range levels {
			for _, u := range level {
				if !slices.Contains(p.fresh, u) || p.exclusive(u) != exclusive {
					continue
				}
				if err := p.bring(ctx, u); err != nil {
					return at(p.now.cfg, u.name, err)
				}
			}
		}
		if !exclusive {
			if err := p.configure(ctx); err != nil {
				return err
			}
		}
	}
	rules, err := p.k.rules(p.now, p.table)
	if err != nil {
		return err
	}
	for u, set := range p.settings {
		u.set.Store(set)
	}
	p.k.catalogue.Use(p.table)
	p.k.policy.Update(rules)
	p.k.now.Store(p.now)
	p.k.observe(p.now.cfg)
	return nil
}

// exclusive tells whether two instances would be at one data folder.
func (p *plan) exclusive(u *unit) bool {
	old := p.replaced[u]
	return old != nil && u.manifest.Requires.Files && old.manifest.Requires.Files
}

// bring starts a unit.
func (p *plan) bring(ctx context.Context, u *unit) error {
	began := time.Now()
	old := p.replaced[u]
	if !p.exclusive(u) {
		if err := p.k.start(ctx, u, p.table); err != nil {
			if old != nil {
				err = fmt.Errorf("version %s stays: %w", old.manifest.Version, err)
			}
			return err
		}
		p.undo = append(p.undo, func() {
			stop, cancel := context.WithTimeout(context.Background(), closeWait)
			defer cancel()
			if err := u.close(stop); err != nil {
				p.k.log.Warn("a plugin that was not wanted did not stop well", "plugin", u.name, "error", err)
			}
		})
		p.done(u.name, 0, began)
		return nil
	}
	cut, err := p.exchange(ctx, old, u, p.table, p.before)
	if err != nil {
		return err
	}
	p.undo = append(p.undo, func() { p.restore(u, old) })
	p.done(u.name, cut, began)
	return nil
}

func (p *plan) done(name string, cut int, began time.Time) {
	for i := range p.changes {
		if p.changes[i].Plugin == name {
			p.changes[i].Cut += cut
			p.changes[i].Duration += time.Since(began)
		}
	}
}

// exchange stops one unit and starts another one at the same data folder. Calls wait meanwhile. If the other one does not
// start, the first one is started again.
func (p *plan) exchange(ctx context.Context, old, u *unit, table, before *capability.Table) (cut int, err error) {
	g := &gate{open: make(chan struct{})}
	cut, err = p.k.retire(old, g, false, "plugin "+old.name+" was replaced by version "+u.manifest.Version+", and its last calls did not end in time")
	if err != nil {
		p.k.log.Warn("a replaced plugin did not stop well", "plugin", old.name, "version", old.manifest.Version, "error", err)
	}
	if err = p.k.start(ctx, u, table); err == nil {
		g.next = u
		close(g.open)
		return cut, nil
	}
	again, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWait)
	defer cancel()
	old.cut.Store(nil)
	if e := p.k.start(again, old, before); e != nil {
		close(g.open)
		return cut, errors.Join(fmt.Errorf("version %s could not take over: %w", u.manifest.Version, err),
			fmt.Errorf("nor does version %s start again, so that the plugin is down: %w", old.manifest.Version, e))
	}
	old.gate.Store(nil)
	close(g.open)
	return cut, fmt.Errorf("version %s runs again: %w", old.manifest.Version, err)
}

// restore takes an exchange back, because something else has failed: a new unit of the version before takes over.
func (p *plan) restore(u, old *unit) {
	back := &unit{k: p.k, name: old.name, manifest: old.manifest, dir: old.dir, idle: make(chan struct{}, 1)}
	back.set.Store(old.set.Load())
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	if _, err := p.exchange(ctx, u, back, p.before, p.table); err != nil {
		p.k.log.Error("a plugin could not be taken back", "plugin", old.name, "version", old.manifest.Version, "error", err)
		back = u
	}
	s := *p.k.now.Load()
	s.plugins, s.byName = slices.Clone(s.plugins), map[string]*unit{}
	for i := range s.plugins {
		if s.plugins[i] == old {
			s.plugins[i] = back
		}
		s.byName[s.plugins[i].name] = s.plugins[i]
	}
	s.guards = nil
	if err := p.k.loadGuards(&s); err != nil {
		p.k.log.Error("guards could not be taken back", "error", err)
		return
	}
	if t, err := p.k.table(&s); err == nil { // it was one before
		p.k.catalogue.Use(t)
		p.k.now.Store(&s)
	}
}

// configure tells plugins that run their new configuration.
func (p *plan) configure(ctx context.Context) error {
	for u, set := range p.settings {
		inst := u.instance.Load()
		if !p.live[u] || inst == nil {
			continue
		}
		began := time.Now()
		before := u.set.Load()
		u.set.Store(set) // it may ask for its secrets
		back := func() {
			u.set.Store(before)
			again, cancel := context.WithTimeout(context.Background(), closeWait)
			defer cancel()
			if err := (*inst).Configure(again, before.config); err != nil {
				p.k.log.Error("a plugin does not take back the configuration that it had", "plugin", u.name, "error", p.k.secrets.clean(err))
			}
		}
		if err := (*inst).Configure(ctx, set.config); err != nil {
			back()
			return at(p.now.cfg, u.name, fmt.Errorf("plugin %q does not take its new configuration: %w", u.name, p.k.secrets.clean(err)))
		}
		p.undo = append(p.undo, back)
		p.done(u.name, 0, began)
	}
	return nil
}

// finish lets what was replaced or removed end what it has begun. The report is complete when all have.
func (p *plan) finish(report *Report) *sync.WaitGroup {
	for _, c := range p.changes {
		p.k.log.Info("plugin "+c.What, "plugin", c.Plugin, "from", c.From, "to", c.To)
	}
	var mu sync.Mutex // of the report, which the drains complete
	drains := &sync.WaitGroup{}
	end := func(old, next *unit, why string) {
		g := &gate{open: make(chan struct{}), next: next}
		close(g.open)
		p.k.drains.Add(1)
		drains.Go(func() {
			defer p.k.drains.Done()
			began := time.Now()
			cut, err := p.k.retire(old, g, true, why)
			if err != nil {
				p.k.log.Warn("a replaced plugin did not stop well", "plugin", old.name, "version", old.manifest.Version, "error", err)
			}
			mu.Lock()
			defer mu.Unlock()
			for i := range report.Changes {
				if c := &report.Changes[i]; c.Plugin == old.name {
					c.Cut += cut
					c.Duration += time.Since(began)
				}
			}
		})
	}
	for _, u := range p.fresh {
		if old := p.replaced[u]; old != nil && !p.exclusive(u) {
			end(old, u, fmt.Sprintf("plugin %q was replaced by version %s, and the call did not end within %s (policy.drain)", old.name, u.manifest.Version, p.now.cfg.Policy.Drain))
		}
	}
	for _, old := range p.removed {
		end(old, nil, fmt.Sprintf("plugin %q was removed, and the call did not end within %s (policy.drain)", old.name, p.now.cfg.Policy.Drain))
	}
	return drains
}
