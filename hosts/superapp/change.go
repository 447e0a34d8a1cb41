package superapp

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/install"
)

// Refresher is a Shell that shows what became of open mini-programs.
type Refresher interface {
	// Updated tells those who have a mini-program open that a new version will be used when it is opened again.
	Updated(app string)
	// UpdateFailed tells them that a new version could not be used: they go on with the one that they have.
	UpdateFailed(app string)
	// Withdrawn ends a mini-program wherever it is open, and says why.
	Withdrawn(app, reason string)
}

// reload goes over to the configuration as it is now, with what is installed now.
func (a *App) reload(ctx context.Context, o core.ReloadOptions) (report core.Report, failed error) {
	if k := a.keeper; k != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
	}
	base, err := a.base, error(nil)
	if a.options.Load != nil {
		if base, err = a.options.Load(); err != nil {
			return core.Report{}, fmt.Errorf("nothing was changed: %w", err)
		}
	}
	if k := a.keeper; k != nil {
		back, err := k.use(ctx, a.base, base)
		if err != nil {
			return core.Report{}, fmt.Errorf("nothing was changed: %w", err)
		}
		defer func() {
			if failed != nil {
				back()
			}
		}()
	}
	cfg, err := a.keeper.compose(base, a.options.Logger.Warn)
	if err != nil {
		return core.Report{}, fmt.Errorf("nothing was changed: %w", err)
	}
	for i := range cfg.MiniApps {
		if p := a.at(cfg.Abs(cfg.MiniApps[i].Path)); p != nil {
			cfg.MiniApps[i].ID = p.id() // the kernel's policy finds it by id
		}
	}
	fresh, err := a.prepare(ctx, cfg)
	if err != nil {
		return core.Report{}, fmt.Errorf("nothing was changed: %w", err)
	}
	was := a.kernel.Config()
	report, err = a.kernel.Reload(ctx, cfg, o)
	if err != nil {
		return report, err
	}
	a.take(fresh)
	a.Restyle(cfg)
	if len(fresh) > 0 && sameApps(was, cfg) {
		report.Restart = slices.DeleteFunc(report.Restart, func(name string) bool { return name == "miniapps" })
	}
	if k := a.keeper; k != nil {
		a.base = base
		select {
		case k.changed <- struct{}{}:
		default:
		}
	}
	return report, nil
}

// sameApps tells whether two configurations list the same mini-programs, in whatever versions.
func sameApps(was, is *config.Config) bool {
	return slices.EqualFunc(was.MiniApps, is.MiniApps, func(a, b config.MiniApp) bool { return a.ID == b.ID && a.Icon == b.Icon && a.Trust == b.Trust })
}

// prepare builds what has another bundle now. Nothing changes by it: a version that cannot be opened is an error.
func (a *App) prepare(ctx context.Context, cfg *config.Config) (fresh []*miniProgram, err error) {
	var errs []error
	for i := range cfg.MiniApps {
		c := &cfg.MiniApps[i]
		old, _ := a.find(c.ID)
		if old == nil || old.place() == cfg.Abs(c.Path) {
			continue
		}
		p := a.program(cfg, c)
		if err := p.build(ctx); err != nil {
			errs = append(errs, err)
		}
		fresh = append(fresh, p)
	}
	return fresh, errors.Join(errs...)
}

// take puts new versions in the places of the old ones. Who has one open goes on with the old version.
func (a *App) take(fresh []*miniProgram) {
	for _, p := range fresh {
		a.mu.Lock()
		at := slices.IndexFunc(a.programs, func(old *miniProgram) bool { return old.id() == p.id() })
		if at >= 0 {
			a.programs[at] = p
		}
		a.mu.Unlock()
		if r := a.refresher(); r != nil {
			r.Updated(p.id())
		}
	}
}

func (a *App) refresher() Refresher {
	shell := a.shell.Load()
	if shell == nil {
		return nil
	}
	r, _ := (*shell).(Refresher)
	return r
}

// Obey does what the host has learnt while it ran, by takedown lists and lowest versions: plugins are drained and stopped,
// mini-programs closed.
func (a *App) Obey(ctx context.Context) error {
	if a.keeper == nil {
		return nil
	}
	s, err := a.keeper.gate.State()
	if err != nil {
		return err
	}
	stop := false
	for _, p := range a.kernel.Config().Plugins {
		id, version := install.Claimed(a.config.Abs(p.Path))
		_, forbidden := s.Forbids(id, version)
		stop = stop || forbidden
	}
	for _, p := range a.list() {
		id, version := install.Claimed(p.place())
		reason, forbidden := s.Forbids(id, version)
		if !forbidden || !p.withdraw(fmt.Errorf("%s %s may not be used any more: %s", id, version, reason)) {
			continue
		}
		a.options.Logger.Warn("a mini-program is forbidden now and is closed", "app", p.id(), "version", version, "reason", reason)
		if r := a.refresher(); r != nil {
			r.Withdrawn(p.id(), reason)
		}
	}
	if stop {
		_, err = a.reload(ctx, core.ReloadOptions{})
	}
	return err
}

func (a *App) list() []*miniProgram {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.Clone(a.programs)
}
