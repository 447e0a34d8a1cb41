package e2e

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/hosts/internal/housetest"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// signed builds a mini-program's bundle, has a house sign and log it, and gives the bundle's path.
func signed(t *testing.T, h *housetest.House) string {
	t.Helper()
	const id = "com.acme.shop"
	dir := write(t, map[string]string{
		"project.config.json": `{"appid": "` + id + `", "projectname": "Acme's shop", "version": "1.4.2"}`,
		"app.json":            `{"pages": ["p/p"], "permission": {"scope.userLocation": {"desc": "to find the shop next to you"}}}`,
		"p/p.wxml":            `<view id="home">shop</view>`, "p/p.js": "Page({})",
	})
	result, err := compiler.Build(t.Context(), compiler.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "shop.dgm")
	if err := result.WriteFile(file); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	evidence := h.Release(trust.KindMiniProgram, id, "1.4.2", data, func(r *envelope.Release) {
		r.Licence, r.Permissions = "Apache-2.0", []string{"scope.camera", "scope.userLocation"}
	})
	if err := os.WriteFile(file+trust.EvidenceSuffix, evidence.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestAbout: the page about a mini-program shows what was signed, whatever superapp.yaml says of it; one that nobody has
// signed shows no signature.
func TestAbout(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	house := housetest.New(t)
	cfg := config.Default()
	cfg.Data, cfg.Trust.Root, cfg.Policy.Trace = t.TempDir(), house.Root, config.TraceOff
	cfg.Trust.Metadata = false // the house has no registry
	said := config.MiniApp{Publisher: "Somebody else", Licence: "MIT"}
	bundle, source := said, said
	bundle.Path, source.Path = signed(t, house), pages(t, "one", "One")
	bundle.Name = map[string]string{"zh": "门店", "en": "The shop"}
	cfg.MiniApps = []config.MiniApp{bundle, source}
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler), Kernel: core.Options{Now: house.Now}})
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
	b := browser.Start(t, 1000, 920)
	b.Open(login)
	about := func(id string) {
		open(b, id)
		b.TapShell(`$(".app.shown .capsule-part")`)
		b.WaitShell(`still($(".menu-entry[data-entry=info]"))`)
		b.TapShell(`$(".menu-entry[data-entry=info]")`)
		b.WaitShell(`still($(".facts"))`)
	}
	fact := func(name, want string) {
		t.Helper()
		b.WaitShell(fmt.Sprintf(`$(".fact dd.%s")?.textContent.includes(%q)`, name, want))
	}
	about("'com.acme.shop'")
	fact("version", "1.4.2 · com.acme.shop")
	fact("vendor", "Acme")
	fact("signers", "Acme")
	fact("log", fmt.Sprint(*app.Apps()[0].Package.LogIndex))
	fact("asks", "to find the shop next to you")
	b.WaitShell(`$$(".asked").length === 2 && $(".facts").textContent.includes("Apache-2.0") && !$(".facts").textContent.includes("Somebody else") && $(".fact dd").textContent === "Acme's shop"`)
	b.Screenshot("about-signed")
	b.TapShell(`$(".panel-done")`)
	b.WaitShell(`!$(".facts")`)
	b.TapShell(`$(".app.shown .capsule-part:last-child")`)
	about("one")
	fact("vendor", "Somebody else")
	b.WaitShell(`$(".trust-dev") && !$(".fact dd.signers") && !$(".fact dd.log")`)
	b.Screenshot("about-dev")
}
