package superapp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/hosts/internal/housetest"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

const locator = "dougong.geolocation"

// locatorFiles is a real plugin, built once.
var locatorFiles = sync.OnceValues(func() (map[string]string, error) {
	dir, err := os.MkdirTemp("", "locator")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the test has its files
	cmd := exec.Command("go", "run", "./plugins/internal/build", "-o", dir, "plugins/geolocation")
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, errors.Join(err, errors.New(string(out)))
	}
	files := map[string]string{}
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[d.Name()] = string(text)
		return err
	})
	return files, err
})

// supply offers a version of the locator; a broken one has no module that could be run.
func supply(t *testing.T, h *housetest.House, version string, broken bool) {
	t.Helper()
	built, err := locatorFiles()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"plugin.yaml": strings.Replace(built["plugin.yaml"], "version: 1.0.0", "version: "+version, 1), "plugin.wasm": strings.ReplaceAll(built["plugin.wasm"], "1.0.0", version)}
	if broken {
		files["plugin.wasm"] = "\x00asm\x01\x00\x00\x00 and then nothing that is WebAssembly"
	}
	h.Offer(trust.KindPlugin, locator, version, housetest.Pack(t, files))
}

// gear is a host's configuration, log and manager.
type gear struct {
	t    *testing.T
	h    *housetest.House
	data string
	log  *syncedLog

	mu   sync.Mutex
	edit func(*config.Config) // what superapp.yaml says besides; may be nil
}

func (g *gear) write(edit func(*config.Config)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.edit = edit
}

// syncedLog keeps what is logged.
type syncedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *syncedLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *syncedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newGear(t *testing.T) *gear {
	return &gear{t: t, h: housetest.New(t), data: t.TempDir(), log: &syncedLog{}}
}

func (g *gear) config() (*config.Config, error) {
	cfg := config.Default()
	cfg.Data, cfg.Trust.Root, cfg.Policy.Trace = g.data, g.h.Root, config.TraceOff
	cfg.Trust.Metadata = false // the house has no registry
	cfg.Update.Sources, cfg.Update.Health = []string{g.h.Shop}, 300*time.Millisecond
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.edit != nil {
		g.edit(cfg)
	}
	return cfg, nil
}

func (g *gear) manager() *install.Manager {
	g.t.Helper()
	cfg, _ := g.config()
	gate, err := admission.New(cfg, admission.Options{Now: g.h.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		g.t.Fatal(err)
	}
	m, _, err := install.Configured(g.t.Context(), cfg, install.Setup{Gate: gate, Now: g.h.Now})
	if err != nil {
		g.t.Fatal(err)
	}
	return m
}

func (g *gear) install(wants ...string) {
	g.t.Helper()
	var list []install.Want
	for _, w := range wants {
		want, err := install.ParseWant(w)
		if err != nil {
			g.t.Fatal(err)
		}
		list = append(list, want)
	}
	if _, err := g.manager().Install(g.t.Context(), list); err != nil {
		g.t.Fatal(err)
	}
}

func (g *gear) open(o core.Options) (*superapp.App, error) {
	o.Now = g.h.Now
	cfg, _ := g.config()
	return superapp.Open(g.t.Context(), cfg, superapp.Options{Logger: slog.New(slog.NewTextHandler(g.log, nil)), Load: g.config, Kernel: o})
}

func (g *gear) must(o core.Options) *superapp.App {
	g.t.Helper()
	app, err := g.open(o)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() {
		if err := app.Close(); err != nil {
			g.t.Error(err)
		}
	})
	return app
}

func (g *gear) runs(app *superapp.App, version string) {
	g.t.Helper()
	for _, s := range app.Kernel().Status() {
		if s.ID == locator {
			if s.Version != version || s.State != "running" {
				g.t.Errorf("%s %s is %s, want %s to run", s.ID, s.Version, s.State, version)
			}
			return
		}
	}
	if version != "" {
		g.t.Errorf("no locator runs, want version %s", version)
	}
}

