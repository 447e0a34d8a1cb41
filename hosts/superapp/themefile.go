package superapp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dougong-dev/dougong/core/config/edit"
	"github.com/dougong-dev/dougong/hosts/web"
)

// themeFile is the superapp.yaml that the theme editor changes.
type themeFile struct {
	app           *App
	path, plugins string
	mu            sync.Mutex
}

// ThemeFile lets the theme editor change the look that is written in a file, whose plugins Load finds in the folder plugins.
func (a *App) ThemeFile(path, plugins string) web.Theme {
	return &themeFile{app: a, path: path, plugins: plugins}
}

// Change implements web.Theme.
func (f *themeFile) Change(changes []web.Setting, files map[string][]byte, save bool) (web.ThemeState, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	text, err := os.ReadFile(f.path)
	if err != nil {
		return web.ThemeState{}, err
	}
	if len(changes) > 0 {
		if text, err = changed(text, changes); err != nil {
			return web.ThemeState{}, err
		}
	}
	cfg, err := Parse(f.path, text, nil, f.plugins)
	if err != nil {
		return web.ThemeState{}, err
	}
	fresh := newFiles(cfg, files)
	if err := cfg.CheckFiles(fresh.stat); err != nil {
		return web.ThemeState{}, err
	}
	if save {
		if err := fresh.write(); err != nil {
			return web.ThemeState{}, err
		}
		if err := overwrite(f.path, text); err != nil {
			return web.ThemeState{}, err
		}
		f.app.Restyle(cfg)
	}
	brand := brandOf(cfg, fresh.read, func(string, error) {})
	named := map[string]string{"branding.logo": cfg.Branding.Logo}
	for _, p := range cfg.Pictures() {
		named[strings.Join(p.Keys, ".")] = *p.File
	}
	return web.ThemeState{File: filepath.Base(f.path), Text: string(text), Brand: brand, Files: named}, nil
}

// changed is a file with other values. Only the look can be changed.
func changed(text []byte, changes []web.Setting) ([]byte, error) {
	doc, err := edit.Parse(text)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		path := strings.Split(c.Path, ".")
		if path[0] != "branding" && path[0] != "ui" || len(path) < 2 {
			return nil, fmt.Errorf("%q is not part of the look; expected a setting of branding or ui such as \"ui.capsule.width\"", c.Path)
		}
		if c.Value == nil {
			doc.Remove(path)
			continue
		}
		if err := doc.Set(path, c.Value); err != nil {
			return nil, err
		}
	}
	return doc.Bytes()
}

// overwrite replaces a file, whole or not at all, and leaves its mode.
func overwrite(path string, text []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	fresh, err := os.CreateTemp(filepath.Dir(path), ".superapp-*.yaml")
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name()) //nolint:errcheck // it is gone once it was renamed
	_, err = fresh.Write(text)
	if closed := fresh.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(fresh.Name(), info.Mode().Perm())
	}
	if err == nil {
		err = os.Rename(fresh.Name(), path)
	}
	return err
}
