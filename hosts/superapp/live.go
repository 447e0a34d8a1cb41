package superapp

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/admin"
)

// Reload reads the configuration again and goes over to it while mini-programs run. The list of mini-programs and some
// other settings hold from the next start on; the report names those that have changed.
func (a *App) Reload(ctx context.Context, o core.ReloadOptions) (core.Report, error) {
	if a.options.Load == nil {
		return core.Report{}, errors.New("this host was not started from a configuration file")
	}
	report, err := a.reload(ctx, o)
	for _, name := range report.Restart {
		a.options.Logger.Warn("a changed setting holds from the next start on", "setting", name)
	}
	return report, err
}

// at finds the mini-program of a project or bundle.
func (a *App) at(path string) *miniProgram {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, p := range a.programs {
		if p.path == path {
			return p
		}
	}
	return nil
}

// Swap replaces a plugin by the version in another folder, or by a fresh instance if path is empty. superapp.yaml stays as
// it is: who wants to keep the version writes it there.
func (a *App) Swap(ctx context.Context, plugin, path string, o core.ReloadOptions) (core.Report, error) {
	known := a.kernel.Config().Plugin(plugin)
	if known == nil {
		var names []string
		for _, p := range a.kernel.Plugins() {
			names = append(names, p.ID)
		}
		return core.Report{}, fmt.Errorf("there is no plugin %q to be replaced; these run: %s", plugin, strings.Join(names, ", "))
	}
	entry := *known
	if path != "" {
		if entry.Checksum != "" {
			return core.Report{}, fmt.Errorf("plugin %q is pinned by its checksum; write the new version's path and checksum into the configuration and reload it", plugin)
		}
		entry.Path = path
	}
	return a.kernel.Swap(ctx, entry, o)
}

// operator answers at the admin socket.
type operator struct {
	app     *App
	started time.Time
}

var _ admin.Host = operator{}

// Status implements admin.Host.
func (o operator) Status() admin.Status {
	return admin.Status{
		Name: o.app.config.Name, PID: os.Getpid(), Started: o.started, At: time.Now(),
		Plugins: o.app.kernel.Status(), Methods: o.app.telemetry.Stats.Methods(), Dropped: o.app.kernel.Dropped(),
	}
}

// Swap implements admin.Host.
func (o operator) Swap(ctx context.Context, r admin.SwapRequest) (core.Report, error) {
	return o.app.Swap(ctx, r.Plugin, r.Path, core.ReloadOptions{Accept: r.Accept})
}

// Reload implements admin.Host.
func (o operator) Reload(ctx context.Context, r admin.ReloadRequest) (core.Report, error) {
	return o.app.Reload(ctx, core.ReloadOptions{Accept: r.Accept})
}

// serve starts what outsiders ask: metrics and the admin socket.
func (a *App) serve(cfg *config.Config) (err error) {
	if err := a.telemetry.Serve(a.kernel); err != nil {
		return err
	}
	if cfg.Admin.Socket != "" {
		a.admin, err = admin.Listen(cfg.Abs(cfg.Admin.Socket), operator{a, time.Now()}, a.options.Logger)
	}
	return err
}

// Close stops the plugins and everything else. Open mini-programs should be closed before.
func (a *App) Close() error {
	a.keeper.close()
	return a.shut()
}

// shut stops what runs, but not the keeper, which may start it again.
func (a *App) shut() error {
	var errs []error
	if a.pool != nil {
		a.pool.Close()
	}
	if a.admin != nil {
		errs = append(errs, a.admin.Close())
	}
	if a.kernel != nil {
		errs = append(errs, a.kernel.Close())
	}
	if a.telemetry != nil {
		errs = append(errs, a.telemetry.Close())
	}
	return errors.Join(errs...)
}
