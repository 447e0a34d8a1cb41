package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/examples/backend/shop"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
	"github.com/dougong-dev/dougong/plugins/payment/gateway"
	"github.com/dougong-dev/dougong/plugins/payment/merchant"
)

const root = "../../.."

// plugins builds the first-party plugins once for all tests of this package.
var plugins = sync.OnceValues(func() (string, error) {
	dir, err := filepath.Abs(filepath.Join(root, "bin", "plugins"))
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "run", "./plugins/internal/build", "-o", dir)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the plugins: %w\n%s", err, out)
	}
	return dir, nil
})

// startBackend runs the shop's server and payment gateway on a free port.
func startBackend(t *testing.T) string {
	t.Helper()
	pay, err := gateway.Open(filepath.Join(t.TempDir(), "pay.db"), gateway.Options{})
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := shop.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	var orders atomic.Int64
	next := func() string { return fmt.Sprintf("order-%d", orders.Add(1)) }
	mux := http.NewServeMux()
	mux.Handle("/pay/", http.StripPrefix("/pay", pay))
	mux.Handle("/", shop.NewServer(catalogue, merchant.New(base+"/pay"), next).Handler())
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}}
	server.Start()
	t.Cleanup(func() {
		server.Close()
		if err := pay.Close(); err != nil {
			t.Error(err)
		}
	})
	return base
}

// demo is the demo super-app with its real plugins, in a browser.
type demo struct {
	*browser.Browser
	base   string
	server *web.Server
	super  *superapp.App // of what serveH5 opens
	// restyle has the look of the super-app change while it runs; only what startConfigured opens has it.
	restyle func(edit func(*config.Config))
}

// startDemo runs examples/superapps/demo against a backend of its own; edit changes the shop's files before it is built.
func startDemo(t *testing.T, edit func(shop string)) *demo {
	t.Helper()
	return startDemoWith(t, func(cfg *config.Config) {
		if edit != nil {
			edit(cfg.MiniApps[0].Path)
		}
	})
}

// startDemoWith is startDemo where edit changes the configuration, too.
func startDemoWith(t *testing.T, edit func(*config.Config)) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir, err := plugins()
	if err != nil {
		t.Fatal(err)
	}
	backend := startBackend(t)
	cfg, err := config.Load(filepath.Join(root, "examples/superapps/demo/superapp.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	move(t, cfg, dir, backend)
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
	d := &demo{}
	var login string
	d.server, d.base, login = listen(t, web.Config{Backend: app, Users: []string{"local", "guest"}, Grace: time.Minute})
	app.SetShell(d.server)
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	d.WaitShell(`$$(".tile").length === 3`)
	return d
}

// move points a configuration to this test's plugins, data folder, backend, and a copy of the shop that talks to it.
func move(t *testing.T, cfg *config.Config, plugins, backend string) {
	t.Helper()
	const address = "http://127.0.0.1:7710"
	cfg.Data = t.TempDir()
	for i := range cfg.Plugins {
		cfg.Plugins[i].Path = filepath.Join(plugins, cfg.Plugins[i].ID)
		if len(cfg.Plugins[i].Grants.HTTP) > 0 {
			cfg.Plugins[i].Grants.HTTP = []string{backend}
			cfg.Plugins[i].Config = map[string]any{"gateway": backend + "/pay"}
		}
	}
	copied := filepath.Join(t.TempDir(), "shop")
	if err := os.CopyFS(copied, os.DirFS(filepath.Join(root, "examples/miniapps/shop"))); err != nil {
		t.Fatal(err)
	}
	replace(t, filepath.Join(copied, "utils/config.js"), address, backend)
	cfg.MiniApps[0].Path = copied
	cfg.MiniApps[0].Domains = config.Domains{Request: []string{backend}, DownloadFile: []string{backend}}
}

func replace(t *testing.T, file, old, now string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(data), old, now)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// listen runs a web host on a free port; login is the address that logs in.
func listen(t testing.TB, config web.Config) (server *web.Server, base, login string) {
	t.Helper()
	urls, ended := make(chan string, 1), make(chan error, 1)
	config.Listen, config.Ready = "127.0.0.1:0", func(url string) { urls <- url }
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() { ended <- server.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("web host: %v", err)
		}
	})
	select {
	case login = <-urls:
	case err := <-ended:
		t.Fatal(err)
	}
	base, _, _ = strings.Cut(login, "/?")
	return server, base, login
}

