package e2e

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

// h5Config is a super-app of H5 apps with real storage and network, and more of the first-party plugins.
func h5Config(t *testing.T, apps []config.MiniApp, more ...config.Plugin) *config.Config {
	t.Helper()
	dir, err := plugins()
	if err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.Data, cfg.Dir, cfg.Trust.Bundles = t.TempDir(), t.TempDir(), config.BundlesUnsigned
	cfg.Policy.PrivateAddresses = []string{"127.0.0.1"}
	cfg.Plugins = []config.Plugin{
		{ID: "dougong.network", Path: filepath.Join(dir, "dougong.network"), Grants: config.Grants{Net: true}, Config: map[string]any{"private_addresses": []any{"127.0.0.1"}}},
		{ID: "dougong.storage", Path: filepath.Join(dir, "dougong.storage")},
	}
	for _, p := range more {
		p.Path = filepath.Join(dir, p.ID)
		cfg.Plugins = append(cfg.Plugins, p)
	}
	cfg.MiniApps = apps
	return cfg
}

// serveH5 runs a super-app behind a web host; login is where its launcher is. It has no browser yet.
func serveH5(t *testing.T, cfg *config.Config) (d *demo, login string) {
	t.Helper()
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	d = &demo{super: app}
	d.server, d.base, login = listen(t, web.Config{Backend: app, Grace: time.Minute})
	app.SetShell(d.server)
	return d, login
}
