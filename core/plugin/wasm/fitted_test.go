package wasm

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin/wasm/internal/brake"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// TestFitted keeps a module with its brake, and damages what is kept in every way that a disk does.
func TestFitted(t *testing.T) {
	t.Parallel()
	reply := wire.AppendReply(nil, hundred, nil)
	code := guest{alloc: 1024, data: reply, result: at(0, int64(len(reply)))}.bytes()
	want, err := brake.Fit(code)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	r := &Runtime{opts: Options{CacheDir: dir}}
	fit := func(what string) {
		t.Helper()
		if got, err := r.fit(code); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%s: %d bytes, %v; want %d bytes", what, len(got), err, len(want))
		}
	}
	fit("nothing is kept")
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("kept: %q, %v; want one file", names, err)
	}
	kept, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	fit("it is kept")
	for what, damage := range map[string][]byte{
		"empty": {}, "cut off": kept[:len(kept)-1], "the digest alone": kept[:32],
		"another byte": append(append([]byte{}, kept[:40]...), append([]byte{kept[40] ^ 1}, kept[41:]...)...),
	} {
		if err := os.WriteFile(names[0], damage, 0o600); err != nil {
			t.Fatal(err)
		}
		fit(what)
		if again, err := os.ReadFile(names[0]); err != nil || !bytes.Equal(again, kept) {
			t.Errorf("%s: it was not made good: %d bytes, %v", what, len(again), err)
		}
	}
	if _, err := r.fit([]byte("no module")); err == nil {
		t.Error("what is no module was given a brake")
	}
	r.opts.CacheDir = filepath.Join(dir, "not there")
	fit("nothing can be kept")
}
