package wasm

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// TestHostFunctionsEnd calls functions of WASI once that would work for hours, and pulls the leash.
func TestHostFunctionsEnd(t *testing.T) {
	t.Parallel()
	const i32, pages = 0x7f, 256
	const size = pages * page
	for _, c := range []struct {
		name string
		call []byte
	}{
		{"fd_write", cat(0x41, 1, 0x41, 0, 0x41, leb(size/8), 0x41, 0, 0x10, 0)},
		{"random_get", bytes.Repeat(cat(0x41, 0, 0x41, leb(size), 0x10, 1, 0x1a), 2000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.name == "random_get" {
				c.call = append(c.call, 0x41, 0)
			}
			code := cat(0, c.call, 0x1a, 0x0b)
			module := cat([]byte("\x00asm\x01\x00\x00\x00"),
				section(1, cat(3, 0x60, 4, i32, i32, i32, i32, 1, i32, 0x60, 2, i32, i32, 1, i32, 0x60, 0, 0)),
				section(2, cat(2, wasi_snapshot_preview1.ModuleName, "fd_write", 0, 0, wasi_snapshot_preview1.ModuleName, "random_get", 0, 1)),
				section(3, cat(1, 2)), section(5, cat(1, 0, uleb(pages))), section(7, cat(2, "memory", 2, 0, "go", 0, 2)),
				section(10, cat(1, uleb(len(code)), code)))
			inst := &instance{plugin: &wasmPlugin{}}
			inst.output.Log = func(string) {}
			inst.leash = newLeash(inst)
			r := wazero.NewRuntime(t.Context())
			defer func() { _ = r.Close(context.Background()) }()
			wasi_snapshot_preview1.MustInstantiate(t.Context(), r)
			m, err := r.InstantiateWithConfig(t.Context(), module, inst.wasi())
			if err != nil {
				t.Fatal(err)
			}
			vectors, _ := m.Memory().Read(0, size)
			for i := 0; i < size; i += 8 { // each is all of the memory
				binary.LittleEndian.PutUint32(vectors[i+4:], size)
			}
			if _, err := inst.leash.hold(t.Context(), inst.leash.now(), 50*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			if _, err := m.ExportedFunction("go").Call(inst.leash); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took < 50*time.Millisecond || took > 5*time.Second {
				t.Errorf("ended after %v, its leash was pulled after 50ms", took)
			}
		})
	}
}
