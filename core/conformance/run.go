package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/conformance/project"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/core/plugin/runtimes"
	"github.com/dougong-dev/dougong/pdk/conformance"
)

// run is one Run under way.
type run struct {
	opts     Options
	project  *project.Project
	settings *conformance.Settings
	files    []*conformance.File
	server   *server
	runtimes *runtimes.Runtimes
	cache    string // a temporary folder, or ""
	vars     variables
	config0  map[string]any // the settings' configuration
	hosts    map[string]string
	apps     []string // every app that a case speaks for
	report   *Report
	shared   *world // for the cases that do not ask for a fresh one
	traces   atomic.Uint64
}

// Run holds a plugin against the cases that fit it: those for every plugin, those of the standard contracts it provides,
// those of the protocol if it is a conformance plugin, and its vendor's own in the folder's tests. The error says that the
// cases could not be run; a plugin that fails them is no error.
func Run(ctx context.Context, o Options) (report *Report, err error) {
	r, err := newRun(ctx, o)
	if r != nil {
		defer func() { err = errors.Join(err, r.close()) }()
	}
	if err != nil {
		return nil, err
	}
	if r.generic(ctx) {
		for _, f := range r.files {
			for _, c := range f.Cases {
				r.one(ctx, f, c)
			}
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return r.report, nil
}

func newRun(ctx context.Context, o Options) (*run, error) {
	if err := o.setDefaults(); err != nil {
		return nil, err
	}
	p, err := project.Open(o.Dir)
	if err != nil {
		return nil, err
	}
	r := &run{opts: o, project: p, report: &Report{
		Format: ReportFormat, Tool: o.Tool, Protocol: ProtocolVersion, Date: o.Now().UTC().Format(time.RFC3339),
	}}
	if err := r.report.describe(p); err != nil {
		return nil, err
	}
	if err := r.loadCases(); err != nil {
		return nil, err
	}
	if r.server, err = startServer(ctx); err != nil {
		return r, err
	}
	if err := r.loadVariables(ctx); err != nil {
		return r, err
	}
	r.apps = appsOf(r.files)
	return r, r.startRuntimes()
}

// restartPause is what a crashed plugin waits for: the cases let it crash on purpose.
const restartPause = 10 * time.Millisecond

func (r *run) startRuntimes() (err error) {
	dir := r.opts.CacheDir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "dougong-wasm-"); err != nil {
			return err
		}
		r.cache = dir
	}
	r.runtimes, err = runtimes.New(runtimes.Options{CacheDir: dir, Supervisor: plugin.SupervisorOptions{
		MinBackoff: restartPause, BreakAfter: 100, HealthEvery: -1,
	}, Process: process.Options{StopTimeout: r.opts.StopTimeout}})
	return err
}

func (r *run) close() error {
	var errs []error
	if r.shared != nil {
		errs = append(errs, r.shared.close())
	}
	if r.runtimes != nil {
		errs = append(errs, r.runtimes.Close(context.Background()))
	}
	if r.server != nil {
		errs = append(errs, r.server.close())
	}
	if r.cache != "" {
		errs = append(errs, os.RemoveAll(r.cache))
	}
	return errors.Join(errs...)
}

func (r *run) provides(capability string) bool {
	return slices.Contains(r.project.Manifest.Provides, capability)
}

// loadCases reads the files of cases that fit the plugin, and the settings.
func (r *run) loadCases() error {
	contract, err := conformance.Contract()
	if err != nil {
		return err
	}
	protocol, err := conformance.Protocol()
	if err != nil {
		return err
	}
	for _, f := range append(protocol, contract...) {
		if r.provides(f.Capability) {
			r.files = append(r.files, f)
		}
	}
	tests := os.DirFS(filepath.Join(r.project.Dir, TestDir))
	own, err := conformance.Load(tests, TestDir)
	if err != nil {
		return err
	}
	r.files = append(r.files, own...)
	if r.settings = r.opts.Settings; r.settings == nil {
		r.settings, err = conformance.LoadSettings(tests, TestDir)
	}
	return err
}

