package manifest

import (
	"slices"
	"strings"
)

// Permissions names what a plugin asks of a host: "http:api.acme.com", "secret:token", "kv" …, sorted. It is what a vendor
// signs, a registry compares with the manifest, and a house approves; a manifest has one such list.
func (m *Manifest) Permissions() []string {
	var out []string
	for _, h := range m.Requires.HTTP {
		out = append(out, "http:"+h)
	}
	for _, s := range m.Requires.Secrets {
		out = append(out, "secret:"+s)
	}
	for _, flag := range []struct {
		name string
		on   bool
	}{
		{"kv", m.Requires.KV}, {"confirm", m.Requires.Confirm}, {"keys", m.Requires.Keys}, {"files", m.Requires.Files}, {"net", m.Requires.Net == NetAll},
		{"exec", m.Requires.Exec}, {"local_files", m.Requires.LocalFiles}, {"user_files", m.Requires.UserFiles}, {"package", m.Requires.Package},
	} {
		if flag.on {
			out = append(out, flag.name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// SplitPermission gives a permission's name and what it is for: "http" and "api.acme.com".
func SplitPermission(p string) (name, value string) {
	name, value, _ = strings.Cut(p, ":")
	return name, value
}
