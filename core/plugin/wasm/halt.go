package wasm

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/dougong-dev/dougong/core/plugin/wasm/internal/brake"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

// halt stops an instance by its module's brake.
type halt struct {
	flag   atomic.Pointer[api.MutableGlobal]
	pulled atomic.Bool
}

// take finds the brake of a new module and runs its start function, then the functions of these names that it has. The
// leash may have been pulled already.
func (h *halt) take(ctx context.Context, module api.Module, names ...string) error {
	if flag, ok := module.ExportedGlobal(brake.FlagName).(api.MutableGlobal); ok {
		h.flag.Store(&flag)
	}
	if h.pulled.Load() {
		return h.why(ctx.Err(), context.Canceled)
	}
	for _, name := range append([]string{brake.StartName}, names...) {
		f := module.ExportedFunction(name)
		if f == nil {
			continue
		}
		if _, err := f.Call(ctx); err != nil {
			return h.why(ctx.Err(), err)
		}
	}
	return nil
}

// pull stops the guest at its next check. Any goroutine may call it.
func (h *halt) pull() {
	h.pulled.Store(true)
	if flag := h.flag.Load(); flag != nil {
		(*flag).Set(1)
	}
}

// why is the error of a guest, or what wazero would say in its place if the guest was stopped.
func (h *halt) why(leash, err error) error {
	switch {
	case !h.pulled.Load():
		return err
	case errors.Is(leash, context.DeadlineExceeded):
		return sys.NewExitError(sys.ExitCodeDeadlineExceeded)
	}
	return sys.NewExitError(sys.ExitCodeContextCanceled)
}
