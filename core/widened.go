package core

import (
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// widened lists what one version requires of the host and the one before did not.
func widened(old, now *manifest.Manifest) (more []string) {
	was, is := old.Requires, now.Requires
	for _, r := range []struct {
		was, is bool
		name    string
	}{{was.KV, is.KV, "kv"}, {was.Confirm, is.Confirm, "confirm"}, {was.Keys, is.Keys, "keys"}, {was.Files, is.Files, "files"}, {was.Exec, is.Exec, "exec"},
		{was.Net == manifest.NetAll, is.Net == manifest.NetAll, "net: all"}} {
		if r.is && !r.was {
			more = append(more, r.name)
		}
	}
	for _, h := range is.HTTP {
		if !slices.Contains(was.HTTP, h) && !slices.Contains(was.HTTP, "*") {
			more = append(more, "http: "+h)
		}
	}
	for _, s := range is.Secrets {
		if !slices.Contains(was.Secrets, s) {
			more = append(more, "secrets: "+s)
		}
	}
	return more
}

func names(units []*unit) string {
	out := make([]string, len(units))
	for i, u := range units {
		out[i] = u.name
	}
	return join(out)
}

func join(list []string) string { return strings.Join(list, ", ") }