// app opens a mini-program by its name.
func (d *demo) app(name string) {
	tile := `$$(".tile").find((el) => el.textContent.includes("` + name + `"))`
	d.WaitShell(`still(` + tile + `)`)
	d.TapShell(tile)
	d.Wait(`$("dg-page")`)
	d.WaitShell(`!document.querySelector(".app.shown .splash")`)
}

func TestShopping(t *testing.T) {
	t.Parallel()
	d := startDemo(t, nil)
	d.Screenshot("demo-launcher")
	d.app("木作小铺")
	d.Wait(`$$("dg-image").length > 3 && $("[class*=price]")`)
	d.Wait(`$$("dg-image").filter((el) => el.getBoundingClientRect().bottom < innerHeight).every((el) => el.shadowRoot.querySelector("img").complete)`)
	d.Screenshot("demo-shop")
	d.Tap(`$(".store")`)
	d.WaitShell(`still($(".prompt .primary"))`)
	d.Screenshot("demo-permission")
	d.TapShell(`$(".prompt .primary")`)
	d.Wait(`$$("dg-view").some((el) => /km$/.test(el.textContent.trim()))`)
	d.Tap(`$$("dg-image")[3]`)
	d.Wait(`still(byText("dg-button", "立即购买"))`)
	d.Screenshot("demo-detail")
	d.Tap(`byText("dg-button", "立即购买")`)
	d.Wait(`still($$("dg-button").find((el) => el.textContent.startsWith("付款")))`)
	d.Screenshot("demo-checkout")
	d.Tap(`$$("dg-button").find((el) => el.textContent.startsWith("付款"))`)
	d.WaitShell(`still($(".prompt .primary"))`)
	d.Screenshot("demo-pay")
	d.TapShell(`$(".prompt .primary")`)
	d.WaitShell(`still($(".prompt .primary")) && !$(".prompt h2").textContent.includes("收款")`)
	d.Screenshot("demo-confirm")
	d.TapShell(`$(".prompt .primary")`)
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "付款成功")`)
	d.Wait(`still($$(".page").at(-1))`)
	d.Screenshot("demo-receipt")
	d.Tap(`$$("dg-navigator").at(-1)`)
	d.Wait(`$(".tab.selected").textContent === "选购"`)
	d.Tap(`byText(".tab", "票据")`)
	d.Wait(`$(".tab.selected").textContent === "票据"`)
	d.Wait(`$$("dg-view").some((el) => el.textContent.includes("order-1") || el.textContent.includes("219"))`)
	d.Screenshot("demo-receipts")
	if foreign := d.Foreign(d.base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}

// An image from a domain that the mini-program may not reach is refused by the host, reported to its author, and never
// asked for by the browser.
func TestForeignImage(t *testing.T) {
	t.Parallel()
	d := startDemo(t, func(shop string) {
		replace(t, filepath.Join(shop, "pages/index/index.wxml"), `<swiper class="banner"`,
			`<image id="evil" src="https://tracker.example/pixel.png" /><swiper class="banner"`)
	})
	d.app("木作小铺")
	d.Wait(`$("#evil").shadowRoot.querySelector("img.empty")`)
	d.TapShell(`$(".capsule-part")`)
	d.TapShell(`$("[data-entry=alert]")`)
	d.WaitShell(`$(".problem").textContent.includes("https://tracker.example/pixel.png")`)
	d.WaitShell(`still($(".panel"))`)
	d.Screenshot("demo-problems")
	if foreign := d.Foreign(d.base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}
