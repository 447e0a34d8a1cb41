package superapp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/hosts/install"
)

// Admission is a gate that installs as well, and remembers what was taken down; core/admission has one. With a gate that is
// none a super-app consists of what its configuration names, and nothing is updated.
type Admission interface {
	core.Gate
	install.Gate
}

// keeper keeps what is installed in the super-app, and takes back what does not start.
type keeper struct {
	gate    Admission
	manager *install.Manager
	rules   install.Rules

	mu         sync.Mutex // one change of what runs at a time
	number     int64      // of the generation that runs
	proven     bool
	changed    chan struct{} // told when the settings may have changed
	background sync.WaitGroup
	stop       context.CancelFunc
	life       context.Context //nolint:containedctx // ends when the super-app closes
}

func newKeeper(ctx context.Context, cfg *config.Config, o *Options) (*keeper, error) {
	gate, ok := o.Kernel.Gate.(Admission)
	if !ok {
		return nil, nil
	}
	m, rules, err := install.Configured(ctx, cfg, install.Setup{Gate: gate, Logger: o.Logger, Now: o.Kernel.Now})
	if err != nil {
		return nil, err
	}
	k := &keeper{gate: gate, manager: m, rules: rules}
	k.changed = make(chan struct{}, 1)
	k.life, k.stop = context.WithCancel(context.Background())
	return k, nil
}

// compose lays what is installed over a configuration, and leaves out what was taken down.
func (k *keeper) compose(cfg *config.Config, log func(string, ...any)) (*config.Config, error) {
	if k == nil {
		return cfg, cfg.Composed()
	}
	l, err := k.manager.Ledger()
	if err != nil {
		return nil, err
	}
	k.number, k.proven = l.Current.Number, l.Current.Proven || len(l.Current.Items) == 0
	cfg = k.manager.Overlay(cfg, l.Current)
	if err := cfg.Composed(); err != nil {
		return nil, fmt.Errorf("%w\nor install it: dougong install ID", err)
	}
	return k.obey(cfg, log)
}

// running tells which generation runs, and whether it has been found good.
func (k *keeper) running() (number int64, proven bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.number, k.proven
}

func (k *keeper) rulesNow() install.Rules {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.rules
}

// use has what is decided and asked follow another configuration; back undoes it. The caller holds mu.
func (k *keeper) use(ctx context.Context, was, is *config.Config) (back func(), err error) {
	m, rules, err := install.Configured(ctx, is, install.Setup{Gate: k.gate})
	if err != nil {
		return nil, err
	}
	old := k.rules
	k.rules = rules
	k.manager.Use(m)
	gate, ok := k.gate.(interface{ Use(*config.Config) })
	if ok {
		gate.Use(is)
	}
	return func() {
		k.rules = old
		if ok {
			gate.Use(was)
		}
	}, nil
}

// sync takes the generation that was gone back to for the one that runs: it has been running all the time.
func (k *keeper) sync() error {
	l, err := k.manager.Ledger()
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.number, k.proven = l.Current.Number, l.Current.Proven
	return nil
}

// close ends what goes on in the background.
func (k *keeper) close() {
	if k != nil {
		k.stop()
		k.background.Wait()
	}
}

// takeBack rolls a generation back that did not start, and says what that changes. The error is why that cannot be done.
func (a *App) takeBack(ctx context.Context, number int64, reason error) (*install.Change, error) {
	c, err := a.keeper.manager.Fail(ctx, number, reason.Error())
	if err != nil {
		return nil, err
	}
	for _, u := range c.Done {
		a.options.Logger.Error("an update did not start and was taken back", "id", u.ID, "version", u.From, "now", u.To, "reason", reason)
	}
	return c, nil
}

// reopen starts anew with the generation before, if it is the newest one's fault that the super-app does not start.
func reopen(ctx context.Context, base *config.Config, o Options, k *keeper, reason error) (*App, error) {
	if k == nil || k.proven || ctx.Err() != nil {
		return nil, reason
	}
	a := &App{options: o, keeper: k}
	if _, err := a.takeBack(ctx, k.number, reason); err != nil {
		return nil, reason
	}
	app, err := openOnce(ctx, base, o, k)
	if err != nil {
		return nil, errors.Join(reason, err)
	}
	return app, nil
}

