package headless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

// networkCapability is what a mini-program reaches the network by.
const networkCapability = "dougong.network/v1"

// networkWatch notes which requests of a page failed.
type networkWatch struct {
	miniapp.Kernel
	mu     sync.Mutex
	failed []Problem
}

// kernel is the watched kernel; nil stays nil.
func (w *networkWatch) kernel() miniapp.Kernel {
	if w.Kernel == nil {
		return nil
	}
	return w
}

// APIs lists the kernel's.
func (w *networkWatch) APIs(app string) []message.API { return w.Kernel.APIs(app) }

// Call passes a call on.
func (w *networkWatch) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	params := call.Payload.JSON
	out, err := w.Kernel.Call(ctx, call)
	if err != nil && call.Capability == networkCapability && offline(err) {
		var to struct{ URL string }
		_ = json.Unmarshal(params, &to)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.failed = append(w.failed, Problem{
			ID: "network-fail", Origin: "network", Message: fmt.Sprintf("%s %s: %v", call.Method, to.URL, err),
			Hint: "the page itself is fine; the address cannot be reached from here",
		})
	}
	return out, err
}

// offline tells a network that fails from a call that is wrong.
func offline(err error) bool {
	var e *pdk.Error
	if !errors.As(err, &e) {
		return true
	}
	switch e.Code {
	case pdk.CodeInvalidParams, pdk.CodeInvalidResult, pdk.CodeUnsupported, pdk.CodeCanceled:
		return false
	}
	return true
}

func (w *networkWatch) problems() []Problem {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Problem(nil), w.failed...)
}
