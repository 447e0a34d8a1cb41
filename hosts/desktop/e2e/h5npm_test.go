//go:build linux

package e2e

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/internal/npmapp"
)

// TestH5FromNPM: what is on npm runs unchanged in the desktop's window: Vue with its router, Swagger UI, and WeChat's own script.
func TestH5FromNPM(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a screen and npm")
	}
	apps := npmapp.All(t)
	w := newWorld(t)
	plugins := filepath.Join(filepath.Dir(w.program), "plugins")
	var entries strings.Builder
	for _, a := range apps {
		w.bundle(a.ID, a.Files)
		fmt.Fprintf(&entries, "  - {path: %s.dgm}\n", a.ID)
	}
	w.write("superapp.yaml", fmt.Appendf(nil, `name: npm
data: data
users: {default: anna}
plugins:
  - {id: dougong.storage, path: %s/dougong.storage}
miniapps:
%spolicy: {prompts: allow, trace: "off"}
trust: {bundles: unsigned}
`, plugins, entries.String()))
	w.start()
	w.Window("npm") // the launcher: what is started now is a second one
	for _, a := range apps {
		if out, err := w.again("dougong://open?app=" + a.ID); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		w.Window(regexp.QuoteMeta(a.Want))
		w.Save("desktop-h5-" + a.ID)
	}
}
