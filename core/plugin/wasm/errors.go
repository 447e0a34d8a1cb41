package wasm

import (
	"context"
	"errors"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/tetratelabs/wazero/sys"
)

// notReached says why no instance could take a call.
func (p *wasmPlugin) notReached(method string, err error) error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return pdk.Errorf(pdk.CodeBusy, "busy", "plugin %q: no instance was free for %s before the call's deadline; raise limits.concurrency or call it less often", p.manifest.ID, method)
	case errors.Is(err, context.Canceled):
		return pdk.Errorf(pdk.CodeCanceled, "canceled", "plugin %q: %s was canceled while it waited for a free instance", p.manifest.ID, method)
	}
	return err
}

// notMade says why an instance was not begun: whoever wanted it was gone, by the time that it could be. No other call is to
// blame, so it is not told to have waited for one.
func (p *wasmPlugin) notMade(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return pdk.Errorf(pdk.CodeTimeout, "timeout", "plugin %q: the deadline passed before an instance was made", p.manifest.ID)
	}
	return pdk.Errorf(pdk.CodeCanceled, "canceled", "plugin %q: given up before an instance was made: %v", p.manifest.ID, context.Cause(ctx))
}

// lied says that the guest broke the ABI.
func (p *wasmPlugin) lied(method string, err error) error {
	return pdk.Errorf(pdk.CodeInvalidResult, "invalidResult", "plugin %q broke the protocol in %s: %s; its instance was replaced", p.manifest.ID, method, err)
}

// ended turns the error of a guest function into a *pdk.Error.
func (p *wasmPlugin) ended(method string, err error, output string) error {
	var exit *sys.ExitError
	if errors.As(err, &exit) {
		switch exit.ExitCode() {
		case sys.ExitCodeDeadlineExceeded:
			return pdk.Errorf(pdk.CodeTimeout, "timeout", "plugin %q did not finish %s in time and was stopped", p.manifest.ID, method)
		case sys.ExitCodeContextCanceled:
			if p.pool.isClosed() {
				return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q was stopped during %s", p.manifest.ID, method)
			}
			return pdk.Errorf(pdk.CodeCanceled, "canceled", "plugin %q was stopped in %s, because the caller gave up", p.manifest.ID, method)
		}
	}
	cause, _, _ := strings.Cut(err.Error(), "\n")
	if output != "" {
		cause += ": " + output
	}
	return pdk.Errorf(pdk.CodeUnavailable, "crashed", "plugin %q crashed in %s (%s); its instance was replaced", p.manifest.ID, method, cause)
}
