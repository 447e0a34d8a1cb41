package conformance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/pdk/conformance"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// world is a super-app of the plugin under test and what it needs.
type world struct {
	kernel *core.Kernel
	tap    *tap
	user   *user
	events *subscriptions
	dir    string
	config *config.Config
	opts   core.Options
}

// newWorld starts the plugin with a configuration; single keeps it to one instance.
func (r *run) newWorld(ctx context.Context, settings map[string]any, single bool) (w *world, err error) {
	w = &world{user: &user{}, events: newSubscriptions()}
	if w.dir, err = os.MkdirTemp("", "dougong-conformance-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	inside := r.insiders()
	cfg, err := r.config(w.dir, settings, inside)
	if err != nil {
		return nil, err
	}
	w.tap = newTap(r.runtimes, r.project.Manifest.ID, inside)
	w.tap.single = single
	known, err := r.contracts()
	if err != nil {
		return nil, err
	}
	w.config, w.opts = cfg, core.Options{
		Runtime: w.tap, Prompter: w.user, Contracts: known, Getenv: r.secret, Logger: slog.New(slog.DiscardHandler),
	}
	w.kernel, err = core.New(ctx, w.config, w.opts)
	return w, err
}

// restart ends the host and starts it again over what is stored.
func (w *world) restart(ctx context.Context) error {
	err := w.kernel.Close()
	w.kernel = nil
	if err != nil {
		return err
	}
	k, err := core.New(ctx, w.config, w.opts)
	if err != nil {
		return err
	}
	w.kernel, w.events = k, newSubscriptions()
	return nil
}

// insiders are the providers that the plugin's host services need, as far as it does not provide them itself.
func (r *run) insiders() map[string]*pdk.Plugin {
	m, out := r.project.Manifest, map[string]*pdk.Plugin{}
	if m.Requires.KV && !r.provides("dougong.storage/v1") {
		out[memoryID] = newMemory()
	}
	if len(m.Requires.HTTP) > 0 && !r.provides("dougong.network/v1") {
		out[webID] = newWeb(r.server.base, r.hosts)
	}
	return out
}

// config is the super-app's superapp.yaml.
func (r *run) config(dir string, settings map[string]any, inside map[string]*pdk.Plugin) (*config.Config, error) {
	m := r.project.Manifest
	c := config.Default()
	c.Data = filepath.Join(dir, "data")
	c.Policy.Trace, c.Policy.Prompts, c.Policy.CallsPerSecond = config.TraceOff, config.PromptsAllow, 1_000_000
	c.Policy.PrivateAddresses = []string{"127.0.0.1", "::1"}
	path, err := filepath.Abs(r.project.Dir)
	if err != nil {
		return nil, err
	}
	entry := config.Plugin{ID: m.ID, Path: path, APIs: []string{config.AllAPIs}, Config: settings, Secrets: map[string]string{}, Grants: config.Grants{Net: m.Requires.Net == manifest.NetAll}}
	for _, name := range m.Requires.Secrets {
		entry.Secrets[name] = "env:" + name
	}
	if !r.provides(conformance.Capability) { // whose cases are about what an app may reach
		entry.Grants.HTTP = m.Requires.HTTP
	}
	c.Plugins = append(c.Plugins, entry)
	for id, p := range inside {
		path, err := writeInsider(dir, p)
		if err != nil {
			return nil, err
		}
		c.Plugins = append(c.Plugins, config.Plugin{ID: id, Path: path})
	}
	raw := []string{net.JoinHostPort("127.0.0.1", strconv.Itoa(r.server.port))}
	for _, app := range r.apps {
		here, socket := []string{r.server.base}, []string{strings.Replace(r.server.base, "http:", "ws:", 1)}
		c.MiniApps = append(c.MiniApps, config.MiniApp{ID: app, Path: ".", Domains: config.Domains{
			Request: append(here, r.grantedHost()...), UploadFile: here, DownloadFile: here, Socket: socket, TCP: raw, UDP: raw,
		}})
	}
	return c, nil
}

// writeInsider writes the manifest of one of the runner's own plugins.
func writeInsider(dir string, p *pdk.Plugin) (string, error) {
	path := filepath.Join(dir, p.ID)
	if err := os.Mkdir(path, 0o700); err != nil {
		return "", err
	}
	text := fmt.Sprintf("id: %s\nversion: %s\npublisher: Dougong\nsummary: {en: in the runner's process}\nruntime: {wasm: {module: none.wasm}}\nprovides: [%s]\n",
		p.ID, p.Version, strings.Join(sortedKeys(p.Capabilities), ", "))
	return path, os.WriteFile(filepath.Join(path, manifest.FileName), []byte(text), 0o600)
}

// contracts are those that the plugin's folder does not hold: that of the conformance plugin.
func (r *run) contracts() ([]*contract.Contract, error) {
	if !r.provides(conformance.Capability) {
		return nil, nil
	}
	own, err := r.ownContracts()
	if err != nil {
		return nil, err
	}
	for _, c := range own {
		if c.Capability == conformance.Capability {
			return nil, nil
		}
	}
	return contract.Load(conformance.Contracts())
}

func (r *run) ownContracts() ([]*contract.Contract, error) {
	dir := filepath.Join(r.project.Dir, core.ContractDir)
	if _, err := os.Stat(dir); err != nil {
		return nil, nil
	}
	return contract.Load(os.DirFS(dir))
}

// secret gives the values of secrets.
func (r *run) secret(name string) string {
	if s, ok := r.settings.Secrets[name]; ok {
		return s
	}
	return "secret-of-" + name
}

func (w *world) close() error {
	var errs []error
	if w.kernel != nil {
		errs = append(errs, w.kernel.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(w.dir))...)
}

// user is the user of the super-app.
type user struct{ buttons buttons }

// Ask implements permission.Prompter; scopes are granted before.
func (*user) Ask(context.Context, permission.Request) (bool, error) { return true, nil }

// Settings implements permission.Prompter.
func (*user) Settings(context.Context, string, string, map[string]bool) (map[string]bool, error) {
	return nil, nil
}

// Confirm implements permission.Prompter.
func (u *user) Confirm(_ context.Context, c permission.Confirmation) (int, error) {
	button := u.buttons.get(c.App, c.User)
	if button < 0 {
		return -1, nil
	}
	for i, label := range c.Buttons { // who is asked to pick the number that the text names does so
		if digits.MatchString(label) && regexp.MustCompile(`\b`+label+`\b`).MatchString(c.Content) {
			return i, nil
		}
	}
	return min(button, len(c.Buttons)-1), nil
}

var digits = regexp.MustCompile(`^[0-9]+$`)

var _ permission.Prompter = (*user)(nil)
