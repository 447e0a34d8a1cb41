package server_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// TestFullDisk runs on a file system of a few megabytes.
func TestFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small")
	must(t, os.Mkdir(dir, 0o700))
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=6m"); err != nil {
		t.Fatalf("mount a small tmpfs (this test needs root): %v", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(dir, 0)) })
	r := regtest.Start(t, func(c *server.Config) { c.Data = dir })
	leaves, err := r.Store().LogSize(t.Context())
	must(t, err)
	noise := make([]byte, 12<<20)
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		noise[i] = byte(x)
	}
	data := regtest.Plugin(t, "com.acme.big", "1.0.0", map[string]string{"noise.bin": string(noise)})
	_, err = r.Client.Publish(t.Context(), r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.big", "1.0.0", data)), bytes.NewReader(data))
	refused(t, err, "unavailable", "no space left", "nothing was published")
	untouched(t, r, leaves)
	r.Publish("com.acme.face", "1.0.0", nil)
}

// TestFullDatabase has room for the artifact and none for its rows.
func TestFullDatabase(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small")
	must(t, os.Mkdir(dir, 0o700))
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Fatalf("mount a small tmpfs (this test needs root): %v", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(dir, 0)) })
	r := regtest.Start(t, func(c *server.Config) { c.Data = dir })
	leaves, err := r.Store().LogSize(t.Context())
	must(t, err)
	fill := filepath.Join(dir, "fill")
	f, err := os.Create(fill)
	must(t, err)
	for err == nil { // until there is no page left
		_, err = f.Write(make([]byte, 4096))
	}
	must(t, f.Close())
	info, err := os.Stat(fill)
	must(t, err)
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", map[string]string{"README.md": strings.Repeat("words and more words\n", 2000)})
	must(t, os.Truncate(fill, info.Size()-int64(len(data)+8192)/4096*4096)) // for the artifact alone
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data))
	_, err = r.Client.Publish(t.Context(), signed, bytes.NewReader(data))
	refused(t, err, "unavailable", "try again")
	if n, err := r.Store().LogSize(t.Context()); err != nil || n != leaves {
		t.Errorf("the log has %d leaves, it had %d (%v)", n, leaves, err)
	}
	refused(t, r.Client.Get(t.Context(), "/v1/plugins/com.acme.face/1.0.0", nil), "not_found")
	must(t, os.Remove(fill))
	_, err = r.Client.Publish(t.Context(), signed, bytes.NewReader(data))
	must(t, err)
	if !whole(t, r, r.Client, "1.0.0", data) {
		t.Error("not whole after all")
	}
}
