package core

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// ReloadOptions of Reload and Swap.
type ReloadOptions struct {
	// Accept takes versions that require more of the host than those that they replace.
	Accept bool
	// Again lists plugins that are replaced though nothing about them seems to have changed.
	Again []string
}

// What became of a plugin.
const (
	Added      = "added"
	Removed    = "removed"
	Replaced   = "replaced"   // by another version, or a fresh instance of the same one
	Configured = "configured" // while it ran
	Granted    = "granted"    // other grants, which the plugin need not know of
)

// Change is what became of one plugin.
type Change struct {
	Plugin   string        `json:"plugin"`
	What     string        `json:"what"`
	From     string        `json:"from,omitempty"` // the version before
	To       string        `json:"to,omitempty"`
	Cut      int           `json:"cut,omitempty"` // calls and tasks that had not ended in time, and were stopped
	Duration time.Duration `json:"duration_ns"`
}

// Report says what a change of the configuration has done.
type Report struct {
	Changes []Change `json:"changes"`
	// Restart lists settings that have changed but hold from the next start on.
	Restart []string `json:"restart,omitempty"`
}

// Swap replaces a plugin by what an entry says: another version in another folder, say. The new version is started beside
// the old one; once it runs, calls go to it, and the old one ends what it has begun. If anything is wrong with the new
// one, the old one stays and the error says why.
func (k *Kernel) Swap(ctx context.Context, entry config.Plugin, o ReloadOptions) (Report, error) {
	cfg := *k.Config()
	cfg.Plugins = slices.Clone(cfg.Plugins)
	at := slices.IndexFunc(cfg.Plugins, func(p config.Plugin) bool { return p.Name() == entry.Name() })
	if at < 0 {
		return Report{}, fmt.Errorf("there is no plugin %q to be replaced; these run: %s", entry.Name(), names(k.now.Load().plugins))
	}
	cfg.Plugins[at] = entry
	o.Again = append(slices.Clone(o.Again), entry.Name())
	return k.Reload(ctx, &cfg, o)
}

// Reload goes over to another configuration while mini-programs run. Plugins are added, removed, configured or replaced
// as need be, providers and policy follow. On an error, which lists all reasons, everything stays as it was. Reload
// returns when what was replaced has ended.
func (k *Kernel) Reload(ctx context.Context, cfg *config.Config, o ReloadOptions) (Report, error) {
	report, drains, err := k.reload(ctx, cfg, o)
	if err != nil {
		return Report{}, fmt.Errorf("nothing was changed: %w", err)
	}
	drains.Wait() // until their limit, or until the kernel closes
	return *report, nil
}

// reload is Reload without the wait for the end of what was replaced.
func (k *Kernel) reload(ctx context.Context, cfg *config.Config, o ReloadOptions) (*Report, *sync.WaitGroup, error) {
	k.changing.Lock()
	defer k.changing.Unlock()
	select {
	case <-k.quit:
		return nil, nil, pdk.Errorf(pdk.CodeUnavailable, "unavailable", "the host is stopping")
	default:
	}
	next := *cfg
	was := k.now.Load()
	next.Data = absolute(was.cfg.DataDir()) // which is in use
	p, err := k.plan(was, &next, o)
	if err != nil {
		return nil, nil, err
	}
	if err := p.carryOut(ctx); err != nil {
		return nil, nil, err
	}
	k.begun() // if the start failed, this is what runs now
	report := &Report{Changes: p.changes, Restart: needRestart(was.cfg, cfg)}
	return report, p.finish(report), nil
}

// plan is how one state becomes the next.
type plan struct {
	k        *Kernel
	was, now *state
	table    *capability.Table
	before   *capability.Table
	fresh    []*unit            // have to be started
	replaced map[*unit]*unit    // fresh → the one before
	removed  []*unit            // run, and are not wanted any more
	settings map[*unit]*setting // of those that go on
	live     map[*unit]bool     // are told their configuration
	changes  []Change           // by plugin
	undo     []func()           // the last one first
}

