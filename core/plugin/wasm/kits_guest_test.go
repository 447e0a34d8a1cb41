package wasm_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// guest is a module on its own: what the runtime would refuse to send reaches it all the same.
type guest struct {
	mu     sync.Mutex
	module api.Module
	answer []byte // of the host, to every service and event
}

func newGuest(t testing.TB, kit string) *guest {
	t.Helper()
	code, err := os.ReadFile(filepath.Join(probeFolder(t, kit), "plugin.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	t.Cleanup(func() { _ = r.Close(ctx) })
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	g := &guest{}
	size := func(context.Context, api.Module, uint32, uint32) uint32 { return uint32(len(g.answer)) }
	take := func(_ context.Context, m api.Module, at, size uint32) {
		if !m.Memory().Write(at, g.answer) || int(size) != len(g.answer) {
			t.Errorf("the guest takes %d bytes of %d at %#x", size, len(g.answer), at)
		}
	}
	log := func(_ context.Context, m api.Module, at, size uint32) {
		line, ok := m.Memory().Read(at, size)
		if _, _, _, err := wire.DecodeLog(line); !ok || err != nil {
			t.Errorf("log line of %d bytes at %#x: %v", size, at, err)
		}
	}
	_, err = r.NewHostModuleBuilder("dougong:host/v1").
		NewFunctionBuilder().WithFunc(size).Export("service").
		NewFunctionBuilder().WithFunc(size).Export("emit").
		NewFunctionBuilder().WithFunc(take).Export("reply").
		NewFunctionBuilder().WithFunc(log).Export("log").
		Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	config := wazero.NewModuleConfig().WithStartFunctions("_initialize").WithStderr(os.Stderr).WithSysNanotime()
	if g.module, err = r.InstantiateWithConfig(ctx, code, config); err != nil {
		t.Fatal(err)
	}
	return g
}

// serve implements kitcheck.Serve.
func (g *guest) serve(t testing.TB, request, answer []byte) (pdk.Payload, *pdk.Error) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer = answer
	ctx, memory := context.Background(), g.module.Memory()
	at, err := g.module.ExportedFunction("dg_alloc").Call(ctx, uint64(len(request)))
	if err != nil || !memory.Write(uint32(at[0]), request) {
		t.Fatalf("dg_alloc of %d bytes = %v, %v", len(request), at, err)
	}
	reply, err := g.module.ExportedFunction("dg_call").Call(ctx, at[0], uint64(len(request)))
	if err != nil {
		t.Fatalf("request %.200q, answer %.200q: %v", request, answer, err)
	}
	view, ok := memory.Read(uint32(reply[0]>>32), uint32(reply[0]))
	if !ok {
		t.Fatalf("request %.200q: a reply outside of the memory: %#x", request, reply[0])
	}
	p, failure, err := wire.DecodeReply(view)
	if err != nil {
		t.Fatalf("request %.200q: the reply %.200q is malformed: %v", request, view, err)
	}
	return wire.Clone(p), failure
}
