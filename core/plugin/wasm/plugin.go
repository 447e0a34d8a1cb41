package wasm

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/output"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	"github.com/tetratelabs/wazero"
)

// wasmPlugin is one plugin: a compiled module and its instances.
type wasmPlugin struct {
	runtime  *Runtime
	manifest *manifest.Manifest
	services *output.Limited
	trusted  bool
	wazero   wazero.Runtime
	module   wazero.CompiledModule
	abi      abi
	result   func(*capability.Call, pdk.Payload) pdk.Payload // abi's
	pool     *pool
	tasks    tasks

	closing sync.Once
	done    chan struct{}
	err     error
}

func newPlugin(r *Runtime, spec plugin.Spec) *wasmPlugin {
	p := &wasmPlugin{runtime: r, manifest: spec.Manifest, services: output.Limit(spec.Services), trusted: spec.Trusted, done: make(chan struct{})}
	p.tasks.running = map[uint64]runningTask{}
	p.pool = newPool(p, r.opts)
	p.abi = newABI(p)
	p.result = p.abi.result()
	return p
}

// abandon releases a plugin that could not be started.
func (p *wasmPlugin) abandon() {
	if p.wazero != nil {
		_ = p.wazero.Close(context.Background())
	}
}

// Describe implements plugin.Instance.
func (p *wasmPlugin) Describe(ctx context.Context) (plugin.Description, error) {
	var out pdk.Payload
	if err := p.do(ctx, wire.OpDescribe, &pdk.Info{Method: "describe"}, &pdk.Payload{}, &out, false, 0); err != nil {
		return plugin.Description{}, err
	}
	var d pdk.Description
	if err := json.Unmarshal(out.JSON, &d); err != nil {
		return plugin.Description{}, p.lied("describe", fmt.Errorf("its description is not valid JSON: %w", err))
	}
	return plugin.Description(d), nil
}

// Configure implements plugin.Instance. Instances made later, and those that are busy now, get the configuration before
// their next call.
func (p *wasmPlugin) Configure(ctx context.Context, config []byte) error {
	inst, _, err := p.pool.acquire(ctx, 0, false)
	if err != nil {
		return err
	}
	err = inst.configure(ctx, config)
	if err == nil {
		inst.generation = p.pool.setConfig(config)
	}
	p.pool.release(inst, inst.usable())
	return err
}

// Call implements plugin.Instance.
func (p *wasmPlugin) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	return capability.Handler(p.Carry).Answer(ctx, call)
}

// Carry implements capability.Carrier.
func (p *wasmPlugin) Carry(ctx context.Context, call *capability.Call) error {
	if call.Task == 0 && p.result == nil {
		return p.do(ctx, wire.OpCall, &call.Info, &call.Payload, &call.Result, false, call.Reached())
	}
	starts := p.tasks.begin(call)
	err := p.do(ctx, wire.OpCall, &call.Info, &call.Payload, &call.Result, starts, call.Reached())
	if starts && (err != nil || !outlives(call.Contract)) {
		p.tasks.end(call.Task)
		p.pool.unpin(call.Task)
	} else if starts {
		p.tasks.settle(call.Task)
	}
	if err == nil && p.result != nil {
		call.Result = p.result(call, call.Result)
	}
	return err
}

// do sends one request to an instance that is free, or to the one that runs the request's task, and puts the answer into
// out. starts says that the request starts its task. now is the time by capability's clock, or 0 if it is not known. The
// parts of a request stay where the caller has them, and the arguments are few enough for Go to keep them in registers.
func (p *wasmPlugin) do(ctx context.Context, op wire.Op, info *pdk.Info, in, out *pdk.Payload, starts bool, now time.Duration) error {
	if err := wire.CheckParts(info, in); err != nil {
		return err
	}
	inst, waited, err := p.pool.acquire(ctx, info.Task, starts)
	if err != nil {
		return p.notReached(info.Method, err)
	}
	if waited || now == 0 {
		now = capability.Now()
	}
	err = inst.do(ctx, op, info, in, out, now)
	p.pool.release(inst, inst.usable())
	return err
}

// Done implements plugin.Instance.
func (p *wasmPlugin) Done() <-chan struct{} { return p.done }

// Err implements plugin.Instance.
func (p *wasmPlugin) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// Close implements plugin.Instance: no call is begun any more, those under way may finish until ctx ends and are then
// stopped.
func (p *wasmPlugin) Close(ctx context.Context) error {
	p.closing.Do(func() {
		defer close(p.done)
		p.err = p.pool.close(ctx)
		p.services.Flush(p.manifest.ID)
		if p.err == nil {
			p.err = p.wazero.Close(context.WithoutCancel(ctx))
		}
	})
	<-p.done
	return p.err
}

var (
	_ plugin.Instance    = (*wasmPlugin)(nil)
	_ capability.Carrier = (*wasmPlugin)(nil)
)
