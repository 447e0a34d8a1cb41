package superapp

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// Loopback addresses, which a single mini-program may reach: its developer's own server is there.
var loopback = []string{"127.0.0.0/8", "::1/128"}

// Single makes the configuration of a super-app with one mini-program and every plugin in a folder, for development and
// checks: any public address may be reached, and loopback ones. data is where everything is stored.
func Single(miniapp, plugins, data string) (*config.Config, error) {
	dir, err := filepath.Abs(miniapp)
	if err != nil {
		return nil, err
	}
	cfg := config.Default()
	cfg.Dir = filepath.Dir(dir)
	cfg.Name = strings.TrimSuffix(strings.TrimSuffix(filepath.Base(dir), ".dgm"), ".ma")
	cfg.Data = data
	everything := []string{"*"}
	cfg.MiniApps = []config.MiniApp{{Path: dir, Domains: config.Domains{WebView: everything}, CSP: config.CSP{Font: everything, Frame: everything, Image: everything, Media: everything}}}
	cfg.Policy.Domains = config.DomainsAny
	cfg.Policy.PrivateAddresses = loopback
	if cfg.Plugins, err = FindPlugins(plugins); err != nil {
		return nil, err
	}
	cfg.Providers, err = firstProviders(cfg.Plugins)
	return cfg, err
}

// FindPlugins lists the plugins in the subfolders of dir, by id, each with what its manifest asks for
// and with a claim to every name of its own contracts. A folder that does
// not exist holds none.
func FindPlugins(dir string) ([]config.Plugin, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(abs, "*", manifest.FileName))
	if err != nil {
		return nil, fmt.Errorf("find plugins: %w", err)
	}
	sort.Strings(files)
	var out []config.Plugin
	for _, file := range files {
		m, err := manifest.Load(filepath.Dir(file))
		if err != nil {
			return nil, err
		}
		p := config.Plugin{ID: m.ID, Path: filepath.Dir(file), APIs: []string{config.AllAPIs}}
		p.Grants.Net = m.Requires.Net == "all"
		p.Grants.Exec = m.Requires.Exec
		p.Grants.HTTP = m.Requires.HTTP
		if m.Config != nil {
			p.Config = networkConfig(m)
		}
		out = append(out, p)
	}
	return out, nil
}

// networkConfig lets the network provider reach loopback addresses, as Single's policy does.
func networkConfig(m *manifest.Manifest) map[string]any {
	properties, _ := m.Config["properties"].(map[string]any)
	if _, ok := properties["private_addresses"]; !ok {
		return nil
	}
	addresses := make([]any, len(loopback))
	for i, a := range loopback {
		addresses[i] = a
	}
	return map[string]any{"private_addresses": addresses}
}

// firstProviders chooses the first plugin, by id, where several provide a capability.
func firstProviders(plugins []config.Plugin) (map[string]string, error) {
	out := map[string]string{}
	for _, p := range plugins {
		m, err := manifest.Load(p.Path)
		if err != nil {
			return nil, err
		}
		for _, capability := range m.Provides {
			if _, taken := out[capability]; !taken {
				out[capability] = p.ID
			}
		}
	}
	return out, nil
}
