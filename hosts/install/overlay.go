package install

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
)

// Overlay gives a configuration with what is installed in it. An installed plugin or mini-program takes the place of an
// entry's bundle, or is the version that an entry asks for; one without an entry gets one, with its id alone: no grant, no
// setting. A source folder, an entry that is pinned by a checksum, and one that is listed under another name stay as they are.
func Overlay(cfg *config.Config, g Generation, path func(Item) string) *config.Config {
	if len(g.Items) == 0 {
		return cfg
	}
	next := *cfg
	next.Plugins, next.MiniApps = slices.Clone(cfg.Plugins), slices.Clone(cfg.MiniApps)
	for _, item := range g.Items {
		if item.Kind == trust.KindMiniProgram {
			next.MiniApps = overMiniApp(&next, item, path(item))
		} else {
			next.Plugins = overPlugin(&next, item, path(item))
		}
	}
	return &next
}

func overPlugin(cfg *config.Config, item Item, path string) []config.Plugin {
	for i := range cfg.Plugins {
		p := &cfg.Plugins[i]
		if p.ID != item.ID || p.As != "" {
			continue
		}
		if p.Checksum == "" && replaceable(cfg, p.Path) {
			p.Path, p.Version = path, ""
		}
		return cfg.Plugins
	}
	return append(cfg.Plugins, config.Plugin{ID: item.ID, Path: path})
}

func overMiniApp(cfg *config.Config, item Item, path string) []config.MiniApp {
	for i := range cfg.MiniApps {
		m := &cfg.MiniApps[i]
		if m.ID != item.ID && (m.ID != "" || idOf(cfg.Abs(m.Path)) != item.ID) {
			continue
		}
		if replaceable(cfg, m.Path) {
			m.ID, m.Path, m.Version = item.ID, path, ""
		}
		return cfg.MiniApps
	}
	return append(cfg.MiniApps, config.MiniApp{ID: item.ID, Path: path})
}

// idOf is the id that the evidence beside a bundle names; nobody has verified it.
func idOf(path string) string {
	id, _ := Claimed(path)
	return id
}

// Claimed is the id and version that the evidence beside a bundle claims; "" if there is none. Nobody has verified it.
func Claimed(path string) (id, version string) {
	e, err := trust.ReadEvidence(path)
	if err != nil || e == nil {
		return "", ""
	}
	r, err := releaseOf(e)
	if err != nil {
		return "", ""
	}
	return r.ID, r.Version
}

// replaceable tells whether an entry's path is a bundle's, or of nothing yet, rather than a source folder's.
func replaceable(cfg *config.Config, path string) bool {
	if path == "" {
		return true
	}
	ending := strings.ToLower(filepath.Ext(path))
	info, err := os.Stat(cfg.Abs(path))
	return (ending == ".dgp" || ending == ".dgm") && (err != nil || info.Mode().IsRegular())
}
