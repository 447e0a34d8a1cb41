package embed

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/hosts/superapp"
)

// configure reads the configuration, or makes one.
func (h *Host) configure(o Options) (*config.Config, error) {
	cfg, err := o.base()
	if err != nil {
		return nil, err
	}
	for _, path := range o.MiniPrograms {
		if path, err = filepath.Abs(path); err != nil {
			return nil, err
		}
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("mini-program: %w; name a project's folder or a .dgm bundle", err)
		}
		cfg.MiniApps = append(cfg.MiniApps, config.MiniApp{Path: path})
	}
	if o.Plugins != "" {
		found, err := superapp.FindPlugins(o.Plugins)
		if err != nil {
			return nil, err
		}
		cfg.Plugins = append(cfg.Plugins, found...)
	}
	switch {
	case o.Data != "":
		if cfg.Data, err = filepath.Abs(o.Data); err != nil {
			return nil, err
		}
	case o.Config == "":
		cfg.Data = filepath.Join(h.scratch, "data")
	}
	if o.Shared || !isolate.Agreed() && cfg.Policy.Isolation == config.IsolationAuto {
		cfg.Policy.Isolation = config.IsolationShared
	}
	if o.Shared {
		for i := range cfg.MiniApps {
			cfg.MiniApps[i].Isolation = ""
		}
	}
	return cfg, nil
}

// base is the configuration that the others are added to.
func (o Options) base() (*config.Config, error) {
	if o.Config != "" {
		return superapp.Load(o.Config, os.Environ(), "")
	}
	if len(o.MiniPrograms) == 0 {
		return nil, errors.New("embed: neither Options.Config nor Options.MiniPrograms says what to open")
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	cfg := config.Default()
	cfg.Dir, cfg.Name = dir, filepath.Base(dir)
	return cfg, nil
}

// scratch makes a folder that goes with the host. Phones have no other place for it than the one that is given.
func (o Options) scratch() (string, error) {
	if o.Data == "" {
		return os.MkdirTemp("", "dougong-embed-")
	}
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return "", err
	}
	return os.MkdirTemp(o.Data, "embed-")
}

// cache is where compiled code is kept: in Data if that was given, for nothing else may be written then; "" is the user's.
func (o Options) cache(cfg *config.Config) string {
	if o.Data == "" {
		return ""
	}
	return filepath.Join(cfg.DataDir(), "cache")
}
