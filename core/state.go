package core

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/capability/apiname"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/contracts"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// state is what a kernel is made of at one time. Once in use it does not change; a running kernel goes from one to the
// next.
type state struct {
	cfg     *config.Config
	plugins []*unit // in the order of the configuration
	byName  map[string]*unit
	guards  []*pluginGuard
	apis    []message.API
	vendors []*contract.Contract // that plugins brought along
}

// PluginInfo describes a plugin of the super-app.
type PluginInfo struct {
	ID       string // the name by which superapp.yaml speaks of it
	Version  string
	Provides []string
	Manifest *manifest.Manifest
}

// load reads the manifests of a configuration and checks each against its entry. keep, if not nil, returns the running
// unit of an entry that is to go on as it is.
func (k *Kernel) load(cfg *config.Config, keep func(config.Plugin) *unit) (*state, error) {
	if err := cfg.Composed(); err != nil {
		return nil, err
	}
	s := &state{cfg: cfg, byName: map[string]*unit{}}
	var errs []error
	for _, entry := range cfg.Plugins {
		var u *unit
		if keep != nil {
			u = keep(entry)
		}
		if u == nil {
			var err error
			if u, err = k.loadOne(cfg, entry); err != nil {
				errs = append(errs, at(cfg, entry.Name(), err))
				continue
			}
		}
		s.plugins = append(s.plugins, u)
		s.byName[u.name] = u
	}
	if len(errs) == 0 {
		errs = append(errs, k.loadGuards(s))
	}
	return s, errors.Join(errs...)
}

// entry is what this state's configuration says of a plugin. A unit that goes on when the state changes has the settings of
// the one before until everything is carried out.
func (s *state) entry(u *unit) config.Plugin {
	if p := s.cfg.Plugin(u.name); p != nil {
		return *p
	}
	return config.Plugin{}
}

// at says where in the configuration a plugin stands.
func at(cfg *config.Config, plugin string, err error) error {
	if where := cfg.Where(plugin); where != "" {
		return fmt.Errorf("%s: %w", where, err)
	}
	return err
}

// table brings contracts and plugins together, and checks that they fit.
func (k *Kernel) table(s *state) (*capability.Table, error) {
	list, err := k.contracts(s)
	if err != nil {
		return nil, err
	}
	setup := capability.Setup{
		Contracts: list, Choice: s.cfg.Providers, Apps: map[string]map[string]string{}, Guards: s.guardsOf,
		Offers: k.own(),
		Many:   []string{guardCapability, observerCapability},
	}
	for _, u := range s.plugins {
		setup.Offers = append(setup.Offers, capability.Offer{Provider: u, Capabilities: u.manifest.Provides})
	}
	for _, app := range s.cfg.MiniApps {
		if len(app.Providers) > 0 {
			setup.Apps[app.ID] = app.Providers
		}
	}
	t, err := capability.NewTable(setup)
	if err != nil {
		return nil, err
	}
	s.apis = apis(t, s.vendors)
	return t, errors.Join(s.checkGuards(t), graph{s, t}.check())
}

// contracts gathers the standard contracts, the host's and the plugins' own.
func (k *Kernel) contracts(s *state) ([]*contract.Contract, error) {
	if k.standard == nil {
		list, err := contract.Load(contracts.Files)
		if err != nil {
			return nil, fmt.Errorf("standard contracts: %w", err)
		}
		k.standard = list
	}
	list := append(slices.Clone(k.standard), k.opts.Contracts...)
	own := vendors{names: apiname.New(k.standard), plugins: s.plugins, others: list, state: s}
	var errs []error
	for _, u := range s.plugins {
		dir := filepath.Join(u.dir, ContractDir)
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		found, err := contract.Load(os.DirFS(dir))
		if err != nil {
			errs = append(errs, fmt.Errorf("contracts of plugin %q: %w", u.name, err))
		}
		errs = append(errs, own.add(u, found))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	s.vendors = own.contracts
	return append(list, own.contracts...), own.claim(k.log.Warn)
}

// Plugins describes the plugins of the super-app, by name.
func (k *Kernel) Plugins() []PluginInfo {
	var out []PluginInfo
	for _, u := range k.now.Load().plugins {
		out = append(out, PluginInfo{ID: u.name, Version: u.manifest.Version, Provides: u.manifest.Provides, Manifest: u.manifest})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}
