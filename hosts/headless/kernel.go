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

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// KernelConfig says which plugins a mini-program runs with.
type KernelConfig struct {
	// SuperApp is a superapp.yaml; its data folder is not touched. Without one every plugin in the folder Plugins starts.
	SuperApp string
	Plugins  string
	// Logger takes what the kernel says; nil drops it.
	Logger *slog.Logger
}

// Kernel is a running kernel on a data folder that goes with it.
type Kernel struct {
	*core.Kernel
	// Note says what was started, for people.
	Note string
	data string
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
	k, err := c.open(ctx, data)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(data))
	}
	return k, nil
}

// Close stops the plugins and removes their data.
func (k *Kernel) Close() error { return errors.Join(k.Kernel.Close(), os.RemoveAll(k.data)) }

func (c KernelConfig) open(ctx context.Context, data string) (*Kernel, error) {
	if c.SuperApp != "" {
		cfg, err := config.Load(c.SuperApp, os.Environ())
		if err != nil {
			return nil, err
		}
		cfg.Data = data
		cfg.Policy.Prompts = config.PromptsAllow
		k, err := c.start(ctx, cfg)
		if err != nil {
			return nil, err
		}
		return &Kernel{Kernel: k, data: data, Note: fmt.Sprintf("using the plugins of %s", c.SuperApp)}, nil
	}
	plugins, err := findPlugins(c.Plugins)
	if err != nil {
		return nil, err
	}
	cfg := config.Default()
	cfg.Data = data
	cfg.Policy.Prompts, cfg.Policy.Domains = config.PromptsAllow, config.DomainsAny
	return c.startSome(ctx, cfg, plugins)
}

func (c KernelConfig) start(ctx context.Context, cfg *config.Config) (*core.Kernel, error) {
	o := core.Options{Prompter: yes{}, Logger: c.Logger}
	if cache, err := os.UserCacheDir(); err == nil { // without one, every run compiles anew
		o.CacheDir = filepath.Join(cache, "dougong")
	}
	return core.New(ctx, cfg, o)
}

// startSome starts all plugins or, if one of them cannot be started as it is, those that can.
func (c KernelConfig) startSome(ctx context.Context, cfg *config.Config, plugins []candidate) (*Kernel, error) {
	with(cfg, plugins)
	k, err := c.start(ctx, cfg)
	note := fmt.Sprintf("no superapp.yaml: using the %d plugins in %s", len(plugins), c.Plugins)
	if err == nil {
		return &Kernel{Kernel: k, data: cfg.Data, Note: note}, nil
	}
	var good []candidate
	for _, p := range plugins {
		with(cfg, append(slices.Clone(good), p))
		trial, err := c.start(ctx, cfg)
		if err != nil {
			note += fmt.Sprintf("\nleft out %s: %v", p.ID, err)
			continue
		}
		if err := trial.Close(); err != nil {
			return nil, err
		}
		good = append(good, p)
	}
	with(cfg, good)
	k, err = c.start(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &Kernel{Kernel: k, data: cfg.Data, Note: note}, nil
}

// candidate is a plugin in a folder.
type candidate struct {
	config.Plugin
	provides []string
}

// findPlugins lists the plugins in a folder, those that others rest on first. A folder that is not there has none.
func findPlugins(dir string) ([]candidate, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", manifest.FileName))
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, file := range files {
		path, err := filepath.Abs(filepath.Dir(file))
		if err != nil {
			return nil, err
		}
		m, err := manifest.Load(path)
		if err != nil {
			return nil, err
		}
		out = append(out, candidate{
			Plugin:   config.Plugin{ID: m.ID, Path: path, Grants: config.Grants{Net: true}},
			provides: m.Provides,
		})
	}
	ground := func(f candidate) int {
		if slices.Contains(f.provides, "dougong.storage/v1") || slices.Contains(f.provides, networkCapability) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return ground(a) - ground(b) })
	return out, nil
}

// with makes cfg consist of plugins. Where several provide a capability, the first one does.
func with(cfg *config.Config, plugins []candidate) {
	cfg.Plugins, cfg.Providers = nil, map[string]string{}
	count := map[string]int{}
	for _, p := range plugins {
		cfg.Plugins = append(cfg.Plugins, p.Plugin)
		for _, name := range p.provides {
			if count[name]++; count[name] == 1 {
				cfg.Providers[name] = p.ID
			}
		}
	}
	for name, n := range count {
		if n == 1 {
			delete(cfg.Providers, name)
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
