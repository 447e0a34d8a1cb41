package headless

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/hosts/internal/localnet"
	"github.com/dougong-dev/dougong/hosts/superapp"
)

// KernelConfig says which plugins a mini-program runs with.
type KernelConfig struct {
	// SuperApp is a superapp.yaml; its data folder is not touched. Without one every plugin in the folder Plugins starts; with
	// one, those are there that it names by their ids alone.
	SuperApp string
	Plugins  string
	// App is the mini-program's folder.
	App string
	// Logger takes what the kernel says; nil drops it.
	Logger *slog.Logger
	// Slow is told which plugin is waited for once that has taken SlowAfter; nil: nobody is told.
	Slow func(what string)
	// SlowAfter is core.DefaultSlowAfter if it is 0.
	SlowAfter time.Duration
}

// Kernel is a running kernel on a data folder that goes with it.
type Kernel struct {
	*core.Kernel
	// Note says what was started, for people.
	Note string
	data string
	open *openApps

	building sync.Mutex
	built    map[int]built // mini-programs of the configuration, by index
}

// OpenKernel starts the plugins. Every scope is granted and every question answered with the first button, for nobody is
// there to ask.
func OpenKernel(ctx context.Context, c KernelConfig) (*Kernel, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	data, err := os.MkdirTemp("", "dougong-headless-")
	if err != nil {
		return nil, err
	}
	apps := &openApps{}
	k, err := c.open(ctx, data, apps)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(data))
	}
	k.open = apps
	return k, nil
}

// Close stops the plugins and removes their data.
func (k *Kernel) Close() error { return errors.Join(k.Kernel.Close(), os.RemoveAll(k.data)) }

func (c KernelConfig) open(ctx context.Context, data string, apps *openApps) (*Kernel, error) {
	if c.SuperApp != "" {
		cfg, err := superapp.Load(c.SuperApp, os.Environ(), c.Plugins)
		if err != nil {
			return nil, err
		}
		cfg.Data = data
		cfg.Policy.Prompts = config.PromptsAllow
		k, err := c.start(ctx, cfg, apps)
		if err != nil {
			return nil, err
		}
		return &Kernel{built: map[int]built{}, Kernel: k, data: data, Note: fmt.Sprintf("using the plugins of %s", c.SuperApp)}, nil
	}
	cfg, err := superapp.Single(c.App, c.Plugins, data)
	if err != nil {
		return nil, err
	}
	cfg.Policy.Prompts = config.PromptsAllow
	return c.startSome(ctx, cfg, apps)
}

func (c KernelConfig) start(ctx context.Context, cfg *config.Config, apps *openApps) (*core.Kernel, error) {
	o := core.Options{Prompter: yes{}, Logger: c.Logger, Package: apps.file, Exchange: apps, LocalAddress: localnet.Address, Slow: c.Slow, SlowAfter: c.SlowAfter}
	if cache, err := os.UserCacheDir(); err == nil { // without one, every run compiles anew
		o.CacheDir = filepath.Join(cache, "dougong")
	}
	return core.New(ctx, cfg, o)
}

// startSome starts all plugins or, if one of them cannot be started as it is, those that can.
func (c KernelConfig) startSome(ctx context.Context, cfg *config.Config, apps *openApps) (*Kernel, error) {
	all, providers := cfg.Plugins, cfg.Providers
	note := fmt.Sprintf("no superapp.yaml: using the plugins in %s (%d); every name of their contracts is claimed", c.Plugins, len(all))
	k, err := c.start(ctx, cfg, apps)
	if err == nil {
		return &Kernel{built: map[int]built{}, Kernel: k, data: cfg.Data, Note: note}, nil
	}
	if ctx.Err() != nil { // no plugin is to blame
		return nil, err
	}
	var good []config.Plugin
	for _, p := range all {
		only(cfg, append(slices.Clone(good), p), providers)
		trial, err := c.start(ctx, cfg, apps)
		if ctx.Err() != nil {
			return nil, errors.Join(err, closeKernel(trial))
		}
		if err != nil {
			note += fmt.Sprintf("\nleft out %s: %v", p.ID, err)
			continue
		}
		if err := trial.Close(); err != nil {
			return nil, err
		}
		good = append(good, p)
	}
	only(cfg, good, providers)
	if k, err = c.start(ctx, cfg, apps); err != nil {
		return nil, err
	}
	return &Kernel{built: map[int]built{}, Kernel: k, data: cfg.Data, Note: note}, nil
}

// closeKernel closes a kernel, if there is one.
func closeKernel(k *core.Kernel) error {
	if k == nil {
		return nil
	}
	return k.Close()
}

// only makes cfg consist of plugins, with those of the providers that are among them.
func only(cfg *config.Config, plugins []config.Plugin, providers map[string]string) {
	cfg.Plugins, cfg.Providers = plugins, map[string]string{}
	for capability, id := range providers {
		if slices.ContainsFunc(plugins, func(p config.Plugin) bool { return p.ID == id }) {
			cfg.Providers[capability] = id
		}
	}
}

// yes is the user who agrees to everything.
type yes struct{}

// Ask agrees.
func (yes) Ask(context.Context, permission.Request) (bool, error) { return true, nil }

// Settings changes nothing.
func (yes) Settings(context.Context, string, string, map[string]bool) (map[string]bool, error) {
	return nil, nil
}

// Confirm presses the first button.
func (yes) Confirm(context.Context, permission.Confirmation) (int, error) { return 0, nil }

var _ permission.Prompter = yes{}
