package wasm

import (
	"context"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	"github.com/tetratelabs/wazero"
)

// abi is how the modules of a plugin are spoken to.
type abi interface {
	// prepare makes the modules that instances import from. It is called once, before the plugin's module is compiled.
	prepare(ctx context.Context) error
	// check says what the compiled module lacks, or wants beyond what it may have.
	check(m wazero.CompiledModule) error
	// instantiate gives inst its module and its guest.
	instantiate(ctx context.Context, inst *instance, config wazero.ModuleConfig) error
	// result gives a call's result the form that its contract says; nil if it has that form anyway.
	result() func(call *capability.Call, out pdk.Payload) pdk.Payload
}

// callee is one instance as an ABI sees it. It is used by one goroutine at a time.
type callee interface {
	// roundTrip writes a request to where the module expects it, calls the module and takes the reply to out.
	roundTrip(op wire.Op, left time.Duration, info *pdk.Info, in, out *pdk.Payload) error
	// size is the number of bytes of memory that the instance has taken.
	size() uint64
	// close releases what belongs to the instance beside its module.
	close()
}

func newABI(p *wasmPlugin) abi {
	if w := p.manifest.Runtime.Wasm; w != nil && w.ABI == manifest.ABIExtism {
		return &extismABI{plugin: p, vars: newVars()}
	}
	return nativeABI{p}
}

// nativeABI is docs/wire-protocol.md's: dg_alloc, dg_call and dougong:host/v1.
type nativeABI struct{ plugin *wasmPlugin }

func (a nativeABI) prepare(ctx context.Context) error { return a.plugin.exportHost(ctx) }

func (a nativeABI) check(m wazero.CompiledModule) error { return checkABI(m) }

func (a nativeABI) instantiate(ctx context.Context, inst *instance, config wazero.ModuleConfig) error {
	module, err := a.plugin.wazero.InstantiateModule(ctx, a.plugin.module, config.WithStartFunctions())
	if err != nil {
		return err
	}
	inst.module, inst.memory, inst.guest, inst.native = module, module.Memory(), (*nativeGuest)(inst), true
	if err := inst.halt.take(ctx, module, "_initialize"); err != nil {
		inst.close()
		return err
	}
	inst.alloc, inst.call = module.ExportedFunction(allocName), module.ExportedFunction(callName)
	return nil
}

func (a nativeABI) result() func(*capability.Call, pdk.Payload) pdk.Payload { return nil }

// nativeGuest is the instance itself.
type nativeGuest instance

func (g *nativeGuest) size() uint64 { return uint64(g.memory.Size()) }

func (g *nativeGuest) close() {}
