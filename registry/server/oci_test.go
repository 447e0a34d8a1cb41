package server_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/registry/blob/oci"
	"github.com/dougong-dev/dougong/registry/internal/ocitest"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// TestArtifactsInOCI keeps the files in an OCI registry: they are published, downloaded in parts, and swept up there.
func TestArtifactsInOCI(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	address := oci.Scheme + ocitest.Start(t) + "/house/dougong?plain_http=true"
	r := regtest.Start(t, func(c *server.Config) { c.Artifacts = address })
	ctx := t.Context()
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", map[string]string{"big.bin": strings.Repeat("0123456789", 100_000)})
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data))
	_, err := r.Client.Publish(ctx, signed, bytes.NewReader(data))
	must(t, err)
	if !whole(t, r, r.Client, "1.0.0", data) {
		t.Error("not whole")
	}
	p, err := r.Client.Publish(ctx, signed, bytes.NewReader(data))
	if err != nil || !p.Again {
		t.Errorf("published again: %+v, %v", p, err)
	}
	kept, err := oci.Open(ctx, address)
	must(t, err)
	up, err := kept.Create(ctx) // of a publish that never ended
	must(t, err)
	_, err = up.Write([]byte("orphan"))
	must(t, err)
	must(t, up.Commit(ctx, r.Artifact("any", []byte("orphan")).SHA256))
	must(t, up.Discard())
	if n, err := r.Sweep(ctx); err != nil || n != 1 {
		t.Errorf("Sweep = %d, %v; want 1", n, err)
	}
	if !whole(t, r, r.Client, "1.0.0", data) {
		t.Error("swept up what is used")
	}
}
