package wasm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/plugin/wasm/internal/extism"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

// initializers are the functions that set a module's runtime up, as Extism's hosts call them: the first pair for Haskell,
// else one of the others.
var initializers = []string{"hs_init", "hs_exit", "_initialize", "__wasm_call_ctors"}

// extismGuest is an instance of an Extism plugin with its kernel.
type extismGuest struct {
	inst        *instance
	abi         *extismABI
	kernel      api.Module
	memory      api.Memory // the kernel's
	alloc, free api.Function
	functions   map[string]extismFunction // by method, those called so far
	stack       [2]uint64

	initialized bool
	config      map[string]string
	refusal     *pdk.Error // why a host function ended the call, if not because of a lie
	status      int        // of the last HTTP response
	headers     []byte
}

type extismFunction struct {
	api.Function
	result bool // it returns a number, which is 0 if all went well
}

// view is the kernel's memory until the guest runs again.
func (g *extismGuest) view() extism.Memory {
	m, _ := g.memory.Read(0, g.memory.Size())
	return m
}

func (g *extismGuest) size() uint64 {
	n := uint64(g.memory.Size())
	if g.inst.memory != nil {
		n += uint64(g.inst.memory.Size())
	}
	return n
}

func (g *extismGuest) close() { _ = g.kernel.Close(context.Background()) }

func (g *extismGuest) roundTrip(op wire.Op, _ time.Duration, info *pdk.Info, in, out *pdk.Payload) (err error) {
	switch op {
	case wire.OpDescribe:
		*out, err = g.describe()
		return err
	case wire.OpConfigure:
		if err := g.configure(in.JSON); err != nil {
			return err
		}
		return g.initialize(info.Method)
	case wire.OpCall:
		if err := g.initialize(info.Method); err != nil {
			return err
		}
		*out, err = g.call(info, in)
		return err
	}
	return nil
}

// describe says what the manifest says. An Extism module does not know which of its functions belong to which capability,
// so that each capability has them all.
func (g *extismGuest) describe() (pdk.Payload, error) {
	m := g.abi.plugin.manifest
	d := pdk.Description{ID: m.ID, Version: m.Version, Capabilities: map[string][]string{}}
	for _, name := range m.Provides {
		d.Capabilities[name] = methodsOf(g.abi.methods)
	}
	return pdk.Encode(d)
}

// configure keeps the fields of the configuration as texts: strings as they are, everything else as JSON.
func (g *extismGuest) configure(text []byte) error {
	var fields map[string]json.RawMessage
	if len(text) > 0 {
		if err := json.Unmarshal(text, &fields); err != nil {
			return pdk.Errorf(pdk.CodeConfig, "config", "plugin %q: the configuration of an Extism plugin is an object: %s", g.abi.plugin.manifest.ID, err)
		}
	}
	g.config = make(map[string]string, len(fields))
	for name, value := range fields {
		var s string
		if json.Unmarshal(value, &s) != nil {
			s = string(value)
		}
		g.config[name] = s
	}
	return nil
}

// initialize runs the module's initializers before the first call.
func (g *extismGuest) initialize(method string) error {
	if g.initialized {
		return nil
	}
	g.initialized = true
	g.view().Begin(nil)
	for _, name := range g.initializers() {
		g.stack = [2]uint64{}
		if err := g.inst.module.ExportedFunction(name).CallWithStack(g.inst.leash, g.stack[:]); err != nil {
			return g.failed(method, fmt.Errorf("initialize by %s: %w", name, err))
		}
	}
	return nil
}

func (g *extismGuest) initializers() []string {
	exports := g.abi.plugin.module.ExportedFunctions()
	has := func(name string, params int) bool {
		f, ok := exports[name]
		return ok && len(f.ParamTypes()) == params && len(f.ResultTypes()) <= 1
	}
	switch {
	case has("hs_init", 2) && has("_initialize", 0):
		return []string{"_initialize", "hs_init"}
	case has("hs_init", 2):
		return []string{"hs_init"}
	case has("_initialize", 0):
		return []string{"_initialize"}
	case has("__wasm_call_ctors", 0):
		return []string{"__wasm_call_ctors"}
	}
	return nil
}

// function finds the exported function of a method.
func (g *extismGuest) function(method string) (extismFunction, error) {
	if f, ok := g.functions[method]; ok {
		return f, nil
	}
	name, ok := exported(method, g.abi.methods)
	if !ok {
		return extismFunction{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "plugin %q has no method %s: its module %s does not export a function %q without parameters; it exports %s",
			g.abi.plugin.manifest.ID, method, g.abi.plugin.manifest.Runtime.Wasm.Module, name, strings.Join(g.abi.methods, ", "))
	}
	f := g.inst.module.ExportedFunction(name)
	out := extismFunction{f, len(f.Definition().ResultTypes()) == 1}
	g.functions[method] = out
	return out, nil
}

// call writes the input to the kernel, calls the method's function and takes the output.
func (g *extismGuest) call(info *pdk.Info, in *pdk.Payload) (pdk.Payload, error) {
	f, err := g.function(info.Method)
	if err != nil {
		return pdk.Payload{}, err
	}
	input, err := extismInput(g.abi.plugin.manifest.ID, info, in)
	if err != nil {
		return pdk.Payload{}, err
	}
	if err := g.begin(input); err != nil {
		return pdk.Payload{}, err
	}
	g.status, g.headers = 0, nil // of a call before, which may have been another user's
	g.stack[0] = 0
	if err := f.CallWithStack(g.inst.leash, g.stack[:1]); err != nil && !exited(err) {
		return pdk.Payload{}, g.failed(info.Method, err)
	}
	return g.take(info.Method, f.result)
}

// exited reports whether a guest has ended its program without an error. Its output counts; its instance, whose module
// is closed, is not used again.
func exited(err error) bool {
	var exit *sys.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == 0
}

// begin clears the kernel and gives it the input.
func (g *extismGuest) begin(input []byte) error {
	need, have := extism.Need(len(input)), uint64(g.memory.Size())
	if need > have {
		if _, ok := g.memory.Grow(uint32((need - have + 1<<16 - 1) >> 16)); !ok {
			m := g.abi.plugin.manifest
			return pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "plugin %q: an input of %d bytes does not fit into its memory, of which it uses %d of %d MiB; raise limits.memory_mb",
				m.ID, len(input), g.size()>>20, m.Limits.MemoryMB)
		}
	}
	g.view().Begin(input)
	return nil
}

// take copies the output, or makes an error of what the plugin says.
func (g *extismGuest) take(method string, result bool) (pdk.Payload, error) {
	memory := g.view()
	if text, failed := memory.Error(); failed && text != "" {
		return pdk.Payload{}, extismError(text)
	}
	if code := int32(g.stack[0]); result && code != 0 {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInternal, "internal", "plugin %q: %s returned %d and set no error", g.abi.plugin.manifest.ID, method, code)
	}
	out := memory.Output()
	if len(out) > pdk.MaxPayload {
		return pdk.Payload{}, g.failed(method, g.inst.lie("its output of %d bytes is over the limit of %d", len(out), pdk.MaxPayload))
	}
	if len(out) == 0 {
		return pdk.Payload{}, nil
	}
	return pdk.Payload{JSON: bytes.Clone(out)}, nil
}

// failed is the instance's, unless a host function has refused something.
func (g *extismGuest) failed(method string, err error) error {
	if g.refusal == nil {
		return g.inst.failed(method, err)
	}
	g.inst.broken = true
	g.inst.output.Flush()
	return g.refusal
}
