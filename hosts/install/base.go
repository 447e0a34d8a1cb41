package install

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
	"github.com/dougong-dev/dougong/hosts/constraint"
)

// Base is a package that a super-app was composed of. It is there without having been installed: it is updated as what is
// installed is, and what there is to go back to.
type Base struct {
	Item
	Path string // of the bundle
	Want string // the constraint by which it was composed; "" if there was none
}

// BaseOf reads what a super-app was composed of: superapp.lock beside its configuration, as far as the configuration names
// bundles. Without a lock file it is nothing. What the files hold is for the gate to decide, at every start.
func BaseOf(cfg *config.Config) ([]Base, error) {
	if cfg.File == "" {
		return nil, nil
	}
	l, err := lock.Read(filepath.Join(cfg.Dir, lock.FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Base
	for _, p := range cfg.Plugins {
		if p.As == "" && p.Checksum == "" {
			out = addBase(out, cfg, l.Find(lock.Plugin, p.ID), p.Path)
		}
	}
	for _, m := range cfg.MiniApps {
		out = addBase(out, cfg, l.Find(lock.MiniProgram, m.ID), m.Path)
	}
	return out, nil
}

func addBase(out []Base, cfg *config.Config, e *lock.Entry, path string) []Base {
	if e == nil || path == "" || !replaceable(cfg, path) || !goodID(e.ID) || !constraint.Version(e.Version) {
		return out
	}
	f := e.For(platform())
	if f == nil {
		return out
	}
	kind := trust.KindPlugin
	if e.Kind == lock.MiniProgram {
		kind = trust.KindMiniProgram
	}
	item := Item{Kind: kind, ID: e.ID, Version: e.Version, SHA256: f.SHA256, Size: f.Size, Source: lock.FileName}
	return append(out, Base{Item: item, Path: cfg.Abs(path), Want: e.Want})
}

func (m *Manager) base(id string) *Base {
	for i := range m.options.Base {
		if m.options.Base[i].ID == id {
			return &m.options.Base[i]
		}
	}
	return nil
}

// find gives what runs of a package when a generation is the current one, and where it is; nil if nothing does. A super-app
// that was composed anew with a newer version has that.
func (m *Manager) find(g *Generation, id string) (*Item, string) {
	item, base := g.Find(id), m.base(id)
	if base != nil && (item == nil || constraint.Newer(base.Version, item.Version)) {
		return &base.Item, base.Path
	}
	if item == nil {
		return nil, ""
	}
	return item, m.Path(*item)
}

// Running lists what runs when a generation is the current one: what is installed, and what the super-app was composed of.
func (m *Manager) Running(g Generation) (out []Item) {
	for _, i := range g.Items {
		item, _ := m.find(&g, i.ID)
		out = append(out, *item)
	}
	for _, b := range m.options.Base {
		if g.Find(b.ID) == nil {
			out = append(out, b.Item)
		}
	}
	return out
}

// Overlay lays a generation over a configuration, but for what the super-app was since composed of in a newer version.
func (m *Manager) Overlay(cfg *config.Config, g Generation) *config.Config {
	over := g
	over.Items = nil
	for _, i := range g.Items {
		if item, _ := m.find(&g, i.ID); *item == i {
			over.Items = append(over.Items, i)
		}
	}
	return Overlay(cfg, over, m.Path)
}
