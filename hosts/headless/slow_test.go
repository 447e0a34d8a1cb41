package headless_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/headless"
)

// TestSlowStartIsTold starts one module of the first-party plugins, for which a nanosecond is not enough.
func TestSlowStartIsTold(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds every plugin")
	}
	plugins, err := firstParty()
	if err != nil {
		t.Fatalf("build the plugins: %v", err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "dougong.geolocation"), os.DirFS(filepath.Join(plugins, "dougong.geolocation"))); err != nil {
		t.Fatal(err)
	}
	var said []string
	k, err := headless.OpenKernel(t.Context(), headless.KernelConfig{App: shop, Plugins: dir, SlowAfter: 1, Slow: func(what string) { said = append(said, what) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if got := strings.Join(said, "\n"); got != "compiling dougong.geolocation 1/1 …" {
		t.Errorf("said %q", got)
	}
}
