package wasm

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/internal/asm"
	"github.com/dougong-dev/dougong/core/plugin/wasm/internal/brake"
	"github.com/dougong-dev/dougong/core/plugin/wasm/internal/extism"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// extismABI runs Extism plugins: each instance has a kernel of its own, which the plugin's module imports.
type extismABI struct {
	plugin *wasmPlugin
	kernel wazero.CompiledModule
	vars   *vars
	// methods are the names of the exported functions that can be called.
	methods []string
}

// prepare compiles the kernel and makes the host functions that it passes on.
func (a *extismABI) prepare(ctx context.Context) error {
	host := a.plugin.wazero.NewHostModuleBuilder(extism.HostModule)
	for _, f := range append(extism.HostFunctions(), extism.FaultSignature()) {
		run, ok := extismFunctions[f.Name]
		if !ok {
			return fmt.Errorf("the host has no function %s", f.Name)
		}
		enter := func(ctx context.Context, stack []uint64) {
			run(ctx.Value(instanceKey{}).(*instance).guest.(*extismGuest), stack)
		}
		host.NewFunctionBuilder().WithGoFunction(api.GoFunc(enter), valueTypes(f.Params), valueTypes(f.Results)).Export(f.Name)
	}
	if _, err := host.Instantiate(ctx); err != nil {
		return err
	}
	kernel, err := a.plugin.wazero.CompileModule(ctx, extism.Module())
	a.kernel = kernel
	return err
}

func valueTypes(types []asm.Type) []api.ValueType {
	out := make([]api.ValueType, len(types))
	for i, t := range types {
		out[i] = api.ValueType(t)
	}
	return out
}

// check holds a module's imports against the kernel and collects its methods.
func (a *extismABI) check(m wazero.CompiledModule) error {
	known := map[string]extism.Signature{}
	for _, f := range extism.Functions() {
		known[f.Name] = f
	}
	for _, f := range m.ImportedFunctions() {
		from, name, _ := f.Import()
		switch from {
		case wasi_snapshot_preview1.ModuleName:
			continue
		case extism.ModuleName:
		default:
			return fmt.Errorf("it imports %s.%s; an Extism plugin may import %s and %s only, and host functions of its own are not supported",
				from, name, extism.ModuleName, wasi_snapshot_preview1.ModuleName)
		}
		want, ok := known[name]
		if !ok {
			return fmt.Errorf("it imports %s.%s, which the Extism kernel does not have; build it with a current Extism PDK", from, name)
		}
		if !slices.Equal(f.ParamTypes(), valueTypes(want.Params)) || !slices.Equal(f.ResultTypes(), valueTypes(want.Results)) {
			return fmt.Errorf("it imports %s.%s with %s, the Extism kernel has %s; build it with a current Extism PDK",
				from, name, signature(f.ParamTypes(), f.ResultTypes()), signature(valueTypes(want.Params), valueTypes(want.Results)))
		}
	}
	if err := noMemoryImport(m); err != nil {
		return err
	}
	for name, f := range m.ExportedFunctions() {
		if callable(name, f) {
			a.methods = append(a.methods, name)
		}
	}
	slices.Sort(a.methods)
	if len(a.methods) == 0 {
		return fmt.Errorf("it exports no function that can be called: one without parameters that returns nothing or a number; in Go, mark it //go:wasmexport and build with GOOS=wasip1 GOARCH=wasm -buildmode=c-shared")
	}
	return nil
}

// callable reports whether an exported function is one of the plugin's methods. Names with an underscore in front are
// those of compilers and linkers.
func callable(name string, f api.FunctionDefinition) bool {
	if strings.HasPrefix(name, "_") || name == brake.StartName || slices.Contains(initializers, name) || len(f.ParamTypes()) > 0 || len(f.ResultTypes()) > 1 {
		return false
	}
	for _, t := range f.ResultTypes() {
		if t != api.ValueTypeI32 && t != api.ValueTypeI64 {
			return false
		}
	}
	return true
}

func signature(params, results []api.ValueType) string {
	names := func(types []api.ValueType) string {
		var list []string
		for _, t := range types {
			list = append(list, api.ValueTypeName(t))
		}
		return "(" + strings.Join(list, ", ") + ")"
	}
	return names(params) + " → " + names(results)
}

// instantiate makes a kernel and then the plugin's module, which finds the kernel in place of its import. Both share one
// memory limit. The module's initializers run later, because they may ask for the configuration.
func (a *extismABI) instantiate(ctx context.Context, inst *instance, config wazero.ModuleConfig) error {
	ctx = experimental.WithMemoryAllocator(ctx, &allowance{left: int64(a.plugin.manifest.Limits.MemoryMB) << 20})
	kernel, err := a.plugin.wazero.InstantiateModule(ctx, a.kernel, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return err
	}
	guest := &extismGuest{inst: inst, abi: a, kernel: kernel, memory: kernel.Memory(), functions: map[string]extismFunction{},
		alloc: kernel.ExportedFunction("alloc"), free: kernel.ExportedFunction("free")}
	inst.guest = guest
	ctx = experimental.WithImportResolver(ctx, func(name string) api.Module {
		if name == extism.ModuleName {
			return kernel
		}
		return nil
	})
	module, err := a.plugin.wazero.InstantiateModule(ctx, a.plugin.module, config.WithStartFunctions())
	if err != nil {
		guest.close()
		return err
	}
	inst.module, inst.memory = module, module.Memory()
	if err := inst.halt.take(ctx, module); err != nil {
		inst.close()
		return err
	}
	return nil
}

// allowance is the memory that an instance may have, the kernel's and the plugin's together.
type allowance struct{ left int64 }

// Allocate implements experimental.MemoryAllocator.
func (a *allowance) Allocate(_, most uint64) experimental.LinearMemory {
	return &linearMemory{allowance: a, most: most}
}

// linearMemory is one memory under an allowance.
type linearMemory struct {
	allowance *allowance
	most      uint64
	bytes     []byte
	begun     bool
}

// Reallocate implements experimental.LinearMemory. The size at the start, which wazero has compared with the limit for a
// single memory, cannot be refused.
func (m *linearMemory) Reallocate(size uint64) []byte {
	if size > math.MaxUint32 { // the engine's count of a memory's bytes would be 0
		return nil
	}
	more := int64(size) - int64(len(m.bytes))
	if m.begun && more > m.allowance.left {
		return nil
	}
	m.allowance.left -= more
	if size > uint64(cap(m.bytes)) {
		room := size
		if m.begun {
			room = min(max(size, 2*uint64(len(m.bytes))), max(size, m.most))
		}
		moved := make([]byte, size, room)
		copy(moved, m.bytes)
		m.bytes = moved
	}
	m.begun, m.bytes = true, m.bytes[:size]
	return m.bytes
}

// Free implements experimental.LinearMemory.
func (m *linearMemory) Free() {
	m.allowance.left += int64(len(m.bytes))
	m.bytes = nil
}
