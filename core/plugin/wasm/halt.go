package wasm

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/dougong-dev/dougong/core/plugin/wasm/internal/brake"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

// halt stops an instance whose module has a brake. For others wazero watches the instance's leash.
type halt struct {
	flag   atomic.Pointer[api.MutableGlobal]
	pulled atomic.Bool
}

// take finds the brake of a new module and runs its start function. The leash may have been pulled already.
func (h *halt) take(ctx context.Context, module api.Module) error {
	if flag, ok := module.ExportedGlobal(brake.FlagName).(api.MutableGlobal); ok {
		h.flag.Store(&flag)
	}
	if h.pulled.Load() {
		return h.why(ctx.Err(), context.Canceled)
	}
	start := module.ExportedFunction(brake.StartName)
	if start == nil {
		return nil
	}
	if err := start.CallWithStack(ctx, nil); err != nil {
		return h.why(ctx.Err(), err)
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
