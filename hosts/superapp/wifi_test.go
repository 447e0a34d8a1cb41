package superapp_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/hosts/superapp"
)

const radioManifest = `id: com.acme.radio
version: 1.0.0
publisher: Acme
summary: {en: Tells the network.}
provides: [com.acme.radio/v1]
runtime: {process: {any: radio}}
reconfigure: live
config:
  type: object
  additionalProperties: false
  properties:
    network: {type: string}
`

const radioContract = `capability: com.acme.radio/v1
summary: {en: Tells the network., zh: 报告网络。}
methods:
  getNetworkType:
    api: [wx.acmeNetworkType]
    mode: async
    summary: {en: Tells the network., zh: 报告网络。}
    result:
      type: object
      properties:
        networkType: {type: string}
      required: [networkType]
    errors:
      - {code: 10001, name: no-radio, message: the radio does not answer}
`

// radio builds a plugin that is a process and tells which network this is.
func radio(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := goBuild(filepath.Join(dir, "radio"), "./testdata/radio"); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"plugin.yaml": radioManifest, "contracts/radio.yaml": radioContract} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestUpdatesWaitForWifi: with update.wifi_only the check in the background asks the plugin that knows the network, by the chain that
// every call goes through, and updates once it says that this is Wi-Fi.
func TestUpdatesWaitForWifi(t *testing.T) {
	t.Parallel()
	g := newGear(t)
	supply(t, g.h, "1.0.0", false)
	g.install(locator)
	dir := radio(t)
	in := func(network string) {
		g.write(func(c *config.Config) {
			c.Update.Every, c.Update.Jitter, c.Update.WifiOnly = 50*time.Millisecond, 0, true
			c.Plugins = append(c.Plugins, config.Plugin{ID: "com.acme.radio", Path: dir, Config: map[string]any{"network": network}, APIs: []string{"wx.acmeNetworkType"}})
		})
	}
	in("4g")
	cfg, err := g.config()
	if err != nil {
		t.Fatal(err)
	}
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.NewTextHandler(g.log, nil)), Load: g.config, Kernel: core.Options{Now: g.h.Now}, Outside: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	waits := func(what string) {
		t.Helper()
		late := time.After(time.Minute)
		for {
			if s, err := g.manager().Status(); err == nil && s != nil && strings.Contains(s.Waiting, what) {
				return
			}
			select {
			case <-late:
				t.Fatalf("it does not wait for %q within a minute:\n%s", what, g.log)
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
	supply(t, g.h, "1.1.0", false)
	waits("the network is 4g")
	for _, c := range []struct{ network, waits string }{{"", "cannot be told: "}, {"none", "the network is none"}, {"4g", "the network is 4g"}} {
		in(c.network)
		if _, err := app.Reload(t.Context(), core.ReloadOptions{}); err != nil {
			t.Fatal(err)
		}
		waits(c.waits)
	}
	g.runs(app, "1.0.0")
	in("wifi")
	if _, err := app.Reload(t.Context(), core.ReloadOptions{}); err != nil {
		t.Fatal(err)
	}
	g.until("updated by Wi-Fi", func(l *install.Ledger) bool {
		return len(l.Current.Items) == 1 && l.Current.Items[0].Kind == trust.KindPlugin && l.Current.Items[0].Version == "1.1.0"
	})
	g.until("proven", func(l *install.Ledger) bool { return l.Current.Proven })
	g.runs(app, "1.1.0")
}
