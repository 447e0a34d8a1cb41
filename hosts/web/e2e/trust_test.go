package e2e

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/internal/housetest"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// source writes a mini-program's folder.
func source(t *testing.T, id string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{
		"project.config.json": `{"appid": "` + id + `"}`, "app.json": `{"pages": ["p"]}`, "app.js": "App({})",
		"p.wxml": `<view class="big">hello</view>`, "p.js": "Page({})", "p.json": "{}",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// bundleOf builds a mini-program to a file; with a house, its evidence lies beside it.
func bundleOf(t *testing.T, id string, h *housetest.House) (file string) {
	t.Helper()
	result, err := compiler.Build(t.Context(), compiler.Options{Dir: source(t, id)})
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), id+".dgm")
	if err := result.WriteFile(file); err != nil {
		t.Fatal(err)
	}
	if h != nil {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file+trust.EvidenceSuffix, h.Release(trust.KindMiniProgram, id, "1.0.0", data).Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

// TestTrustInTheCapsule: the capsule's menu calls a mini-program that runs from its source "dev", and never one that is a bundle: a
// verified one needs no word, one that nobody vouches for is "unsigned".
func TestTrustInTheCapsule(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	h := housetest.New(t)
	for name, c := range map[string]struct {
		bundles string
		apps    map[string]string // path by id
		badges  map[string]string
		about   map[string]string // class of what "about" says
	}{
		"as it comes": {config.BundlesVerified, map[string]string{"com.acme.source": source(t, "com.acme.source"), "com.acme.shop": bundleOf(t, "com.acme.shop", h)},
			map[string]string{"com.acme.source": "dev", "com.acme.shop": ""}, map[string]string{"com.acme.source": "trust-dev", "com.acme.shop": "trust-verified"}},
		"where bundles are tried out": {config.BundlesUnsigned, map[string]string{"com.acme.source": source(t, "com.acme.source"), "com.acme.shop": bundleOf(t, "com.acme.shop", nil)},
			map[string]string{"com.acme.source": "dev", "com.acme.shop": "unsigned"}, map[string]string{"com.acme.source": "trust-dev", "com.acme.shop": "trust-unsigned"}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config.Default()
			cfg.Data, cfg.Dir, cfg.Policy.Trace = t.TempDir(), t.TempDir(), config.TraceOff
			cfg.Trust.Bundles = c.bundles
			cfg.Trust.Metadata = false // the house has no registry
			if c.bundles == config.BundlesVerified {
				cfg.Trust.Root = h.Root
			}
			for _, path := range c.apps {
				cfg.MiniApps = append(cfg.MiniApps, config.MiniApp{Path: path})
			}
			app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler), Kernel: core.Options{Now: h.Now}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := app.Close(); err != nil {
					t.Error(err)
				}
			})
			server, _, login := listen(t, web.Config{Backend: app, Grace: time.Minute})
			app.SetShell(server)
			b := &brand{Browser: browser.Start(t, 1000, 920), app: app, config: cfg}
			for id := range c.apps {
				b.Open(login)
				b.show(id)
				b.TapShell(`$(".capsule-part[data-part=more]")`)
				b.WaitShell(`still($(".menu-entry[data-entry=info]"))`)
				b.WaitShell(`[...$(".menu-head").querySelectorAll(".trust-badge")].map((x) => x.textContent).join(" ") === ` + quoted(c.badges[id]))
				b.Screenshot("trust-" + id)
				b.TapShell(`$(".menu-entry[data-entry=info]")`)
				b.WaitShell(`$(".facts .` + c.about[id] + `") && $$(".facts .trust").length === 1`)
			}
		})
	}
}