// behind is told how the plugins' start ended that goes on behind the host's.
func (a *App) behind(told func(error)) func(error) {
	return func(err error) {
		<-a.opened
		if err == nil {
			a.observeHealth()
			told(nil)
			return
		}
		if a.keeper == nil {
			told(err)
			return
		}
		number, proven := a.keeper.running()
		if proven {
			told(err)
			return
		}
		if _, back := a.takeBack(a.keeper.life, number, err); back != nil {
			told(err)
			return
		}
		if _, again := a.reload(a.keeper.life, core.ReloadOptions{Accept: true, Again: a.halted()}); again != nil {
			told(errors.Join(err, again))
			return
		}
		told(nil)
	}
}

// halted lists the plugins that do not run.
func (a *App) halted() (out []string) {
	for _, s := range a.kernel.Status() {
		if s.State != plugin.Running {
			out = append(out, s.Plugin)
		}
	}
	return out
}

// observeHealth watches a generation that runs for the first time, until it is believed to be good.
func (a *App) observeHealth() {
	k := a.keeper
	if k == nil {
		return
	}
	number, proven := k.running()
	if proven {
		return
	}
	k.background.Go(func() {
		err := a.healthy(k.life)
		switch {
		case k.life.Err() != nil:
		case err == nil:
			if err := k.manager.Prove(k.life, number); err != nil {
				a.options.Logger.Warn("it cannot be kept that an update runs", "error", err)
			}
		default:
			if _, err := a.takeBack(k.life, number, err); err != nil {
				a.options.Logger.Error("an update does not run well and cannot be taken back", "error", err)
				return
			}
			if _, err := a.reload(k.life, core.ReloadOptions{Accept: true, Again: a.halted()}); err != nil {
				a.options.Logger.Error("the versions before an update do not start", "error", err)
			}
		}
	})
}

// beat is how often a new version is looked at.
const beat = 100 * time.Millisecond

// healthy waits until all plugins have run for as long as the configuration wants it. A plugin that ends meanwhile is not.
func (a *App) healthy(ctx context.Context) error {
	restarts := map[string]int{}
	for _, s := range a.kernel.Status() {
		restarts[s.Plugin] = s.Restarts
	}
	end := time.After(a.config.Update.Health)
	for {
		for _, s := range a.kernel.Status() {
			if s.State == plugin.Broken || s.State == plugin.Stopped || s.Restarts > restarts[s.Plugin] {
				return fmt.Errorf("plugin %q %s is %s after %d restarts: %s", s.Plugin, s.Version, s.State, s.Restarts, s.LastError)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-end:
			return nil
		case <-time.After(beat):
		}
	}
}

// obey leaves out plugins that are forbidden by what the host has learnt, and the choices of them. A guard is never left out: without it calls would
// pass that it is to stop.
func (k *keeper) obey(cfg *config.Config, log func(string, ...any)) (*config.Config, error) {
	s, err := k.gate.State()
	if err != nil {
		return cfg, err
	}
	gone := map[string]string{} // name → why
	next := *cfg
	next.Plugins = slices.DeleteFunc(slices.Clone(cfg.Plugins), func(p config.Plugin) bool {
		id, version := install.Claimed(cfg.Abs(p.Path))
		reason, forbidden := s.Forbids(id, version)
		if forbidden {
			gone[p.Name()] = reason
			log("a plugin is forbidden and does not run", "plugin", p.Name(), "version", version, "reason", reason)
		}
		return forbidden
	})
	if len(gone) == 0 {
		return cfg, nil
	}
	for _, g := range cfg.Guards {
		if reason, found := gone[g.Plugin]; found {
			return nil, fmt.Errorf("plugin %q guards calls and may not run: %s; name another guard, or none, in superapp.yaml", g.Plugin, reason)
		}
	}
	next.Observers = slices.DeleteFunc(slices.Clone(cfg.Observers), func(o config.Observer) bool { return gone[o.Plugin] != "" })
	next.Providers = without(cfg.Providers, gone)
	next.MiniApps = slices.Clone(cfg.MiniApps)
	for i := range next.MiniApps {
		next.MiniApps[i].Providers = without(next.MiniApps[i].Providers, gone)
	}
	return &next, nil
}

func without(choice, gone map[string]string) map[string]string {
	out := map[string]string{}
	for capability, name := range choice {
		if gone[name] == "" {
			out[capability] = name
		}
	}
	return out
}