// plan finds out what has to be done, and everything that speaks against it.
func (k *Kernel) plan(was *state, cfg *config.Config, o ReloadOptions) (*plan, error) {
	p := &plan{k: k, was: was, replaced: map[*unit]*unit{}, settings: map[*unit]*setting{}, live: map[*unit]bool{}}
	var errs []error
	now, err := k.load(cfg, nil)
	if err != nil {
		return nil, err
	}
	p.now = now
	for i, u := range now.plugins {
		old := was.byName[u.name]
		if old == nil {
			p.fresh = append(p.fresh, u)
			p.note(u.name, Added, "", u.manifest.Version)
			continue
		}
		if what := p.compare(old, u, slices.Contains(o.Again, u.name)); what == Replaced {
			if more := widened(old.manifest, u.manifest); len(more) > 0 && !o.Accept {
				errs = append(errs, at(cfg, u.name, fmt.Errorf("plugin %q: version %s requires more than version %s was granted: %s; say that you accept it (dougong plugin swap --accept), or restart the host",
					u.name, u.manifest.Version, old.manifest.Version, join(more))))
			}
			p.fresh = append(p.fresh, u)
			p.replaced[u] = old
			p.note(u.name, Replaced, old.manifest.Version, u.manifest.Version)
			continue
		}
		now.plugins[i], now.byName[u.name] = old, old // it goes on
	}
	for _, old := range was.plugins {
		if now.byName[old.name] == nil {
			p.removed = append(p.removed, old)
			p.note(old.name, Removed, old.manifest.Version, "")
		}
	}
	now.guards = nil
	errs = append(errs, k.loadGuards(now)) // once more, for the units that go on
	if p.table, err = k.table(now); err != nil {
		return nil, errors.Join(append(errs, err)...)
	}
	p.before = k.catalogue.Table()
	errs = append(errs, p.compatible()...)
	if _, err := k.rules(now, p.table); err != nil {
		errs = append(errs, err)
	}
	return p, errors.Join(errs...)
}

func (p *plan) note(name, what, from, to string) {
	p.changes = append(p.changes, Change{Plugin: name, What: what, From: from, To: to})
}

// compare says what has to be done with a plugin that runs, and notes it unless it is to be replaced.
func (p *plan) compare(old, u *unit, again bool) string {
	was, is := old.set.Load(), u.set.Load()
	switch {
	case again, old.dir != u.dir, !reflect.DeepEqual(old.manifest, u.manifest), was.entry.Checksum != is.entry.Checksum, was.entry.Trusted != is.entry.Trusted:
		return Replaced
	case string(was.config) != string(is.config), !reflect.DeepEqual(was.secrets, is.secrets):
		if u.manifest.Reconfigure != manifest.ReconfigureLive {
			return Replaced
		}
		p.settings[old], p.live[old] = is, true
		p.note(u.name, Configured, u.manifest.Version, u.manifest.Version)
		return Configured
	case !reflect.DeepEqual(was.entry, is.entry):
		p.settings[old] = is
		p.note(u.name, Granted, u.manifest.Version, u.manifest.Version)
	}
	return Granted
}

// compatible checks that mini-programs that run now find what they found before.
func (p *plan) compatible() (errs []error) {
	for _, name := range p.before.Capabilities() {
		provider := p.before.Provider(name, "")
		if provider == nil {
			continue
		}
		u := p.now.byName[provider.ID()]
		if p.table.Provider(name, "") == nil {
			if u != nil { // its plugin is still there, and has lost it
				errs = append(errs, at(p.now.cfg, u.name, fmt.Errorf("plugin %q: version %s does not provide %s any more, which is in use", u.name, u.manifest.Version, name)))
			}
			continue
		}
		if d := capability.Differences(p.before.Contract(name), p.table.Contract(name)); len(d) > 0 {
			errs = append(errs, at(p.now.cfg, p.table.Provider(name, "").ID(), fmt.Errorf("the contract of %s is in use and would change: %s; a change that breaks callers is a new version of the capability", name, join(d))))
		}
	}
	return errs
}

// needRestart lists the settings that a running host does not take over.
func needRestart(was, is *config.Config) (out []string) {
	for _, s := range []struct {
		name     string
		was, now any
	}{
		{"name", was.Name, is.Name}, {"data", absolute(was.DataDir()), absolute(is.DataDir())}, {"listen", was.Listen, is.Listen},
		{"users", was.Users, is.Users}, {"metrics", was.Metrics, is.Metrics},
		{"telemetry", was.Telemetry, is.Telemetry}, {"admin", was.Admin, is.Admin}, {"miniapps", paths(was), paths(is)},
		{"policy.trace", []any{was.Policy.Trace, was.Policy.TraceSpoolMB, was.Policy.TraceHeads}, []any{is.Policy.Trace, is.Policy.TraceSpoolMB, is.Policy.TraceHeads}},
		{"policy.isolation", was.Policy.Isolation, is.Policy.Isolation}, {"policy.prompt_timeout", was.Policy.PromptTimeout, is.Policy.PromptTimeout},
	} {
		if !reflect.DeepEqual(s.was, s.now) {
			out = append(out, s.name)
		}
	}
	return out
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

func paths(c *config.Config) (out []string) {
	for _, a := range c.MiniApps {
		out = append(out, a.Path+"\x00"+a.Icon+"\x00"+a.Trust)
	}
	return out
}
