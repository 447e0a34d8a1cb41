package plugin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// CheckDescription compares what a plugin says of itself with what its manifest says: id, version and capabilities have
// to be the same.
func CheckDescription(m *manifest.Manifest, d Description) error {
	var wrong []string
	note := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if d.ID != m.ID {
		note("it calls itself %q", d.ID)
	}
	if d.Version != m.Version {
		note("it says version %s, the manifest %s", d.Version, m.Version)
	}
	for _, name := range m.Provides {
		if len(d.Capabilities[name]) == 0 {
			note("the manifest provides %s, the code has no method for it", name)
		}
	}
	for name := range d.Capabilities {
		if !slices.Contains(m.Provides, name) {
			note("the code provides %s, the manifest does not list it", name)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return pdk.Errorf(pdk.CodeConfig, "manifest", "plugin %q is not what its %s says: %s; build it again, or correct the manifest",
		m.ID, manifest.FileName, strings.Join(wrong, "; "))
}
