package capability

import (
	"context"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// Call is one capability call on its way through the dispatch chain. The deadline is the context's.
type Call struct {
	// Info names the method and the caller. The chain trusts it: whoever builds a Call (bridge, plugin services, CLI)
	// answers for it.
	pdk.Info
	// Payload is the arguments.
	Payload pdk.Payload
	// Sync is true if the caller blocks its mini-program on the answer.
	Sync bool
	// Events receives the events of the task that this call starts, or is nil. It must not block.
	Events func(Event)
	// Contract describes the method; the chain's first step fills it in.
	Contract *contract.Method
}

// Event is something a running task (or a capability) tells its caller.
type Event struct {
	Task    uint64
	Name    string
	Payload pdk.Payload
	// Final is set on a task's last event.
	Final bool
}

// Handler carries out a call: a step of the chain, or its end.
type Handler func(ctx context.Context, call *Call) (pdk.Payload, error)

// Provider is a running plugin, seen from the dispatch chain. Implementations are safe for concurrent use.
type Provider interface {
	// ID is the plugin's id.
	ID() string
	// Call runs a method. The error is a *pdk.Error whenever the plugin or its runtime could say what went wrong.
	Call(ctx context.Context, call *Call) (pdk.Payload, error)
}
