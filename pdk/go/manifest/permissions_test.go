package manifest_test

import (
	"slices"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

func TestPermissions(t *testing.T) {
	t.Parallel()
	all := manifest.Requires{HTTP: []string{"b.example", "a.example:8443", "b.example"}, KV: true, Confirm: true, Secrets: []string{"token"}, Keys: true, Files: true, Net: manifest.NetAll,
		Exec: true, LocalFiles: true, UserFiles: true, Package: true}
	for name, c := range map[string]struct {
		requires manifest.Requires
		want     []string
	}{
		"nothing":    {manifest.Requires{Net: "none"}, nil},
		"everything": {all, []string{"confirm", "exec", "files", "http:a.example:8443", "http:b.example", "keys", "kv", "local_files", "net", "package", "secret:token", "user_files"}},
	} {
		m := manifest.Manifest{Requires: c.requires}
		if got := m.Permissions(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if name, value := manifest.SplitPermission("http:a.example:8443"); name != "http" || value != "a.example:8443" {
		t.Errorf("%q for %q", name, value)
	}
}
