package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/capability/apiname"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/contracts"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// ContractDir is the folder in a plugin's own where it keeps contracts of its vendor.
const ContractDir = "contracts"

// PluginInfo describes a plugin of the super-app.
type PluginInfo struct {
	ID       string
	Version  string
	Provides []string
	Manifest *manifest.Manifest
}

// unit is a plugin of the super-app: its manifest, and once started its instance. It is the provider that the catalogue
// knows, so that calls can be routed before it runs.
type unit struct {
	manifest *manifest.Manifest
	entry    config.Plugin
	dir      string
	config   []byte
	instance atomic.Pointer[plugin.Instance]
}

var _ capability.Provider = (*unit)(nil)

// ID implements capability.Provider.
func (u *unit) ID() string { return u.manifest.ID }

// Call implements capability.Provider.
func (u *unit) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	p := u.instance.Load()
	if p == nil {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q is not running", u.ID())
	}
	return (*p).Call(ctx, call)
}

func (u *unit) close(ctx context.Context) error {
	p := u.instance.Swap(nil)
	if p == nil {
		return nil
	}
	return (*p).Close(ctx)
}

// load reads the manifests and checks each against its entry in the configuration.
func (k *Kernel) load() error {
	var errs []error
	for _, entry := range k.cfg.Plugins {
		u, err := k.loadOne(entry)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		k.plugins = append(k.plugins, u)
		k.byID[u.ID()] = u
	}
	return errors.Join(errs...)
}

func (k *Kernel) loadOne(entry config.Plugin) (*unit, error) {
	dir, err := k.pluginDir(k.cfg.Abs(entry.Path))
	if err != nil {
		return nil, fmt.Errorf("plugin %q: %w", entry.ID, err)
	}
	m, err := manifest.Load(dir)
	if err != nil {
		return nil, fmt.Errorf("plugin %q: %w", entry.ID, err)
	}
	if m.ID != entry.ID {
		return nil, fmt.Errorf("plugin %q: the plugin in %s is %q; write that id in superapp.yaml", entry.ID, dir, m.ID)
	}
	if m.Requires.Net == manifest.NetAll && !entry.Grants.Net {
		return nil, fmt.Errorf("plugin %q needs the network (requires.net: all); allow it in superapp.yaml: plugins[].grants: {net: true}", m.ID)
	}
	if m.Requires.Exec && !entry.Grants.Exec {
		return nil, fmt.Errorf("plugin %q starts other programs (requires.exec: true); allow it in superapp.yaml: plugins[].grants: {exec: true}", m.ID)
	}
	settings, err := json.Marshal(entry.Config)
	if err != nil {
		return nil, fmt.Errorf("plugin %q: configuration: %w", m.ID, err)
	}
	if entry.Config == nil {
		settings = []byte("{}")
	}
	if err := m.CheckConfig(settings); err != nil {
		return nil, err
	}
	return &unit{manifest: m, entry: entry, dir: dir, config: settings}, nil
}

// contracts gathers the standard contracts, the host's and the plugins' own.
func (k *Kernel) contracts() ([]*contract.Contract, error) {
	list, err := contract.Load(contracts.Files)
	if err != nil {
		return nil, fmt.Errorf("standard contracts: %w", err)
	}
	names := apiname.New(list)
	list = append(list, k.opts.Contracts...)
	own := vendors{names: names, plugins: k.plugins, others: list}
	var errs []error
	for _, u := range k.plugins {
		dir := filepath.Join(u.dir, ContractDir)
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		found, err := contract.Load(os.DirFS(dir))
		if err != nil {
			errs = append(errs, fmt.Errorf("contracts of plugin %q: %w", u.ID(), err))
		}
		errs = append(errs, own.add(u, found))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	k.vendors = own.contracts
	return append(list, own.contracts...), own.claim(k.log.Warn)
}

// startPlugins starts them level by level: those that need nothing of others first, so that every plugin finds its
// host services working.
func (k *Kernel) startPlugins(ctx context.Context) error {
	levels := k.levels()
	for _, level := range levels {
		errs := make([]error, len(level))
		var all sync.WaitGroup
		for i, u := range level {
			all.Go(func() { errs[i] = k.start(ctx, u) })
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}

func (k *Kernel) start(ctx context.Context, u *unit) error {
	spec := plugin.Spec{Manifest: u.manifest, Dir: u.dir, Checksum: u.entry.Checksum, Trusted: u.entry.Trusted, Services: services{k}}
	if u.manifest.Requires.Files {
		spec.DataDir = filepath.Join(k.cfg.DataDir(), "plugins", u.ID())
		if abs, err := filepath.Abs(spec.DataDir); err == nil {
			spec.DataDir = abs
		}
		if err := os.MkdirAll(spec.DataDir, 0o700); err != nil {
			return fmt.Errorf("start plugin %q: %w", u.ID(), err)
		}
	}
	began := k.opts.Now()
	p, err := k.opts.Runtime.Start(ctx, spec)
	if err != nil {
		return fmt.Errorf("start plugin %q: %w", u.ID(), err)
	}
	u.instance.Store(&p)
	if err := k.greet(ctx, u, p); err != nil {
		return fmt.Errorf("start plugin %q: %w", u.ID(), err)
	}
	k.log.Info("plugin started", "plugin", u.ID(), "version", u.manifest.Version, "took", k.opts.Now().Sub(began))
	return nil
}

// greet checks that the plugin is what its manifest says and hands over its configuration.
func (k *Kernel) greet(ctx context.Context, u *unit, p plugin.Instance) error {
	d, err := p.Describe(ctx)
	if err != nil {
		return fmt.Errorf("describe: %w", err)
	}
	if err := plugin.CheckDescription(u.manifest, d); err != nil {
		return err
	}
	for _, name := range u.manifest.Provides {
		if k.catalogue.Provider(name) == capability.Provider(u) {
			k.warnMissing(u, name, d.Capabilities[name])
		}
	}
	if err := p.Configure(ctx, u.config); err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	return nil
}

// warnMissing reports the methods of a contract that a provider lacks: calls of them will fail as unsupported.
func (k *Kernel) warnMissing(u *unit, name string, methods []string) {
	have := map[string]bool{}
	for _, m := range methods {
		have[m] = true
	}
	for m := range k.catalogue.Contract(name).Methods {
		if !have[m] {
			k.log.Warn("plugin lacks a method of its contract", "plugin", u.ID(), "capability", name, "method", m)
		}
	}
}