// loadVariables sets the variables that cases may use.
func (r *run) loadVariables(ctx context.Context) error {
	m := r.project.Manifest
	r.vars = variables{
		"server": r.server.base, "ws": strings.Replace(r.server.base, "http:", "ws:", 1) + "/ws",
		"host": "127.0.0.1", "port": r.server.port,
		"plugin": m.ID, "version": m.Version, "granted": r.grantedAddress(), "denied": "https://denied.conformance.example/hello",
	}
	r.hosts = map[string]string{}
	for host, base := range r.settings.Hosts {
		base, err := r.vars.text(base)
		if err != nil {
			return fmt.Errorf("settings: hosts: %w", err)
		}
		r.hosts[host] = base
	}
	for name, x := range r.settings.Fixtures {
		y, err := r.vars.value(x)
		if err != nil {
			return fmt.Errorf("settings: fixtures: %w", err)
		}
		r.vars[name] = y
	}
	if err := r.prepare(ctx); err != nil {
		return err
	}
	for name, x := range r.opts.Fixtures {
		y, err := plain(x)
		if err != nil {
			return fmt.Errorf("fixture %q: %w", name, err)
		}
		r.vars[name] = y
	}
	r.config0 = map[string]any{}
	if r.settings.Config == nil {
		return nil
	}
	x, err := r.vars.value(r.settings.Config)
	if err != nil {
		return fmt.Errorf("settings: config: %w", err)
	}
	r.config0, _ = x.(map[string]any)
	return nil
}

// prepare runs the settings' program, which prints further variables.
func (r *run) prepare(ctx context.Context) error {
	if len(r.settings.Prepare) == 0 {
		return nil
	}
	run := make([]string, len(r.settings.Prepare))
	for i, text := range r.settings.Prepare {
		var err error
		if run[i], err = r.vars.text(text); err != nil {
			return fmt.Errorf("settings: prepare: %w", err)
		}
	}
	cmd := exec.CommandContext(ctx, run[0], run[1:]...)
	cmd.Dir, cmd.Stderr = r.project.Dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("settings: prepare: %s: %w", strings.Join(run, " "), err)
	}
	var vars map[string]any
	if err := json.Unmarshal(out, &vars); err != nil {
		return fmt.Errorf("settings: prepare: %s has to print a JSON object with variables: %w", strings.Join(run, " "), err)
	}
	for name, x := range vars {
		r.vars[name] = x
	}
	return nil
}

// plain makes a plain value of anything that encoding/json takes.
func plain(x any) (any, error) {
	if b, ok := x.([]byte); ok {
		return b, nil
	}
	text, err := json.Marshal(x)
	if err != nil {
		return nil, err
	}
	var out any
	err = json.Unmarshal(text, &out)
	return out, err
}

// grantedHost is the entry of an app's allow-list for the host that granted addresses have.
func (r *run) grantedHost() []string {
	if len(r.project.Manifest.Requires.HTTP) == 0 {
		return nil
	}
	address := r.grantedAddress()
	return []string{strings.TrimSuffix(address, "/hello")}
}

// grantedAddress is an address that the manifest's requires.http covers.
func (r *run) grantedAddress() string {
	host := "granted.conformance.example"
	if list := r.project.Manifest.Requires.HTTP; len(list) > 0 && list[0] != "*" {
		host = strings.Replace(list[0], "*", "granted", 1)
	}
	return "https://" + host + "/hello"
}

// appsOf lists the apps that cases speak for.
func appsOf(files []*conformance.File) []string {
	apps := []string{defaultApp}
	for _, f := range files {
		for _, c := range f.Cases {
			apps = append(apps, appOf(f, c))
			for _, s := range c.Steps {
				if s.As.App != "" {
					apps = append(apps, s.As.App)
				}
			}
		}
	}
	slices.Sort(apps)
	return slices.Compact(apps)
}

// Who calls if a case does not say.
const (
	defaultApp  = "conformance.app"
	defaultUser = "ann"
)

// appOf is the app of a case's own, so that cases do not see one another's data.
func appOf(f *conformance.File, c *conformance.Case) string {
	return "conformance." + strings.ReplaceAll(f.Name, "/", ".") + "." + c.ID
}
