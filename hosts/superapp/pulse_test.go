package superapp_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/hosts/internal/housetest"
)

const pulse = "com.acme.pulse"

// goBuild builds a program of testdata.
func goBuild(to, pkg string, flags ...string) error {
	cmd := exec.Command("go", append(append([]string{"build", "-o", to}, flags...), pkg)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// supplyPulse offers a version of a plugin that is a process.
func supplyPulse(t *testing.T, h *housetest.House, version string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "pulse")
	if err := goBuild(program, "./testdata/pulse", "-ldflags", "-X main.version="+version); err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	h.Offer(trust.KindPlugin, pulse, version, housetest.Pack(t, map[string]string{
		"plugin.yaml":          "id: " + pulse + "\nversion: " + version + "\npublisher: Acme\nsummary: {en: x}\nprovides: [com.acme.pulse/v1]\nruntime: {process: {any: pulse}}\n",
		"pulse":                string(binary),
		"contracts/pulse.yaml": "capability: com.acme.pulse/v1\nsummary: {en: beats, zh: 跳}\nmethods:\n  beat: {api: [wx.beat], mode: async, summary: {en: beats, zh: 跳}}\n",
	}))
}

// TestUpdateThatDiesIsTakenBack: a version that starts well and ends within update.health is taken back, and the one before runs.
func TestUpdateThatDiesIsTakenBack(t *testing.T) {
	t.Parallel()
	g := newGear(t)
	g.write(func(c *config.Config) { c.Update.Health = 10 * time.Second })
	supplyPulse(t, g.h, "1.0.0")
	g.install(pulse)
	app := g.must(core.Options{})
	g.until("1.0.0 is proven", func(l *install.Ledger) bool { return l.Current.Proven })
	supplyPulse(t, g.h, "1.1.0")
	if c, err := app.Update(t.Context()); err != nil || len(c.Done) != 1 {
		t.Fatalf("the version that starts is not gone over to: %+v, %v", c, err)
	}
	g.until("1.1.0 is taken back", func(l *install.Ledger) bool { return len(l.Bad) == 1 && l.Bad[0].Version == "1.1.0" })
	l := g.ledger()
	if len(l.Rollbacks) != 1 || !l.Rollbacks[0].Auto || !strings.Contains(l.Rollbacks[0].Reason, pulse) || l.Current.Items[0].Version != "1.0.0" {
		t.Errorf("the ledger says %s", l.Bytes())
	}
}
