package wasm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// pagesPerMB is the number of 64 KiB pages in a MiB.
const pagesPerMB = 16

// Start implements plugin.Runtime: it compiles the module, or takes it from the cache, and makes a first instance.
func (r *Runtime) Start(ctx context.Context, spec plugin.Spec) (plugin.Instance, error) {
	m := spec.Manifest
	if m.Runtime.Wasm == nil {
		return nil, fmt.Errorf("plugin %q is not a WebAssembly plugin", m.ID)
	}
	code, err := readModule(spec)
	if err != nil {
		return nil, fmt.Errorf("plugin %q: %w", m.ID, err)
	}
	p := newPlugin(r, spec)
	if err := p.compile(ctx, code); err != nil {
		p.abandon()
		return nil, fmt.Errorf("plugin %q: module %s: %w", m.ID, m.Runtime.Wasm.Module, err)
	}
	if err := p.pool.warm(ctx); err != nil {
		p.abandon()
		return nil, err
	}
	return p, nil
}

// readModule reads the module's file, which has to be inside the plugin's folder, and compares its checksum.
func readModule(spec plugin.Spec) ([]byte, error) {
	name := spec.Manifest.Runtime.Wasm.Module
	f, err := os.OpenInRoot(spec.Dir, filepath.FromSlash(name))
	if err != nil {
		return nil, fmt.Errorf("module %s cannot be opened: %w; put the file itself into the plugin's folder, a link that leads out of it is not followed", name, err)
	}
	defer func() { _ = f.Close() }() // only read
	code, err := io.ReadAll(io.LimitReader(f, maxModule+1))
	if err != nil {
		return nil, err
	}
	if len(code) > maxModule {
		return nil, fmt.Errorf("module %s is over %d bytes", name, maxModule)
	}
	if sum := sha256.Sum256(code); spec.Checksum != "" && spec.Checksum != hex.EncodeToString(sum[:]) {
		return nil, fmt.Errorf("module %s has SHA-256 %x, expected %s: the file was changed after it was checked; install the plugin again", name, sum, spec.Checksum)
	}
	return code, nil
}

func (p *wasmPlugin) compile(ctx context.Context, code []byte) error {
	config := wazero.NewRuntimeConfig().
		WithCompilationCache(p.runtime.cache).
		WithMemoryLimitPages(uint32(p.manifest.Limits.MemoryMB) * pagesPerMB)
	p.wazero = wazero.NewRuntimeWithConfig(ctx, config)
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, p.wazero); err != nil {
		return err
	}
	if err := p.abi.prepare(ctx); err != nil {
		return err
	}
	if !p.trusted {
		fitted, err := p.runtime.fit(code)
		if err != nil {
			return fmt.Errorf("it cannot be taken: %w", err)
		}
		code = fitted
	}
	module, err := p.wazero.CompileModule(ctx, code)
	if err != nil {
		return fmt.Errorf("it does not compile: %w", err)
	}
	p.module = module
	return p.abi.check(module)
}

const (
	allocName = "dg_alloc"
	callName  = "dg_call"
	hostName  = "dougong:host/v1"
)

// only lists what a module exports in place of what it should.
func only(exports map[string]api.FunctionDefinition) string {
	names := slices.Sorted(maps.Keys(exports))
	if len(names) == 0 {
		return ", nor anything else"
	}
	const most = 8
	more := ""
	if len(names) > most {
		names, more = names[:most], " …"
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%.40q", name)
	}
	return ", but " + strings.Join(names, ", ") + more
}

// checkABI says what a module lacks for the native ABI, or wants beyond it.
func checkABI(m wazero.CompiledModule) error {
	i32, i64 := api.ValueTypeI32, api.ValueTypeI64
	exports := m.ExportedFunctions()
	for _, want := range []struct {
		name            string
		params, results []api.ValueType
	}{{allocName, []api.ValueType{i32}, []api.ValueType{i32}}, {callName, []api.ValueType{i32, i32}, []api.ValueType{i64}}} {
		f, ok := exports[want.name]
		if !ok {
			return fmt.Errorf("it does not export %s%s; build it with one of the kits: in Go with GOOS=wasip1 GOARCH=wasm -buildmode=c-shared and the import pdk/go/serve, "+
				"in the other languages as the kit's README says; a plugin for Extism says abi: extism in plugin.yaml", want.name, only(exports))
		}
		if !slices.Equal(f.ParamTypes(), want.params) || !slices.Equal(f.ResultTypes(), want.results) {
			return fmt.Errorf("its export %s has another signature than docs/wire-protocol.md says", want.name)
		}
	}
	if len(m.ExportedMemories()) == 0 {
		return fmt.Errorf("it does not export its memory")
	}
	for _, f := range m.ImportedFunctions() {
		if from, name, _ := f.Import(); from != hostName && from != wasi_snapshot_preview1.ModuleName {
			return fmt.Errorf("it imports %s.%s; a plugin may import %s and %s only", from, name, hostName, wasi_snapshot_preview1.ModuleName)
		}
	}
	return noMemoryImport(m)
}

// noMemoryImport refuses a module that wants somebody else's memory: what the Extism kernel keeps there is not for plugins.
func noMemoryImport(m wazero.CompiledModule) error {
	for _, f := range m.ImportedMemories() {
		from, name, _ := f.Import()
		return fmt.Errorf("it imports the memory %s.%s; a plugin has a memory of its own, without --import-memory", from, name)
	}
	return nil
}
