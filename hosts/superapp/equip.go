package superapp

import (
	"path/filepath"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/sessions"
	"github.com/dougong-dev/dougong/hosts/web"
)

// SessionsFolder is where, in the data folder, it is kept what users have open.
const SessionsFolder = "sessions"

// Equip gives a web host what the configuration says of mini-programs that are open: how many live on, where it is kept what
// was open, where crashes are reported.
func (a *App) Equip(c *web.Config) {
	keep := a.config.Policy.KeepAlive
	c.KeepAlive, c.KeepHidden = keep.Open, keep.Hidden
	if keep.Restore {
		c.Sessions = sessions.Open(filepath.Join(a.config.DataDir(), SessionsFolder))
	}
	c.Crashed = a.Crashed
	c.NoDebug = a.config.Policy.Debug == config.DebugDeny
}

// Crashes are the reports of what did not end by itself.
func (a *App) Crashes() *crash.Store { return a.crashes }

// notCrashes are failures of mini-programs that did not run.
var notCrashes = map[string]bool{"open": true, "reload": true}

// Crashed reports a mini-program that did not end by itself, or did not answer.
func (a *App) Crashed(app web.App, e message.Error) {
	if !notCrashes[e.ID] {
		a.report(crash.MiniProgram(app.ID, app.Version, e))
	}
}

func (a *App) pluginEnded(s plugin.State) {
	a.report(crash.Plugin(s.ID, s.Version, s.LastError))
}

func (a *App) report(r crash.Report) {
	if err := a.crashes.Add(r); err != nil {
		a.options.Logger.Warn("a crash could not be reported", "error", err)
	}
}
