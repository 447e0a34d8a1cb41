package e2e

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// keepNatives gives the attacker what the bridge takes away, so that the policies are tested and not the bridge.
const keepNatives = `window.Native = { fetch: window.fetch.bind(window), WebSocket: window.WebSocket, open: window.open, geolocation: navigator.geolocation, clipboard: navigator.clipboard }`

// packed builds a folder of web pages into a bundle.
func packed(t *testing.T, dir string) string {
	t.Helper()
	result, err := compiler.Build(t.Context(), compiler.Options{Dir: dir, Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "app.dgm")
	if err := result.WriteFile(out); err != nil {
		t.Fatal(err)
	}
	return out
}

// h5Host runs mini-programs with real storage and network, and opens their super-app in a browser.
func h5Host(t *testing.T, apps ...config.MiniApp) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
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
	cfg.MiniApps = apps
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &demo{}
	var login string
	d.server, d.base, login = listen(t, web.Config{Backend: app, Grace: time.Minute})
	app.SetShell(d.server)
	d.Browser = browser.Start(t, 1000, 920)
	d.Before(keepNatives)
	d.Open(login)
	return d
}

// TestH5Attacks: whatever a page of an H5 app tries, it gets nowhere: neither to the host around it, nor to other apps, nor to
// hosts that are not listed; and the host goes on.
func TestH5Attacks(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	out := newTrap(t)
	listed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	}))
	t.Cleanup(listed.Close)
	var tries strings.Builder
	for _, a := range attacks {
		fmt.Fprintf(&tries, "[%q, async () => %s],\n", a.name, a.try)
	}
	script := strings.NewReplacer("@DEPARTURES@", "() => { "+strings.Join(departures, " },\n() => { ")+" }", "@OUT@", out.URL, "@LISTED@", listed.URL, "@STUN@", out.datagrams.LocalAddr().String(), "@TRIES@", "["+tries.String()+"]").Replace(attackScript)
	peer := strings.ReplaceAll(peerScript, "@STUN@", out.datagrams.LocalAddr().String())
	script = strings.ReplaceAll(script, "@PEER@", peer)
	dir := write(t, map[string]string{
		"manifest.json": `{"app_id": "h5.attack", "name": "Attack", "version": {"name": "1.0.0"}}`,
		"index.html":    `<!doctype html><title>Attack</title><h1>Attack</h1><body><script src="attack.js"></script>`,
		"attack.js":     script,
	})
	d := h5Host(t, config.MiniApp{Path: packed(t, dir), Domains: config.Domains{Request: []string{listed.URL}}}, config.MiniApp{Path: h5Bundle(t, "victim")})
	d.h5App("h5.attack", "done ")
	var title string
	d.Eval(`$(".nav-title").textContent`, &title)
	var got map[string]string
	if err := json.Unmarshal([]byte(strings.TrimPrefix(title, "done ")), &got); err != nil {
		t.Fatalf("title %q: %v", title, err)
	}
	for _, a := range attacks {
		if !strings.HasPrefix(got[a.name], a.want) {
			t.Errorf("%s: %q, want %q", a.name, got[a.name], a.want)
		}
	}
	d.Screenshot("h5-attacked")
	d.leaves(t)
	if came := out.visits(); len(came) > 0 {
		t.Errorf("these reached a host that is not listed: %q", came)
	}
	d.TapShell(`$(".app.shown .capsule-part:last-child")`)
	d.h5App("h5.victim", "was null visits null")
}

// leaves has the app try to leave in each way there is: the container says so each time, and leads back.
func (d *demo) leaves(t *testing.T) {
	t.Helper()
	const first = `(() => { const b = document.querySelector("main:not([hidden]) button"); if (b?.textContent !== "回到首页") return false; b.click(); return true })()`
	d.TapShell(`$(".app.shown .capsule-part")`)
	d.WaitShell(`still($("[data-entry=exit]"))`)
	d.TapShell(`$("[data-entry=exit]")`)
	d.h5App("h5.attack", "leaving 1")
	for i := range departures {
		d.Wait(fmt.Sprintf(`$(".nav-title")?.textContent === "leaving %d"`, i+1))
		d.Says("h5frame", first)
	}
	d.Wait(`$(".nav-title")?.textContent === "all left"`)
}