func (g *gear) ledger() *install.Ledger {
	g.t.Helper()
	l, err := g.manager().Ledger()
	if err != nil {
		g.t.Fatal(err)
	}
	return l
}

// until waits until what is installed is so.
func (g *gear) until(what string, so func(*install.Ledger) bool) {
	g.t.Helper()
	late := time.After(time.Minute)
	for !so(g.ledger()) {
		select {
		case <-late:
			g.t.Fatalf("not so within a minute: %s\n%s\n%s", what, g.ledger().Bytes(), g.log)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// TestInstalledPluginRuns: without a word in the configuration, offline, and known to be good once it has run a while.
func TestInstalledPluginRuns(t *testing.T) {
	t.Parallel()
	g := newGear(t)
	supply(t, g.h, "1.0.0", false)
	g.install(locator)
	if err := os.RemoveAll(g.h.Shop); err != nil {
		t.Fatal(err)
	}
	g.runs(g.must(core.Options{}), "1.0.0")
	g.until("it is proven", func(l *install.Ledger) bool { return l.Current.Proven })
}

// TestBrokenUpdateIsTakenBackAtTheStart, whether the plugins start before the host or behind it.
func TestBrokenUpdateIsTakenBackAtTheStart(t *testing.T) {
	t.Parallel()
	for _, behind := range []bool{false, true} {
		t.Run(map[bool]string{false: "before", true: "behind"}[behind], func(t *testing.T) {
			t.Parallel()
			g := newGear(t)
			supply(t, g.h, "1.0.0", false)
			g.install(locator)
			supply(t, g.h, "1.1.0", true)
			g.install(locator)
			o, began := core.Options{}, make(chan error, 1)
			if behind {
				o.Behind = func(err error) { began <- err }
			} else {
				began <- nil
			}
			app := g.must(o)
			if err := <-began; err != nil {
				t.Fatal(err)
			}
			g.runs(app, "1.0.0")
			l := g.ledger()
			if len(l.Bad) != 1 || l.Bad[0].Version != "1.1.0" || len(l.Rollbacks) != 1 || !l.Rollbacks[0].Auto {
				t.Errorf("the ledger says %s", l.Bytes())
			}
			if !strings.Contains(g.log.String(), "did not start and was taken back") {
				t.Errorf("the log says nothing of it: %s", g.log)
			}
		})
	}
}

// TestUpdateWhileItRuns: a good version is swapped in, a broken one is taken back and not tried again.
func TestUpdateWhileItRuns(t *testing.T) {
	t.Parallel()
	g := newGear(t)
	supply(t, g.h, "1.0.0", false)
	g.install(locator)
	app := g.must(core.Options{})
	g.until("1.0.0 is proven", func(l *install.Ledger) bool { return l.Current.Proven })
	supply(t, g.h, "1.1.0", false)
	if _, err := app.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.runs(app, "1.1.0")
	g.until("1.1.0 is proven", func(l *install.Ledger) bool { return l.Current.Proven })
	supply(t, g.h, "1.2.0", true)
	if _, err := app.Update(t.Context()); err == nil || !strings.Contains(err.Error(), "an update was taken back") {
		t.Errorf("got %v for a broken version", err)
	}
	g.runs(app, "1.1.0")
	if c, err := app.Update(t.Context()); err != nil || len(c.Done) != 0 {
		t.Errorf("the broken version came again: %+v %v", c, err)
	}
	supply(t, g.h, "1.3.0", false)
	if _, err := app.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.runs(app, "1.3.0")
}

// TestReloadOfUpdateAndTrust: sources and root are those of the configuration as it is now.
func TestReloadOfUpdateAndTrust(t *testing.T) {
	t.Parallel()
	g := newGear(t)
	supply(t, g.h, "1.0.0", false)
	g.install(locator)
	g.write(func(c *config.Config) { c.Update.Sources = nil })
	app := g.must(core.Options{})
	supply(t, g.h, "1.1.0", false)
	update := func() *install.Change {
		t.Helper()
		if _, err := app.Reload(t.Context(), core.ReloadOptions{}); err != nil {
			t.Fatal(err)
		}
		c, err := app.Update(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := update(); len(c.Done) != 0 {
		t.Errorf("without a source %+v came", c.Done)
	}
	g.write(nil)
	update()
	g.runs(app, "1.1.0")
	supply(t, g.h, "1.2.0", false)
	other := housetest.New(t)
	g.write(func(c *config.Config) { c.Trust.Root = other.Root })
	if _, err := app.Reload(t.Context(), core.ReloadOptions{}); err == nil || !strings.Contains(err.Error(), "is not trusted") {
		t.Errorf("with another house's root: %v", err)
	}
	g.runs(app, "1.1.0")
	g.write(nil)
	update()
	g.runs(app, "1.2.0")
}

// TestTakedownStopsWhatRuns, and keeps it from being started again.
func TestTakedownStopsWhatRuns(t *testing.T) {
	t.Parallel()
	g := newGear(t)
	supply(t, g.h, "1.0.0", false)
	g.miniProgram("1.0.0", "one")
	g.install(locator, shopID)
	app, err := g.open(core.Options{})
	if err != nil {
		t.Fatal(err)
	}
	shell := newShell()
	app.SetShell(shell)
	g.runs(app, "1.0.0")
	ready(t, app, shopID)
	g.h.Forbid("leaks names", locator, shopID)
	g.h.Plugin("com.acme.carrier", "1.0.0", "brings the list")
	if _, err := app.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.runs(app, "")
	if _, err := app.Open(t.Context(), web.OpenOptions{App: shopID}); err == nil || !strings.Contains(err.Error(), "may not be used any more: it was taken down (list 1): leaks names") {
		t.Errorf("a mini-program that was taken down is opened: %v", err)
	}
	if got := <-shell.withdrawn; got != shopID+": it was taken down (list 1): leaks names" {
		t.Errorf("the shell is told %q", got)
	}
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	again := g.must(core.Options{})
	g.runs(again, "")
	if _, err := again.Open(t.Context(), web.OpenOptions{App: shopID}); err == nil || !strings.Contains(err.Error(), "leaks names") {
		t.Errorf("after a restart: %v", err)
	}
}

// TestFloorsStopWhatRuns: a lowest version that comes while older ones run stops them, and keeps them from being started again.
func TestFloorsStopWhatRuns(t *testing.T) {
	t.Parallel()
	g := newGear(t)
	supply(t, g.h, "1.0.0", false)
	g.miniProgram("1.0.0", "one")
	g.install(locator, shopID)
	app, err := g.open(core.Options{})
	if err != nil {
		t.Fatal(err)
	}
	shell := newShell()
	app.SetShell(shell)
	g.runs(app, "1.0.0")
	ready(t, app, shopID)
	g.h.Lowest(map[string]string{locator: "1.1.0", shopID: "2.0.0"})
	g.h.Plugin("com.acme.carrier", "1.0.0", "brings the list")
	if _, err := app.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.runs(app, "")
	const why = "version 1.0.0 is older than 2.0.0, the lowest that is allowed"
	if _, err := app.Open(t.Context(), web.OpenOptions{App: shopID}); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("a mini-program below the lowest version is opened: %v", err)
	}
	if got := <-shell.withdrawn; got != shopID+": "+why {
		t.Errorf("the shell is told %q", got)
	}
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := g.open(core.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g.runs(again, "")
	if _, err := again.Open(t.Context(), web.OpenOptions{App: shopID}); err == nil || !strings.Contains(err.Error(), "older than 2.0.0") {
		t.Errorf("after a restart: %v", err)
	}
	// What is new enough comes by the next update, and runs.
	supply(t, g.h, "1.1.0", false)
	g.miniProgram("2.0.0", "two")
	if _, err := again.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.runs(again, "1.1.0")
	ready(t, again, shopID)
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

const shopID = "com.acme.shop"

// miniProgram offers a version of a mini-program that shows a word.
func (g *gear) miniProgram(version, word string) {
	g.t.Helper()
	dir := g.t.TempDir()
	for name, text := range map[string]string{
		"project.config.json": `{"appid": "` + shopID + `"}`, "app.json": `{"pages": ["p/p"]}`, "app.js": "App({})",
		"p/p.wxml": "<image src=\"/pic.svg\"/><text>" + word + "</text>", "pic.svg": "<svg xmlns='http://www.w3.org/2000/svg'><title>" + word + "</title></svg>", "p/p.js": "Page({})", "p/p.json": "{}",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			g.t.Fatal(err)
		}
	}
	result, err := compiler.Build(g.t.Context(), compiler.Options{Dir: dir})
	if err != nil {
		g.t.Fatal(err)
	}
	file := filepath.Join(dir, "shop.dgm")
	if err := result.WriteFile(file); err != nil {
		g.t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		g.t.Fatal(err)
	}
	g.h.Offer(trust.KindMiniProgram, shopID, version, data)
}

// shell hears what it is told.
type shell struct{ updated, failed, withdrawn chan string }

func newShell() *shell {
	return &shell{make(chan string, 4), make(chan string, 4), make(chan string, 4)}
}

func (s *shell) Prompt(context.Context, web.Prompt) (bool, error)   { return false, nil }
func (s *shell) Confirm(context.Context, web.Prompt) (int, error)   { return -1, nil }
func (s *shell) OpenSettings(context.Context, string, string) error { return nil }
func (s *shell) Updated(app string)                                 { s.updated <- app }
func (s *shell) UpdateFailed(app string)                            { s.failed <- app }
func (s *shell) Withdrawn(app, reason string)                       { s.withdrawn <- app + ": " + reason }

var _ superapp.Refresher = (*shell)(nil)

// TestMiniProgramUpdate: who opens it anew gets the new version, and the shell is told.
func TestMiniProgramUpdate(t *testing.T) {
	t.Parallel()
	g := newGear(t)
	g.miniProgram("1.0.0", "one")
	g.install(shopID)
	app := g.must(core.Options{})
	shell := newShell()
	app.SetShell(shell)
	if got := shows(t, app, shopID); !strings.Contains(got, `"one"`) {
		t.Errorf("the first version shows %s", got)
	}
	open, err := app.Open(t.Context(), web.OpenOptions{App: shopID, User: "local", Send: func(message.FromActor) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { open.Close(); <-open.Done() }()
	picture := func(of web.Files) string {
		data, err := of.Asset("pic.svg")
		if err != nil {
			t.Error(err)
		}
		return string(data)
	}
	g.miniProgram("2.0.0", "two")
	if _, err := app.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Who has the old version open sees its pictures.
	if got := picture(open.(web.Files)); !strings.Contains(got, "one") {
		t.Errorf("the old version's picture is %s", got)
	}
	if got, err := app.Asset(shopID, "pic.svg"); err != nil || !strings.Contains(string(got), "two") {
		t.Errorf("the new version's picture is %s, %v", got, err)
	}
	if got := <-shell.updated; got != shopID {
		t.Errorf("the shell is told of %q", got)
	}
	if got := shows(t, app, shopID); !strings.Contains(got, `"two"`) || len(app.Apps()) != 1 {
		t.Errorf("the second version shows %s", got)
	}
}

// shows opens a mini-program and gives what it sends until its page is ready.
func shows(t *testing.T, app *superapp.App, id string) string {
	t.Helper()
	said := make(chan message.FromActor, 1000)
	session, err := app.Open(t.Context(), web.OpenOptions{App: id, User: "local", Send: func(m message.FromActor) { said <- m }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { session.Close(); <-session.Done() }()
	var out strings.Builder
	for m := range said {
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
		if m.Ready != nil || m.Closed != nil {
			break
		}
	}
	return out.String()
}
