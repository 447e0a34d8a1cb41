package e2e

import (
	"log/slog"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// startProject opens one mini-program, without plugins, in a browser.
func startProject(t *testing.T, dir string) *demo {
	t.Helper()
	return startProjectWith(t, dir, nil)
}

// startProjectWith is startProject with plugins.
func startProjectWith(t *testing.T, dir string, plugins []config.Plugin) *demo {
	t.Helper()
	return startConfigured(t, dir, func(c *config.Config) { c.Plugins = plugins })
}

// startConfigured is startProject where edit changes the configuration.
func startConfigured(t *testing.T, dir string, edit func(*config.Config)) *demo {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Dir = t.TempDir(), t.TempDir()
	cfg.MiniApps = []config.MiniApp{{Path: dir}}
	edit(cfg)
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &demo{restyle: func(edit func(*config.Config)) {
		edit(cfg)
		app.Restyle(cfg)
	}}
	var login string
	d.server, d.base, login = listen(t, web.Config{Backend: app, Grace: time.Minute})
	app.SetShell(d.server)
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	d.app("")
	return d
}
