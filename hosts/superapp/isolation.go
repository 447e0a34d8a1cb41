package superapp

import (
	"fmt"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/isolate"
)

// openPool starts the pool of processes if a mini-program needs it. Where the system cannot run them, "process" is an
// error and "auto" is a line in the log.
func (a *App) openPool() error {
	want := config.IsolationShared
	for _, p := range a.programs {
		switch a.config.IsolationOf(*p.config) {
		case config.IsolationProcess:
			want = config.IsolationProcess
		case config.IsolationAuto:
			if want == config.IsolationShared {
				want = config.IsolationAuto
			}
		}
	}
	if want == config.IsolationShared {
		return nil
	}
	idle := a.config.Policy.IsolationPool
	if idle == 0 {
		idle = -1
	}
	pool, err := isolate.New(isolate.Options{Idle: idle, Memory: int64(a.config.Policy.MemoryMB) << 20, Log: a.options.Logger})
	switch {
	case err == nil:
		a.pool = pool
	case want == config.IsolationProcess:
		return fmt.Errorf("isolation: process: %w", err)
	default:
		a.options.Logger.Error("mini-programs run in the host's process, where nothing limits their memory", "policy.isolation", config.IsolationAuto, "why", err)
	}
	return nil
}

// placeOf is where a mini-program runs and how much memory it may use there; nil: in this process.
func (a *App) placeOf(p *miniProgram) (miniapp.Runner, int64) {
	if a.pool == nil || a.config.IsolationOf(*p.config) == config.IsolationShared {
		return nil, 0
	}
	return a.pool, a.config.MemoryOf(*p.config)
}
