package server_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// TestPublishPolicy publishes under a rule.
func TestPublishPolicy(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "policy.cel")
	must(t, os.WriteFile(file, []byte(`release.hosts.exists(h, h != "api.acme.com") && org.releases == 0 ? "an organisation's first release reaches api.acme.com alone" : ""`), 0o600))
	r := regtest.Start(t, func(c *server.Config) { c.Policy = file; c.AutoVerify = false })
	ctx := t.Context()
	admin := r.As(r.Admin)
	must(t, admin.Post(ctx, "/v1/orgs/acme/verify", nil, nil))
	must(t, admin.Post(ctx, "/v1/namespaces/com.acme/verify", nil, nil))
	leaves, err := r.Store().LogSize(ctx)
	must(t, err)
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", map[string]string{"plugin.yaml": strings.Replace(pluginYAML, "com.acme.xss", "com.acme.face", 1) + "requires:\n  http: [api.acme.com, tracker.example]\n"})
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data))
	_, err = r.Client.Publish(ctx, signed, bytes.NewReader(data))
	refused(t, err, "denied", "reaches api.acme.com alone")
	untouched(t, r, leaves)
	r.Publish("com.acme.eye", "1.0.0", nil) // asks for api.acme.com
	_, err = r.Client.Publish(ctx, signed, bytes.NewReader(data))
	must(t, err)
	must(t, os.WriteFile(file, []byte("org.verifid"), 0o600))
	if _, err := server.Open(ctx, server.Config{Data: t.TempDir(), Policy: file}); err == nil || !strings.Contains(err.Error(), "policy.cel:1:4: undefined field") {
		t.Errorf("a rule with a mistake: %v", err)
	}
}
